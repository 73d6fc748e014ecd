import * as assert from 'uvu/assert'
import { Cursor, iterate, LoopState } from '../../../src/runtime/task/loop-state.ts'
import { suite } from '../../support/suite.ts'

suite('Cursor', (test) => {
  test('opens arrays by index, and everything else by its iterator', () => {
    const cursor = new Cursor(2)
    assert.equal([cursor.stage, cursor.active], [2, false])
    const outputs = [1, 2]
    cursor.index = 7
    cursor.open(outputs, 'origin', NaN)
    assert.equal([cursor.active, cursor.index, cursor.counted], [true, 0, true])
    assert.is(cursor.array, outputs)
    assert.is(cursor.origin, 'origin')
    cursor.close()
    assert.equal(
      [cursor.active, cursor.array, cursor.iterator, cursor.origin],
      [false, null, null, undefined],
    )
    cursor.open(new Set(['a']), 'origin', NaN)
    assert.equal([cursor.active, cursor.array], [true, null])
    assert.equal(cursor.iterator!.next(), { done: false, value: 'a' })
  })

  test('an empty array opens nothing', () => {
    const cursor = new Cursor(0)
    cursor.open([], 'origin', NaN)
    assert.not(cursor.active)
  })

  test('what cannot be iterated is refused, and leaves it closed', () => {
    for (const outputs of [5, {}, true, () => {}]) {
      const cursor = new Cursor(0)
      assert.throws(() => cursor.open(outputs, 1, NaN), /must return an array, an iterable/)
      assert.equal([cursor.active, cursor.iterator], [false, null])
    }
  })
})

suite('iterate', (test) => {
  test('takes iterables of both kinds, the synchronous way where there are two', async () => {
    const both = { *[Symbol.iterator]() { yield 'sync' }, async *[Symbol.asyncIterator]() { yield 'async' } } // prettier-ignore
    assert.equal(iterate(both).next(), { done: false, value: 'sync' })
    const async = { [Symbol.asyncIterator]: both[Symbol.asyncIterator] }
    assert.equal(await iterate(async).next(), { done: false, value: 'async' })
    assert.equal(iterate('ab').next(), { done: false, value: 'a' })
    for (const outputs of [null, undefined, 1]) assert.throws(() => iterate(outputs), TypeError)
  })

  test('calls with the right receiver', () => {
    class Own {
      readonly #items = [1];
      [Symbol.iterator](): Iterator<number> {
        return this.#items.values()
      }
    }
    assert.equal(iterate(new Own()).next(), { done: false, value: 1 })
  })
})

suite('LoopState', (test) => {
  test('counts by level and by stage, and knows the innermost cursor with something left', () => {
    const cursors = [new Cursor(1), new Cursor(3)]
    const state = new LoopState(4, cursors)
    assert.equal([state.entered.length, state.dropped.length, state.left.length], [3, 4, 4])
    assert.is(state.activeCursor, null)
    cursors[0]!.open([1], 0, NaN)
    assert.is(state.activeCursor, cursors[0])
    cursors[1]!.open([1], 0, NaN)
    assert.is(state.activeCursor, cursors[1])
    cursors[1]!.close()
    assert.is(state.activeCursor, cursors[0])
  })
})
