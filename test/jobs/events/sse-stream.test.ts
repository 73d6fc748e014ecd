import * as assert from 'uvu/assert'
import { SseStream, type StreamEnd } from '../../../src/jobs/events/sse-stream.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'
import { FakeFeed, readText } from './fake-feed.ts'

const settings = { heartbeat: 15_000, retry: 2000, stall: 30_000, queue: 10 }

function streaming(): {
  readonly feed: FakeFeed
  readonly clock: ManualClock
  readonly stream: SseStream
  readonly read: () => Promise<string | null>
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  readonly ends: StreamEnd[]
} {
  const feed = new FakeFeed()
  const clock = new ManualClock()
  const ends: StreamEnd[] = []
  const stream = new SseStream(feed, clock, settings, (end) => ends.push(end))
  const reader = stream.body.getReader()
  return { feed, clock, stream, reader, ends, read: () => readText(reader) }
}

suite('a stream', (test) => {
  test('begins with when to come back, then has what the feed has', async () => {
    const { feed, read, stream, clock } = streaming()
    feed.add('one', 'two')
    assert.is(await read(), 'retry: 2000\n\n')
    assert.is(await read(), 'one')
    assert.is(await read(), 'two')
    const next = read()
    await turn()
    feed.add('three')
    assert.is(await next, 'three')
    stream.close()
    assert.is(await read(), null)
    assert.is(clock.waiting, 0)
  })

  test('takes nothing from its feed that the client has not asked for', async () => {
    const { feed, read, stream } = streaming()
    feed.add('one', 'two', 'three')
    await turn()
    assert.is(feed.takes, 0)
    await read()
    await read()
    await turn()
    assert.is(feed.takes, 1)
    stream.close()
  })

  test('has a heartbeat while there is nothing', async () => {
    const { read, clock, stream } = streaming()
    await read()
    const beat = read()
    await clock.advance(15_000)
    assert.is(await beat, ': heartbeat\n\n')
    const next = read()
    await clock.advance(15_000)
    assert.is(await next, ': heartbeat\n\n')
    stream.close()
  })

  test('drops a client that takes nothing for too long, and tells it', async () => {
    const { feed, clock, read, ends } = streaming()
    await read()
    const first = read()
    feed.add('one', 'two')
    assert.is(await first, 'one')
    await clock.advance(29_000)
    assert.equal(ends, [])
    await clock.advance(16_000)
    assert.equal(ends, ['slow'])
    assert.is(await read(), 'event: slow\ndata: {"waiting":1}\n\n')
    assert.is(await read(), null)
    assert.equal([feed.closes, clock.waiting], [1, 0])
  })

  test('drops a client while too much comes up, but not one that is far behind and reads', async () => {
    const { feed, read, ends, clock } = streaming()
    feed.frames = Array.from({ length: 50 }, (_, i) => `${i}`)
    await read()
    for (let i = 0; i < 30; i++) assert.is(await read(), `${i}`)
    feed.add(...Array.from({ length: 10 }, () => 'new'))
    assert.equal(ends, [])
    feed.add('one too many')
    // It may be a burst, which the client had no chance to take.
    assert.equal(ends, [])
    await clock.advance(1000)
    feed.add('and one more')
    assert.equal(ends, ['slow'])
    assert.match((await read())!, /^event: slow\n/)
    assert.is(await read(), null)
  })

  test('ends when its feed does, and when that fails', async () => {
    const ended = streaming()
    await ended.read()
    const end = ended.read()
    ended.feed.end()
    assert.is(await end, null)
    assert.equal(ended.ends, ['ended'])
    const failing = streaming()
    failing.feed.failure = new Error('no database')
    await failing.read()
    assert.is(await failing.read(), null)
    assert.equal([failing.ends, failing.feed.closes, failing.clock.waiting], [['failed'], 1, 0])
  })

  test('gives up what it holds when the client goes', async () => {
    const { feed, clock, reader, ends, stream } = streaming()
    await reader.cancel()
    stream.close()
    feed.add('late')
    assert.equal(ends, ['gone'])
    assert.equal([feed.closes, clock.waiting], [1, 0])
  })
})
