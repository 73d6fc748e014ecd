import { type Observable, of, Subject, throwError } from 'rxjs'
import * as assert from 'uvu/assert'
import { SourceOverflowError } from '../../../../src/errors/overflow-errors.ts'
import type { SourceNode } from '../../../../src/graph/transformation.ts'
import { Book } from '../../../../src/runtime/metrics/book.ts'
import { ObservableHead } from '../../../../src/runtime/task/heads/observable-head.ts'
import type { LoopState } from '../../../../src/runtime/task/loop-state.ts'
import { suite } from '../../../support/suite.ts'
import { createState, readAll, readOnce } from '../support/head-bench.ts'
import { CountingWaker, countsOf, createNode } from '../support/parts.ts'

type Overflow = 'error' | 'drop-oldest' | 'drop-newest'

interface Bench {
  readonly head: ObservableHead
  readonly state: LoopState
  readonly book: Book
  readonly waker: CountingWaker
  readonly subject: Subject<unknown>
}

const bench = (overflow: Overflow = 'error', observable?: Observable<unknown>): Bench => {
  const subject = new Subject<unknown>()
  const [book, waker] = [new Book(), new CountingWaker()]
  const node = createNode({
    kind: 'source',
    name: 'ticks',
    source: { type: 'observable', overflow, capacity: 3 },
  })
  const head = new ObservableHead(observable ?? subject, node as SourceNode, book, waker)
  return { head, state: createState(), book, waker, subject }
}

suite('ObservableHead', (test) => {
  test('subscribes when it is first read, wakes for what is pushed, and gives it in order', () => {
    const { head, state, waker, subject } = bench()
    assert.not(subject.observed)
    assert.is(readOnce(head, state), 'idle')
    assert.ok(subject.observed)
    for (const n of [1, 2, 3]) subject.next(n)
    assert.is(waker.wakes, 3)
    assert.equal([head.held, readOnce(head, state, 2), head.held], [3, [1, 2], 1])
    subject.next(4)
    assert.equal(readAll(head, state), { records: [3, 4], status: 'idle' })
  })

  test('ends when the Observable completes, after what it gave', () => {
    const { head, state, waker, subject } = bench()
    readOnce(head, state)
    subject.next(1)
    subject.complete()
    assert.is(waker.wakes, 2)
    assert.equal(readAll(head, state), { records: [1], status: 'ended' })
    assert.equal(readAll(bench('error', of(1, 2)).head, createState()), { records: [1, 2], status: 'ended' })
  })

  test('throws the error of the Observable once, after what it gave', () => {
    const { head, state, subject } = bench()
    readOnce(head, state)
    subject.next(1)
    subject.error(new Error('broken'))
    assert.equal(readOnce(head, state), [1])
    assert.throws(() => readOnce(head, state), /broken/)
    assert.is(readOnce(head, state), 'ended')
    assert.throws(
      () =>
        readOnce(
          bench(
            'error',
            throwError(() => new Error('at once')),
          ).head,
          createState(),
        ),
      /at once/,
    )
  })

  test('beyond its capacity the policy decides, and what is dropped is counted', () => {
    for (const [overflow, left] of [
      ['drop-oldest', [3, 4, 5]],
      ['drop-newest', [1, 2, 3]],
    ] as const) {
      // prettier-ignore
      const { head, state, subject, book } = bench(overflow)
      readOnce(head, state)
      for (const n of [1, 2, 3, 4, 5]) subject.next(n)
      assert.equal(readAll(head, state).records, left)
      assert.equal(countsOf(book), { in: 2, dropped: 2 })
    }
  })

  test('overflow that is an error: what it held goes first, and nothing more is taken', () => {
    const { head, state, subject } = bench('error')
    readOnce(head, state)
    for (const n of [1, 2, 3, 4, 5]) subject.next(n)
    assert.equal(readOnce(head, state), [1, 2, 3])
    try {
      readOnce(head, state)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, SourceOverflowError)
      assert.match((error as Error).message, "Source 'ticks' pushed more than the 3 records it may hold.")
    }
  })

  test('what the pipeline has taken is its own: the buffer has room again', () => {
    const { head, state, subject, book } = bench('drop-newest')
    readOnce(head, state)
    for (const n of [1, 2, 3]) subject.next(n)
    head.fill(state, 2)
    for (const n of [4, 5, 6]) subject.next(n)
    assert.is(head.held, 5)
    assert.equal(readAll(head, state).records, [1, 2, 3, 4, 5])
    assert.is(book.dropped, 1)
  })

  test('stopped, it drains what was pushed; cancelled, it counts it', () => {
    const stopped = bench()
    readOnce(stopped.head, stopped.state)
    for (const n of [1, 2]) stopped.subject.next(n)
    assert.is(stopped.head.stop(), 'drains')
    assert.not(stopped.subject.observed)
    stopped.subject.next(3)
    assert.equal(readAll(stopped.head, stopped.state), { records: [1, 2], status: 'ended' })
    for (const fate of ['dropped', 'unfinished'] as const) {
      const { head, state, subject, book } = bench()
      readOnce(head, state)
      for (const n of [1, 2, 3]) subject.next(n)
      head.fill(state, 2)
      state.index++
      head.cancel(state, fate)
      assert.not(subject.observed)
      assert.equal(countsOf(book), { in: 2, [fate]: 2 })
      assert.equal([head.held, readOnce(head, state)], [0, 'ended'])
    }
  })

  test('stopped before it was read, it never subscribes', () => {
    const { head, state, subject } = bench()
    head.stop()
    assert.is(readOnce(head, state), 'ended')
    assert.not(subject.observed)
  })
})
