import * as assert from 'uvu/assert'
import { Channel } from '../../../src/runtime/flow-control/channel.ts'
import type { Chunk } from '../../../src/runtime/flow-control/packet.ts'
import type { DataMessage } from '../../../src/runtime/threads/data-messages.ts'
import { OutboundChannel, type OutboundHost } from '../../../src/runtime/threads/outbound-channel.ts'
import { suite } from '../../support/suite.ts'

const chunk = (...records: unknown[]): Chunk => ({
  kind: 'chunk',
  records,
  keys: null,
  timestamps: null,
  replies: null,
  start: 0,
  size: records.length,
  spent: false,
})

const bench = (host: Partial<OutboundHost> = {}) => {
  const posted: DataMessage[] = []
  const refused: unknown[] = []
  const channel = new Channel(2, { wake: () => {} })
  const out = new OutboundChannel(4, channel, {
    post: (message) => posted.push(message),
    refuse: (records) => refused.push(records),
    codec: null,
    moves: false,
    epoch: 1000,
    ...host,
  })
  return { posted, refused, channel, out }
}

const watermark = { kind: 'watermark', time: 1, idle: false } as const

suite('the producer’s end of a channel between threads', (test) => {
  test('keeps the credit of what it has sent until it is told that it was processed, in order', () => {
    const { channel, out, posted } = bench()
    channel.send(chunk(1, 2, 3))
    channel.send(chunk(4))
    assert.equal([posted.length, channel.writable, channel.held], [2, false, 4])
    out.released(1)
    assert.equal([channel.writable, channel.held], [true, 1])
    out.released(1)
    assert.equal([channel.held, channel.fill], [0, 0])
  })

  test('sends markers without credit, by the calendar', () => {
    const { channel, posted } = bench()
    channel.send(watermark)
    channel.send(watermark)
    for (let at = 0; at < 20; at++) channel.mark({ kind: 'marker', at })
    assert.is(posted.length, 22, 'none of them is held to be under way')
    assert.equal(posted[2], { type: 'packet', channel: 4, packet: { kind: 'marker', at: 1000 } })
  })

  test('tells the end, and nothing of what is sent once nobody wants more', () => {
    const ended = bench()
    ended.channel.complete()
    assert.equal(ended.posted, [{ type: 'end', channel: 4 }])
    const { channel, out, posted } = bench()
    out.cancel()
    channel.send(chunk(1))
    assert.equal([posted, channel.cancelled, channel.sent, channel.held], [[], true, 1, 0])
  })

  test('hands back records that cannot be sent, and throws where it is anything else', () => {
    const post = (): never => {
      throw new DOMException('no', 'DataCloneError')
    }
    const { channel, refused } = bench({ post })
    channel.send(chunk('a', 'b'))
    assert.equal(refused, [['a', 'b']])
    assert.is(channel.held, 2, 'the job ends: nobody releases it')
  })
})
