import { PassThrough } from 'node:stream'
import { Subject } from 'rxjs'
import * as assert from 'uvu/assert'
import { fullScreen, type ScreenEvents } from '../../../src/cli/screen/full-screen.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'
import { RecordedStream } from './recorded-stream.ts'

class Input extends PassThrough {
  readonly modes: boolean[] = []

  setRawMode(isRaw: boolean): void {
    this.modes.push(isRaw)
  }
}

const begin = (draw: (shown: string) => readonly string[] = (shown) => [shown]) => {
  const [stdin, stdout, clock, frames] = [
    new Input(),
    new RecordedStream(),
    new ManualClock(),
    new Subject<string>(),
  ]
  let events!: ScreenEvents
  const listeners = process.listenerCount('exit')
  const ended = fullScreen({ stdin, stdout, clock }, (given) => ((events = given), frames), draw)
  const assertRestored = (): void => {
    assert.equal(stdin.modes, [true, false])
    assert.ok(stdin.isPaused())
    assert.is(stdout.written.at(-1), '\u001b[0m\u001b[?25h\u001b[?1049l')
    assert.equal([stdout.listenerCount('resize'), stdout.listenerCount('drain'), clock.waiting], [0, 0, 0])
    assert.is(process.listenerCount('exit'), listeners)
    assert.not.ok(frames.observed)
  }
  return { stdin, stdout, clock, frames, events, ended, assertRestored }
}

suite('fullScreen', (test) => {
  test('draws the newest frame, ten times a second', async () => {
    const drawn: string[] = []
    const { stdout, clock, frames, ended, assertRestored } = begin((shown) => (drawn.push(shown), [shown]))
    assert.equal(stdout.written, ['\u001b[?1049h\u001b[?25l\u001b[2J'])
    for (let i = 0; i < 30; i++) {
      frames.next(`${i}`)
      await clock.advance(10)
    }
    // At 0, 100, 200 and 300 ms; those in between were never made into lines.
    assert.equal(drawn, ['0', '9', '19', '29'])
    frames.complete()
    await ended
    assertRestored()
  })

  test('waits for a terminal that takes no more', async () => {
    const { stdout, clock, frames, ended, assertRestored } = begin()
    stdout.isFull = true
    for (let i = 0; i < 20; i++) {
      frames.next(`${i}`)
      await clock.advance(100)
    }
    assert.is(stdout.written.length, 2)
    stdout.drain()
    assert.is(stdout.written.length, 3)
    assert.match(stdout.written[2]!, '19')
    stdout.isFull = true
    frames.next('more')
    await clock.advance(100)
    frames.complete()
    await ended
    assertRestored()
  })

  test('leaves the terminal as it was when the program fails', async () => {
    const { frames, ended, assertRestored } = begin()
    frames.error(new Error('the program'))
    assert.is(await ended.catch((error: Error) => error.message), 'the program')
    assertRestored()
  })

  test('and when a frame cannot be made, at once or later', async () => {
    for (const isLate of [false, true]) {
      const { clock, frames, ended, assertRestored } = begin((shown) => {
        if (shown === 'bad') throw new Error('the frame')
        return [shown]
      })
      const failed = ended.catch((error: Error) => error.message)
      if (isLate) frames.next('good')
      frames.next('bad')
      await clock.advance(100)
      assert.is(await failed, 'the frame')
      assertRestored()
    }
  })

  test('tells keys, sizes, and the end of the terminal', async () => {
    const { stdin, stdout, frames, events, ended } = begin()
    const seen: unknown[] = []
    events.keys$.subscribe({ next: (key) => seen.push(key), complete: () => frames.complete() })
    const sizes = events.size$.subscribe((size) => seen.push(size))
    stdout.resize(50, 20)
    stdin.write('q')
    await rest()
    stdin.end()
    await ended
    sizes.unsubscribe()
    assert.equal(seen, [{ columns: 20, rows: 6 }, { columns: 50, rows: 20 }, 'q'])
  })
})
