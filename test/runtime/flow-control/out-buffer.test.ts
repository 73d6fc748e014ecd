import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Channel } from '../../../src/runtime/flow-control/channel.ts'
import { OutBuffer } from '../../../src/runtime/flow-control/out-buffer.ts'
import type { Chunk } from '../../../src/runtime/flow-control/packet.ts'
import { suite } from '../../support/suite.ts'
import { CountingWaker } from '../task/support/parts.ts'

const opened = (
  edgeCapacity: number,
  keyed = false,
): { buffer: OutBuffer; channel: Channel; seen: Chunk[] } => {
  const channel = new Channel(edgeCapacity, new CountingWaker())
  const seen: Chunk[] = []
  channel.packets.subscribe((packet) => seen.push(packet as Chunk))
  return { channel, buffer: new OutBuffer(channel, 2, { keyed: keyed, timed: false, replying: false }), seen }
}

const put = (buffer: OutBuffer, ...records: unknown[]): void => {
  for (const record of records) {
    if (buffer.keys !== null) buffer.keys[buffer.size] = `key ${String(record)}`
    buffer.records[buffer.size++] = record
  }
}

const carried = ({ records, keys, size }: Chunk): unknown[] => [records.slice(0, size), keys?.slice(0, size)]

suite('OutBuffer', (test) => {
  test('sends what there is, with its keys where the edge is keyed', () => {
    for (const keyed of [false, true]) {
      const { buffer, seen } = opened(2, keyed)
      put(buffer, 'a', 'b')
      assert.ok(buffer.flush())
      put(buffer, 'c')
      assert.ok(buffer.flush())
      assert.equal(seen.map(carried), [
        [['a', 'b'], keyed ? ['key a', 'key b'] : undefined],
        [['c'], keyed ? ['key c'] : undefined],
      ])
      assert.equal([buffer.size, seen[0]!.replies], [0, null])
    }
  })

  test('passes ranges of other arrays on, which stay as they are', () => {
    const pieces = fc.array(
      fc.record({ array: fc.nat(1), from: fc.nat(9), size: fc.nat(4), flush: fc.boolean() }),
    )
    fc.assert(
      fc.property(pieces, (ranges) => {
        const arrays = ['a', 'b'].map((name) => Array.from({ length: 14 }, (_, n) => `${name}${n}`))
        const before = structuredClone(arrays)
        const { channel, buffer, seen } = opened(Infinity)
        const expected: unknown[] = []
        for (const { array, from, size, flush } of ranges) {
          buffer.append(arrays[array]!, from, from + size)
          expected.push(...before[array]!.slice(from, from + size))
          if (flush) buffer.flush()
        }
        buffer.flush()
        const received = seen.flatMap((chunk) => {
          const { records, start, size } = chunk
          const read = records.slice(start, start + size)
          channel.release(chunk)
          return read
        })
        assert.equal(received, expected)
        assert.equal(arrays, before)
      }),
    )
  })

  test('sends nothing when there is nothing, though there be no room', () => {
    const { buffer, channel, seen } = opened(1)
    assert.ok(buffer.flush())
    put(buffer, 1)
    buffer.flush()
    assert.ok(buffer.flush())
    assert.equal([seen.length, channel.wanted], [1, false])
  })

  test('keeps what finds no room, and asks to be woken', () => {
    const { buffer, channel, seen } = opened(1)
    put(buffer, 1)
    buffer.flush()
    put(buffer, 2)
    assert.not(buffer.flush())
    assert.equal([channel.wanted, buffer.size, seen.length], [true, 1, 1])
    channel.release(seen[0]!)
    assert.ok(buffer.flush())
    assert.equal(carried(seen[1]!), [[2], undefined])
  })

  test('fills a chunk again that came back, and never one that is on its way', () => {
    const { buffer, channel, seen } = opened(4)
    put(buffer, 1, 2)
    buffer.flush()
    const first = seen[0]!
    assert.is.not(buffer.records, first.records)
    channel.release(first)
    put(buffer, 3)
    buffer.flush()
    assert.is(buffer.records, first.records, 'the spare')
    assert.is(channel.spare, null)
    put(buffer, 4)
    buffer.flush()
    assert.is(seen[2], first)
    assert.equal(carried(first), [[4], undefined])
    assert.is.not(buffer.records, first.records)
    assert.equal(carried(seen[1]!), [[3], undefined])
  })

  test('counts as sent what it is left with, and what nobody reads any more', () => {
    const { buffer, channel } = opened(1)
    put(buffer, 1, 2)
    buffer.abandon()
    assert.equal([buffer.size, channel.sent, channel.held], [0, 2, 0])
    buffer.abandon()
    assert.is(channel.sent, 2)
    const left = new Channel(1, new CountingWaker())
    left.packets.subscribe().unsubscribe()
    const toNobody = new OutBuffer(left, 2, { keyed: false, timed: false, replying: false })
    for (let i = 0; i < 5; i++) {
      put(toNobody, i)
      assert.ok(toNobody.flush())
    }
    assert.equal([left.sent, left.held], [5, 0])
  })
})
