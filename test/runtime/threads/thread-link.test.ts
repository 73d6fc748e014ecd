import { MessageChannel } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { letterCodec } from '../../../src/runtime/threads/portable-letters.ts'
import { ThreadLink } from '../../../src/runtime/threads/thread-link.ts'
import { Channel } from '../../../src/runtime/flow-control/channel.ts'
import type { Chunk, Packet } from '../../../src/runtime/flow-control/packet.ts'
import { realClock } from '../../../src/time/real-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const chunk = (records: unknown[], more: Partial<Chunk> = {}): Chunk => ({
  kind: 'chunk',
  records,
  keys: null,
  timestamps: null,
  replies: null,
  start: 0,
  size: records.length,
  spent: false,
  ...more,
})

/** A channel of that capacity from one link to another, and what is told of it. */
const bench = ({ cleanup }: TestContext, capacity = 2, codec: typeof letterCodec | null = null) => {
  const { port1, port2 } = new MessageChannel()
  const sender = new ThreadLink(port1, realClock)
  // Its clock was started later: what is told of time is told by the calendar.
  const monotonic = (): number => realClock.monotonic() - 1000
  const receiver = new ThreadLink(port2, { ...realClock, monotonic, now: () => realClock.now() })
  let woken = 0
  const refused: (readonly [readonly unknown[], unknown])[] = []
  const channel = new Channel(capacity, { wake: () => woken++ })
  const refuse = (records: readonly unknown[], error: unknown): void => void refused.push([records, error])
  sender.send(7, channel, { codec, moves: false, refuse })
  const received = receiver.receive(7, codec)
  const packets: Packet[] = []
  let ended = false
  const subscription = received.packets.subscribe({
    next: (packet) => packets.push(packet),
    complete: () => (ended = true),
  })
  cleanup(() => {
    sender.close()
    receiver.close()
  })
  const open = (): void => {
    sender.open()
    receiver.open()
  }
  return { channel, received, packets, subscription, refused, open, woken: () => woken, ended: () => ended }
}

/** Until it is so: messages take turns of the event loop. */
const until = async (so: () => boolean): Promise<void> => {
  while (!so()) await new Promise((resolve) => setImmediate(resolve))
}

const recordsOf = (packets: readonly Packet[]): unknown[] =>
  packets.flatMap((packet) => (packet.kind === 'chunk' ? packet.records.slice(0, packet.size) : []))

suite('a link between threads', (test) => {
  test('carries what is beside the records, and nothing of the chunk but its own', async (context) => {
    const { channel, packets, open } = bench(context)
    const timestamps = Float64Array.of(1, 2, 3, 4)
    open()
    channel.send(
      chunk([0, 'a', null, 9], { start: 1, size: 2, keys: ['x', 'k', 'l', 'y'], timestamps, spent: true }),
    )
    await until(() => packets.length === 1)
    const [{ records, keys, timestamps: times, start, size, spent }] = packets as [Chunk]
    assert.equal([records, keys, start, size, spent], [['a', null], ['k', 'l'], 0, 2, true])
    assert.equal(times, Float64Array.of(2, 3))
    assert.is(timestamps.length, 4, 'the sender keeps its own')
  })

  test('carries signals in their place, and the end behind all', async (context) => {
    const { channel, packets, open, ended } = bench(context, 4)
    const barrier = { kind: 'barrier', checkpoint: 3, final: false, full: true } as const
    const watermark = { kind: 'watermark', time: -Infinity, idle: true } as const
    channel.send(chunk([1]))
    channel.send(watermark)
    channel.send(barrier)
    channel.send(chunk([2]))
    channel.complete()
    open()
    await until(ended)
    assert.equal(packets.slice(1, 3), [watermark, barrier])
    assert.equal(recordsOf(packets), [1, 2])
  })

  test('tells the time of markers by the clock of the other thread', async (context) => {
    const { channel, packets, open } = bench(context)
    open()
    const at = realClock.monotonic()
    channel.mark({ kind: 'marker', at })
    await until(() => packets.length === 1)
    const told = packets[0] as { readonly at: number }
    assert.ok(Math.abs(told.at - (at - 1000)) < 5, `${told.at} is not about ${at - 1000}`)
    assert.ok(channel.writable)
  })

  test('lets no more be on the way than the channel holds, until it is processed', async (context) => {
    const { channel, received, packets, open, woken } = bench(context)
    open()
    channel.send(chunk([1, 2]))
    channel.send(chunk([3]))
    assert.not.ok(channel.writable)
    assert.is(channel.held, 3)
    channel.wanted = true
    await until(() => packets.length === 2)
    assert.not.ok(channel.writable, 'that it has come is not enough')
    received.release(packets[0]!)
    await until(() => woken() === 1)
    assert.ok(channel.writable)
    assert.equal([channel.sent, channel.held], [3, 1])
  })

  test('tells the producer when nobody wants more', async (context) => {
    const { channel, subscription, open, woken } = bench(context)
    open()
    channel.send(chunk([1]))
    subscription.unsubscribe()
    await until(() => channel.cancelled)
    assert.ok(woken() > 0)
    assert.ok(channel.writable)
  })

  test('refuses a chunk with what cannot be copied, and goes on', async (context) => {
    const { channel, packets, refused, open } = bench(context)
    open()
    channel.send(chunk([1, () => {}]))
    channel.send(chunk([2]))
    await until(() => packets.length === 1)
    assert.equal(recordsOf(packets), [2])
    const [[records, error]] = refused as [(typeof refused)[number]]
    assert.is(records.length, 2)
    assert.is((error as Error).name, 'DataCloneError')
  })

  test('carries dead letters with the class of their errors', async (context) => {
    const { channel, packets, open } = bench(context, 2, letterCodec)
    open()
    const letter = { record: 1, operator: 'map', nodeId: 'n1', attempts: 1, at: 5 }
    channel.send(
      chunk([
        { ...letter, error: new RangeError('no price') },
        { ...letter, error: 'thrown text' },
      ]),
    )
    await until(() => packets.length === 1)
    const [first, second] = recordsOf(packets) as { readonly error: unknown }[]
    assert.instance(first!.error, RangeError)
    assert.is((first!.error as Error).message, 'no price')
    assert.equal(second, { ...letter, error: 'thrown text' })
  })
})
