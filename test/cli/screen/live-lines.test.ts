import * as assert from 'uvu/assert'
import { LiveLines } from '../../../src/cli/screen/live-lines.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { RecordedStream } from './recorded-stream.ts'

suite('LiveLines', (test) => {
  test('draws at most ten times a second, the newest', async () => {
    const [stream, clock] = [new RecordedStream(), new ManualClock()]
    const live = new LiveLines(stream, clock)
    for (const text of ['a', 'b', 'c']) live.show([text])
    assert.equal(stream.written, ['a\u001b[K\n'])
    await clock.advance(99)
    assert.is(stream.written.length, 1)
    await clock.advance(1)
    assert.equal(stream.written.slice(1), ['\r\u001b[1Ac\u001b[K\n\u001b[J'])
    live.show(['d', 'e'])
    live.close()
    live.close()
    live.show(['too late'])
    assert.equal(stream.written.slice(2), ['\r\u001b[1Ad\u001b[K\ne\u001b[K\n\u001b[J'])
    assert.is(clock.waiting, 0)
  })

  test('waits for a full stream, and writes no backlog', async () => {
    const [stream, clock] = [new RecordedStream(), new ManualClock()]
    const live = new LiveLines(stream, clock)
    stream.isFull = true
    for (let i = 0; i < 50; i++) {
      live.show([`${i}`])
      await clock.advance(100)
    }
    assert.is(stream.written.length, 1)
    stream.drain()
    assert.is(stream.written.length, 2)
    assert.match(stream.written[1]!, '49')
    live.close()
  })

  test('cuts lines to the terminal, and counts those that it has folded since', async () => {
    const [stream, clock] = [new RecordedStream(9, 3), new ManualClock()]
    const live = new LiveLines(stream, clock)
    live.show(['\u001b[31m漢字漢字漢字\u001b[39m', 'second', 'third'])
    assert.equal(stream.written, ['\u001b[31m漢字漢…\u001b[39m\u001b[K\nsecond\u001b[K\n'])
    stream.columns = 4
    stream.rows = 10
    await clock.advance(100)
    live.show([''])
    assert.equal(stream.written.slice(1), ['\r\u001b[4A\u001b[K\n\u001b[J'])
  })

  test('makes way for what is written aside', () => {
    const stream = new RecordedStream()
    const live = new LiveLines(stream, new ManualClock())
    live.aside(() => stream.write('before\n'))
    live.show(['x'])
    live.aside(() => stream.write('beside\n'))
    live.clear()
    assert.equal(stream.written, [
      'before\n',
      'x\u001b[K\n',
      '\r\u001b[1A\u001b[J',
      'beside\n',
      'x\u001b[K\n',
      '\r\u001b[1A\u001b[J',
    ])
  })

  test('writes nothing where there is no terminal', () => {
    const [stream, clock] = [new RecordedStream(), new ManualClock()]
    stream.isTTY = false
    const live = new LiveLines(stream, clock)
    live.show(['x'])
    live.aside(() => stream.write('log\n'))
    live.close()
    assert.equal([live.isLive, stream.written, clock.waiting], [false, ['log\n'], 0])
  })
})
