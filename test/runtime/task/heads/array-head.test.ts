import fc from 'fast-check'
import { CountingWaker } from '../support/parts.ts'
import * as assert from 'uvu/assert'
import { ArrayHead, ArrayShare } from '../../../../src/runtime/task/heads/array-head.ts'
import { suite } from '../../../support/suite.ts'
import { createState, readAll, readOnce } from '../support/head-bench.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

suite('ArrayHead', (test) => {
  test('deals every item exactly once and in order, whoever asks for how many', () => {
    const asks = fc.array(fc.record({ who: fc.nat(7), quantum: fc.integer({ min: 1, max: 300 }) }), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(3000), asks, (subtasks, count, turns) => {
        const share = new ArrayShare(numbers(count), subtasks)
        const heads = numbers(subtasks).map(() => ({ head: new ArrayHead(share, new CountingWaker()), state: createState(), seen: [] as unknown[] })) // prettier-ignore
        const dealt: unknown[] = []
        for (const { who, quantum } of turns) {
          const { head, state, seen } = heads[who % subtasks]!
          const read = readOnce(head, state, quantum)
          if (!Array.isArray(read)) continue
          assert.ok(read.length <= quantum && read.length > 0)
          dealt.push(...read)
          seen.push(...read)
        }
        for (const { head, state } of heads) {
          const { records, status } = readAll(head, state)
          dealt.push(...records)
          assert.is(status, 'ended')
        }
        assert.equal(dealt, numbers(count), 'ranges follow each other')
      }),
    )
  })

  test('spreads short inputs evenly over subtasks that take turns', () => {
    for (const [subtasks, count] of [
      [2, 4],
      [4, 16],
      [8, 100],
      [3, 1000],
    ] as const) {
      // prettier-ignore
      const share = new ArrayShare(numbers(count), subtasks)
      const counts = numbers(subtasks).map(() => 0)
      const heads = counts.map(() => ({
        head: new ArrayHead(share, new CountingWaker()),
        state: createState(),
      }))
      for (
        let read: unknown, turn = 0;
        (read = readOnce(heads[turn]!.head, heads[turn]!.state)) !== 'ended';
        turn = (turn + 1) % subtasks
      )
        // prettier-ignore
        counts[turn]! += (read as unknown[]).length
      assert.ok(
        Math.max(...counts) - Math.min(...counts) <= count / subtasks / 2 + 1,
        `${count}: ${counts.join(' ')}`,
      )
    }
  })

  test('reads a range to its end before it claims another, and the array itself, uncopied', () => {
    const items = numbers(10)
    const head = new ArrayHead(new ArrayShare(items, 1), new CountingWaker())
    const state = createState()
    assert.is(head.fill(state, 4), 'ready')
    assert.is(state.records, items)
    state.index = 2
    head.fill(state, 4)
    assert.equal([state.index, state.limit], [2, 4])
  })

  test('ends early when it is stopped or cancelled, whatever is left of its range', () => {
    for (const end of ['stop', 'cancel'] as const) {
      const share = new ArrayShare(numbers(10), 2)
      const [head, other] = [
        new ArrayHead(share, new CountingWaker()),
        new ArrayHead(share, new CountingWaker()),
      ]
      const state = createState()
      head.fill(state, 4)
      head[end]()
      assert.is(head.fill(state, 4), 'ended')
      assert.equal(readAll(other, createState()).records, numbers(10).slice(1))
    }
  })

  test('an empty array is at its end', () => {
    assert.is(new ArrayHead(new ArrayShare([], 3), new CountingWaker()).fill(createState(), 8), 'ended')
  })
})
