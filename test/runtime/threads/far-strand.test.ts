import * as assert from 'uvu/assert'
import { FarStrand, type StrandThread } from '../../../src/runtime/threads/far-strand.ts'
import { suite } from '../../support/suite.ts'

const bench = () => {
  const calls: unknown[] = []
  const note =
    (name: string) =>
    (...args: unknown[]): void =>
      void calls.push([name, ...args])
  const settled = (name: string) => (): Promise<void> => {
    calls.push([name])
    return Promise.resolve()
  }
  const thread: StrandThread = {
    closing: true,
    open: settled('open'),
    start: note('start'),
    stop: note('stop'),
    close: settled('close'),
    tell: note('tell'),
    commit: note('commit'),
    cancelBarrier: note('cancelBarrier'),
  }
  return { calls, strand: new FarStrand('t1[0]', 'count', ['n2', 'n3'], thread) }
}

suite('what stands for a strand in a thread', (test) => {
  test('drives its thread', async () => {
    const { strand, calls } = bench()
    await strand.open()
    strand.start()
    strand.stop()
    strand.commit(3)
    strand.cancelBarrier(4)
    await strand.abort()
    assert.equal(calls, [['open'], ['start'], ['stop'], ['commit', 3], ['cancelBarrier', 4], ['close']])
    assert.ok(strand.closing)
    assert.is(strand.member, strand)
  })

  test('names itself with barriers, which are for one strand of the thread', () => {
    const { strand, calls } = bench()
    const barrier = { kind: 'barrier', checkpoint: 2, final: false, full: true } as const
    strand.trigger(barrier)
    assert.equal(calls, [['tell', { type: 'barrier', strand: 't1[0]', barrier }]])
  })

  test('has records put back before its own operators, and those of nobody else', () => {
    const { strand, calls } = bench()
    assert.not.ok(strand.replay({ nodeId: 'n4' } as never))
    assert.equal(calls, [])
    const replay = { nodeId: 'n3' } as never
    assert.ok(strand.replay(replay))
    assert.equal(calls, [['tell', { type: 'replay', replay }]])
  })

  test('has the state that was told of last: written at a barrier, then what is left at its end', () => {
    const { strand } = bench()
    assert.equal(strand.partsAtBarrier(), [])
    const part = { stateId: 'tally', subtask: 1, book: { in: 5 } }
    const saved = { values: {}, tables: {} } as never
    strand.gave([{ ...part, saved }])
    const [written] = strand.partsAtBarrier()
    assert.equal([written!.stateId, written!.subtask, written!.ended, written!.book], ['tally', 1, false, { in: 5 }]) // prettier-ignore
    assert.is(written!.state.saved, saved)
    const values = new Map([['sum', Uint8Array.of(1)]])
    strand.left([{ ...part, values }])
    const [left] = strand.partsAtEnd()
    assert.equal([left!.ended, left!.state.saved], [true, null])
    assert.is(left!.state.values, values)
  })
})
