import * as assert from 'uvu/assert'
import { InboundChannel } from '../../../src/runtime/threads/inbound-channel.ts'
import { suite } from '../../support/suite.ts'

const told = () => {
  const events: string[] = []
  const channel = new InboundChannel({
    released: () => events.push('released'),
    cancelled: () => events.push('cancelled'),
  })
  return { events, channel }
}

const watermark = { kind: 'watermark', time: 1, idle: false } as const

suite('the consumer’s end of a channel between threads', (test) => {
  test('takes all that comes: the credits are the producer’s', () => {
    const { channel, events } = told()
    const packets: unknown[] = []
    channel.packets.subscribe((packet) => packets.push(packet))
    for (let n = 0; n < 100; n++) {
      assert.ok(channel.writable)
      channel.send(watermark)
    }
    assert.equal([packets.length, channel.fill], [100, 0])
    assert.equal(events, [])
  })

  test('tells of each packet that was processed once, and not of markers, which take no credit', () => {
    const { channel, events } = told()
    channel.packets.subscribe()
    channel.send(watermark)
    channel.mark({ kind: 'marker', at: 5 })
    channel.send(watermark)
    channel.release(watermark)
    channel.release({ kind: 'marker', at: 5 })
    assert.equal(events, ['released'])
    channel.release(watermark)
    assert.equal(events, ['released', 'released'])
  })

  test('tells once that the consumer wants no more, and not of an end', () => {
    const { channel, events } = told()
    channel.packets.subscribe().unsubscribe()
    assert.equal(events, ['cancelled'])
    const ended = told()
    const subscription = ended.channel.packets.subscribe()
    ended.channel.complete()
    subscription.unsubscribe()
    assert.equal(ended.events, [])
  })
})
