import * as assert from 'uvu/assert'
import { Channel } from '../../../src/runtime/flow-control/channel.ts'
import type { Chunk, Packet } from '../../../src/runtime/flow-control/packet.ts'
import { suite } from '../../support/suite.ts'
import { CountingWaker } from '../task/support/parts.ts'

const chunk = (...records: unknown[]): Chunk => {
  const keys = records.map((record) => `key ${String(record)}`)
  const replies = records.map(() => ({
    resolve: () => {},
    reject: () => {},
    run: (call: () => unknown) => call(),
  }))
  return {
    kind: 'chunk',
    start: 0,
    records,
    keys,
    timestamps: null,
    replies,
    size: records.length,
    spent: false,
  }
}
const watermark: Packet = { kind: 'watermark', time: 1, idle: false }

const opened = (
  capacity: number,
): { channel: Channel; producer: CountingWaker; log: unknown[]; cancel: () => void } => {
  const producer = new CountingWaker()
  const channel = new Channel(capacity, producer)
  const log: unknown[] = []
  const subscription = channel.packets.subscribe({
    next: (packet) => log.push(packet),
    complete: () => log.push('end'),
  })
  return { channel, producer, log, cancel: () => subscription.unsubscribe() }
}

suite('Channel', (test) => {
  test('is first in, first out, and its end comes last', () => {
    const { channel, log } = opened(3)
    const packets = [chunk(1, 2), watermark, chunk(3)]
    for (const packet of packets) channel.send(packet)
    channel.complete()
    assert.equal(log, [...packets, 'end'])
    channel.complete()
    assert.is(log.length, 4)
  })

  test('is writable while the consumer holds fewer packets than its capacity', () => {
    const { channel } = opened(2)
    const [a, b] = [chunk(1), chunk(2, 3)]
    assert.equal([channel.writable, channel.fill], [true, 0])
    channel.send(a)
    assert.equal([channel.writable, channel.fill], [true, 0.5])
    channel.send(b)
    assert.equal([channel.writable, channel.fill], [false, 1])
    channel.release(a)
    assert.equal([channel.writable, channel.fill], [true, 0.5])
  })

  test('counts records sent and held; other packets take a credit, but are no records', () => {
    const { channel } = opened(2)
    const packet = chunk(1, 2, 3)
    channel.send(packet)
    channel.send(watermark)
    assert.equal([channel.sent, channel.held, channel.received], [3, 3, 0])
    assert.not(channel.writable)
    channel.release(watermark)
    assert.equal([channel.sent, channel.held], [3, 3])
    channel.release(packet)
    assert.equal([channel.sent, channel.held], [3, 0])
  })

  test('wakes a producer that was refused, once, and no other', () => {
    const { channel, producer } = opened(2)
    const [a, b] = [chunk(1), chunk(2)]
    channel.send(a)
    channel.send(b)
    channel.wanted = true
    channel.release(a)
    assert.is(producer.wakes, 1)
    channel.release(b)
    assert.is(producer.wakes, 1)
    assert.not(channel.wanted)
  })

  test('hands a chunk back empty, so that nothing refers to what it carried', () => {
    const { channel } = opened(2)
    const packet = chunk({}, {})
    const { records, keys, replies } = packet
    channel.send(packet)
    channel.release(packet)
    assert.is(channel.spare, packet)
    assert.is(packet.size, 0)
    assert.equal(
      [records, keys, replies],
      [
        [undefined, undefined],
        [undefined, undefined],
        [null, null],
      ],
    )
  })

  test('a consumer that leaves lets the producer go on: what is sent then is only counted', () => {
    const { channel, producer, log, cancel } = opened(1)
    channel.send(chunk(1))
    assert.not(channel.writable)
    cancel()
    assert.equal([channel.cancelled, channel.writable, producer.wakes], [true, true, 1])
    channel.send(chunk(2, 3))
    channel.send(watermark)
    channel.complete()
    assert.equal([channel.sent, channel.held, log.length], [3, 1, 1])
  })

  test('a consumer that leaves after the end cancels nothing', () => {
    const { channel, producer, cancel } = opened(1)
    channel.complete()
    cancel()
    assert.equal([channel.cancelled, producer.wakes], [false, 0])
  })

  test('without a bound it is always writable, and never full', () => {
    const { channel } = opened(Infinity)
    for (let i = 0; i < 1000; i++) channel.send(chunk(i))
    assert.equal([channel.writable, channel.fill, channel.held], [true, 0, 1000])
  })
})
