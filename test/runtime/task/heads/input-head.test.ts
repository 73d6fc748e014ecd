import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Channel } from '../../../../src/runtime/flow-control/channel.ts'
import type { Chunk } from '../../../../src/runtime/flow-control/packet.ts'
import { type Gate, InputHead } from '../../../../src/runtime/task/heads/input-head.ts'
import type { LoopState } from '../../../../src/runtime/task/loop-state.ts'
import { suite } from '../../../support/suite.ts'
import { createState, readAll, readOnce } from '../support/head-bench.ts'
import { CountingWaker } from '../support/parts.ts'

const chunk = (...records: unknown[]): Chunk => ({
  kind: 'chunk',
  start: 0,
  records,
  keys: null,
  timestamps: null,
  replies: null,
  size: records.length,
  spent: false,
})

interface Bench {
  readonly head: InputHead
  readonly state: LoopState
  readonly channels: Channel[]
  readonly waker: CountingWaker
}

const bench = (
  count: number,
  told: { sequential?: boolean; gate?: Gate; gated?: readonly boolean[] } = {},
): Bench => {
  const waker = new CountingWaker()
  const channels = Array.from({ length: count }, () => new Channel(4, new CountingWaker()))
  const inputs = channels.map((channel, input) => ({
    input,
    channel,
    gated: told.gated?.[input] ?? false,
    feedback: false,
  }))
  const head = new InputHead(inputs, waker, told.sequential ?? false, told.gate ?? null)
  head.open()
  return { head, state: createState(), channels, waker }
}

suite('InputHead', (test) => {
  test('wakes for packets and for the end, and gives a chunk back when it has been read', () => {
    const { head, state, channels, waker } = bench(1)
    const [channel] = channels as [Channel]
    assert.is(readOnce(head, state), 'idle')
    const packet = chunk('a', 'b', 'c')
    channel.send(packet)
    assert.equal([waker.wakes, head.held, channel.received], [1, 3, 0])
    assert.equal(readOnce(head, state, 2), ['a', 'b'])
    assert.equal([channel.received, channel.fill, head.held], [3, 0.25, 3])
    assert.equal(readOnce(head, state, 2), ['c'])
    channel.complete()
    assert.is(waker.wakes, 2)
    assert.is(readOnce(head, state), 'ended')
    assert.equal([channel.fill, channel.held, channel.spare], [0, 0, packet])
  })

  test('takes turns by chunk, so that a tight input cannot starve another, and says which it is', () => {
    const { head, state, channels } = bench(3)
    const [a, , c] = channels as [Channel, Channel, Channel]
    for (const n of [1, 2, 3]) a.send(chunk(`a${n}`))
    for (const n of [1, 2]) c.send(chunk(`c${n}`))
    const seen: unknown[] = []
    for (let read: unknown; (read = readOnce(head, state)) !== 'idle';) seen.push([state.input, read])
    assert.equal(seen, [[0, ['a1']], [2, ['c1']], [0, ['a2']], [2, ['c2']], [0, ['a3']]]) // prettier-ignore
  })

  test('in sequence, an input is read when the ones before it have ended', () => {
    const { head, state, channels } = bench(3, { sequential: true })
    const [a, b, c] = channels as [Channel, Channel, Channel]
    c.send(chunk('c'))
    c.complete()
    b.send(chunk('b'))
    assert.is(readOnce(head, state), 'idle')
    a.send(chunk('a'))
    a.complete()
    assert.equal(readAll(head, state), { records: ['a', 'b'], status: 'idle' })
    b.complete()
    assert.equal(readAll(head, state), { records: ['c'], status: 'ended' })
  })

  test('announces a watermark between records, and gives its credit back', () => {
    const { head, state, channels } = bench(1)
    channels[0]!.send({ kind: 'watermark', time: 1, idle: false })
    channels[0]!.send(chunk(1))
    assert.equal([readOnce(head, state), readOnce(head, state)], ['signal', 'signal'])
    assert.equal(head.takeSignal(), { kind: 'watermark', time: 1, idle: false })
    assert.equal(readAll(head, state), { records: [1], status: 'idle' })
    assert.is(channels[0]!.fill, 0)
  })

  test('without an input it has ended', () => {
    const { head, state } = bench(0)
    assert.is(readOnce(head, state), 'ended')
  })

  test('cancelled, it reports what it had taken in and not read, and cancels upstream', () => {
    const { head, state, channels } = bench(2)
    const [a, b] = channels as [Channel, Channel]
    a.send(chunk(1, 2, 3))
    a.send(chunk(4))
    b.send(chunk(5, 6))
    b.send({ kind: 'watermark', time: 1, idle: false })
    readOnce(head, state, 1)
    head.cancel(state)
    assert.is(head.unread, 2 + 1 + 2)
    assert.equal([a.cancelled, b.cancelled, a.received, b.received], [true, true, 4, 2])
    assert.equal([head.held, readOnce(head, state)], [0, 'ended'])
  })

  test('a gate lets in as many as there is room for, sets the rest aside, and never blocks the inside', () => {
    const gate = { room: 2, check: () => {} }
    const { head, state, channels } = bench(2, { gate, gated: [true, false] })
    const [outside, inside] = channels as [Channel, Channel]
    outside.send(chunk('o1', 'o2', 'o3'))
    inside.send(chunk('i1'))
    assert.equal([head.waitsAtGate, head.heldInside], [true, 1])
    assert.equal(readOnce(head, state), ['o1', 'o2'])
    gate.room = 0
    assert.equal(readOnce(head, state), ['i1'])
    assert.is(readOnce(head, state), 'idle')
    assert.equal([head.waitsAtGate, head.outsideEnded, head.heldInside], [true, false, 0])
    gate.room = 5
    assert.equal(readOnce(head, state), ['o3'])
    outside.complete()
    assert.is(readOnce(head, state), 'idle')
    assert.equal([head.waitsAtGate, head.outsideEnded, outside.held], [false, true, 0])
    head.endNow()
    assert.is(readOnce(head, state), 'ended')
  })

  test('a loop that holds too much says so before another chunk is taken', () => {
    const check = (): never => { throw new Error('too many') } // prettier-ignore
    const { head, state } = bench(1, { gate: { room: 1, check } })
    assert.throws(() => readOnce(head, state), /too many/)
  })

  test('every record comes once and in order of its channel, and is accounted for, whatever happens when', () => {
    const step = fc.record({ act: fc.constantFrom('send', 'send', 'read', 'room', 'end'), n: fc.nat(20) })
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
        fc.array(step, { maxLength: 60 }),
        fc.boolean(),
        (gated, steps, cancels) => {
          // prettier-ignore
          const gate = { room: 3, check: () => {} }
          const { head, state, channels } = bench(gated.length, { gate, gated })
          const sent: number[][] = channels.map(() => [])
          const read: number[][] = channels.map(() => [])
          const ended = new Set<number>()
          const readSome = (quantum: number): string => {
            const { input } = state
            const got = readOnce(head, state, quantum)
            if (!Array.isArray(got)) return got
            void input
            read[state.input]!.push(...(got as number[]))
            if (gated[state.input]) gate.room -= got.length
            return 'read'
          }
          for (const { act, n } of steps) {
            const at = n % channels.length
            if (act === 'send' && channels[at]!.writable && !ended.has(at)) {
              const records = Array.from({ length: (n % 4) + 1 }, (_, i) => sent[at]!.length + i)
              sent[at]!.push(...records)
              channels[at]!.send(chunk(...records))
            } else if (act === 'read') readSome((n % 3) + 1)
            else if (act === 'room') gate.room = n % 5
            else if (act === 'end' && !ended.has(at)) {
              ended.add(at)
              channels[at]!.complete()
            }
          }
          const count = (lists: number[][]): number => lists.reduce((sum, list) => sum + list.length, 0)
          if (cancels) {
            head.cancel(state)
            assert.is(count(read) + head.unread, count(sent))
          } else {
            channels.forEach((channel, at) => !ended.has(at) && channel.complete())
            for (let status = ''; status !== 'ended'; status = readSome(2)) gate.room = 3
            assert.equal(read, sent)
            assert.is(head.held, 0)
          }
          for (const { sent: out, received } of channels) assert.is(received, out)
        },
      ),
      { numRuns: 300 },
    )
  })
})
