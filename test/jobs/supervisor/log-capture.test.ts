import { deepEqual, equal, ok } from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { LogCapture, type NewLine } from '../../../src/jobs/supervisor/log-capture.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'

interface Captured {
  readonly stdout: PassThrough
  readonly stderr: PassThrough
  readonly clock: ManualClock
  readonly batches: NewLine[][]
  readonly capture: LogCapture
}

const captured = (): Captured => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const clock = new ManualClock()
  const batches: NewLine[][] = []
  const capture = new LogCapture({ stdout, stderr }, clock, (lines) => batches.push([...lines]))
  return { stdout, stderr, clock, batches, capture }
}

const texts = (batches: readonly (readonly NewLine[])[]): string[] => batches.flat().map(({ text }) => text)

suite('the log of a process', (test) => {
  test('lines of both streams are written in batches', async () => {
    const { stdout, stderr, clock, batches } = captured()
    stdout.write('one\ntwo\nthr')
    stderr.write('oops\n')
    await rest()
    equal(batches.length, 0)
    await clock.advance(50)
    deepEqual(
      batches[0]!.map(({ stream, text }) => `${stream} ${text}`),
      ['stdout one', 'stdout two', 'stderr oops'],
    )
    stdout.write('ee\n')
    await clock.advance(50)
    deepEqual(texts(batches).at(-1), 'three')
    equal(clock.waiting, 0)
  })

  test('it ends when both streams have, with what had no line end', async () => {
    const { stdout, stderr, clock, batches, capture } = captured()
    let ended = false
    void capture.ended.then(() => (ended = true))
    stdout.end('no end')
    await clock.advance(100)
    equal(ended, false)
    deepEqual(texts(batches), ['no end'])
    stderr.destroy()
    await clock.advance(100)
    equal(ended, true)
    equal(clock.waiting, 0)
  })

  test('a flood waits in its pipe: no more than a batch each 50 ms, none lost', async () => {
    const { stdout, stderr, clock, batches, capture } = captured()
    const count = 20_000
    let written = 0
    const write = (): void => {
      while (written < count) if (!stdout.write(`${written++}\n`)) return void stdout.once('drain', write)
      stdout.end()
      stderr.end()
    }
    write()
    await rest()
    ok(capture.throttling)
    const before = written
    await rest()
    equal(written, before)
    ok(before < 10_000, `${before} lines were taken at once`)
    for (let ticks = 1; batches.flat().length < count; ticks++) {
      await clock.advance(50)
      ok(batches.flat().length <= ticks * 500)
    }
    deepEqual(
      texts(batches),
      Array.from({ length: count }, (_, index) => String(index)),
    )
    await clock.advance(50)
    await capture.ended
  })

  test('long lines make a batch full, too', async () => {
    const { stdout, stderr, clock, batches, capture } = captured()
    const line = 'x'.repeat(4_000)
    stdout.end(`${line}\n`.repeat(400))
    stderr.end()
    for (let ticks = 0; ticks < 20; ticks++) await clock.advance(50)
    await capture.ended
    equal(batches.flat().length, 400)
    ok(batches.every((batch) => batch.length < 100))
  })

  test('one that is given up ends, too', async () => {
    const { stdout, clock, batches, capture } = captured()
    stdout.write('line\n'.repeat(5_000))
    await rest()
    capture.destroy()
    for (let ticks = 0; ticks < 10; ticks++) await clock.advance(50)
    await capture.ended
    equal(texts(batches).length, 5_000)
    equal(clock.waiting, 0)
  })
})
