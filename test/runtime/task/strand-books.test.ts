import * as assert from 'uvu/assert'
import { END } from '../../../src/functions/user-functions.ts'
import { Book } from '../../../src/runtime/metrics/book.ts'
import { Cursor, LoopState } from '../../../src/runtime/task/loop-state.ts'
import {
  inertIterator,
  inertPull,
  publishBooks,
  unfinishedRecords,
} from '../../../src/runtime/task/strand-books.ts'
import { suite } from '../../support/suite.ts'
import { countsOf, createStage } from './support/parts.ts'

const nothing = (): undefined => undefined

suite('publishBooks', (test) => {
  test('makes the books of all stages from what the loop counted', () => {
    const stages = (['value', 'many', 'test', 'end'] as const).map((mode) => createStage(mode, nothing))
    const state = new LoopState(4, [new Cursor(1)])
    const source = new Book()
    state.entered.set([10, 30])
    state.dropped.set([2, 0, 5, 0])
    state.left.set([1, 0, 3, 0])
    publishBooks(stages, state, source)
    assert.equal(
      stages.map(({ book }) => countsOf(book)),
      [{ in: 10, dropped: 2, out: 7 }, { in: 7, out: 30 }, { in: 30, dropped: 5, out: 22 }, { in: 22 }],
    )
    assert.equal(countsOf(source), { out: 10 })
  })

  test('adds up, and counts nothing twice', () => {
    const stages = [createStage('pass', nothing)]
    const state = new LoopState(1, [])
    for (const entered of [3, 0, 4]) {
      state.entered[0]! += entered
      publishBooks(stages, state, null)
      publishBooks(stages, state, null)
    }
    assert.equal(countsOf(stages[0]!.book), { in: 7, out: 7 })
  })

  test('a chain without stages has its source', () => {
    const state = new LoopState(0, [])
    const source = new Book()
    state.entered[0] = 5
    publishBooks([], state, source)
    assert.equal(countsOf(source), { out: 5 })
  })
})

suite('unfinishedRecords', (test) => {
  test('are the record in hand, and those whose outputs were under way', () => {
    const stages = (['many', 'many', 'many', 'value'] as const).map((mode) => createStage(mode, nothing))
    const cursors = [new Cursor(0), new Cursor(1), new Cursor(2)]
    const state = new LoopState(4, cursors)
    cursors[0]!.open([1], 'record', NaN)
    cursors[1]!.open([1], 'of an end', NaN)
    cursors[1]!.counted = false
    state.op = 3
    unfinishedRecords(stages, state, false)
    assert.equal(
      stages.map(({ book }) => book.unfinished),
      [1, 0, 0, 0],
    )
    unfinishedRecords(stages, state, true)
    assert.equal(
      stages.map(({ book }) => book.unfinished),
      [2, 0, 0, 1],
    )
  })
})

suite('heads that have ended', (test) => {
  test('give nothing', () => {
    assert.equal(inertIterator.next(), { done: true, value: undefined })
    assert.is(inertPull(), END)
  })
})
