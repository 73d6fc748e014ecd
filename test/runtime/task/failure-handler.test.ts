import * as assert from 'uvu/assert'
import { OperatorError } from '../../../src/errors/operator-error.ts'
import { RecordTimeoutError } from '../../../src/errors/record-timeout-error.ts'
import type { Backoff, ErrorPolicy } from '../../../src/functions/error-policy.ts'
import type { Outputs } from '../../../src/runtime/flow-control/outputs.ts'
import type { StrandLetter } from '../../../src/runtime/dead-letters/strand-letters.ts'
import { Book } from '../../../src/runtime/metrics/book.ts'
import { backoffDelay, type Failure, FailureHandler } from '../../../src/runtime/task/failure-handler.ts'
import { suite } from '../../support/suite.ts'
import { countsOf, createNode } from './support/parts.ts'

interface Bench {
  readonly handler: FailureHandler
  readonly sent: unknown[]
  readonly kept: StrandLetter[]
  readonly fail: (onError: ErrorPolicy, told?: Partial<Failure> & { kind?: string }) => number | null
  readonly book: Book
}

const bench = (consumed = true): Bench => {
  const sent: unknown[] = []
  const kept: StrandLetter[] = []
  const outputs = { deadLetter: (letter: unknown) => (consumed && sent.push(letter), consumed) }
  const handler = new FailureHandler(outputs as unknown as Outputs, () => 99, {
    givenUp: (letter) => void kept.push(letter),
  })
  const book = new Book()
  const fail: Bench['fail'] = (onError, told = {}) =>
    handler.handle({
      node: createNode({
        id: 'n4',
        name: 'parse',
        kind: told.kind ?? 'map',
        onError,
        site: { file: 'job.ts', line: 3, column: 1 },
      }),
      book,
      error: new Error('no'),
      record: { id: 1 },
      hasRecord: true,
      attempts: 1,
      batched: false,
      retryable: true,
      reply: null,
      ...told,
    })
  return { handler, sent, kept, fail, book }
}

const errorOf = (call: () => unknown): OperatorError => {
  try {
    call()
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    return error
  }
  throw new Error('nothing was thrown')
}

suite('FailureHandler', (test) => {
  test('fail: throws what names the operator, its site, the record, the cause and the remedy', () => {
    const { fail, book } = bench()
    const error = errorOf(() => fail('fail'))
    assert.instance(error, OperatorError)
    assert.match(error.message, "Operator 'parse' failed: no\n")
    assert.match(error.message, 'operator: parse (job.ts:3)')
    assert.equal([error.operator, error.record], ['parse', '{ id: 1 }'])
    assert.equal(error.cause, new Error('no'))
    assert.match(error.remedy!, "onError: 'skip', 'dead-letter' or { retry }")
    assert.equal(countsOf(book), { errors: 1, failed: 1 })
  })

  test('fail: says how often it was tried, that it is a source, and what an error of ours advises', () => {
    const { fail } = bench()
    assert.match(errorOf(() => fail('fail', { attempts: 3 })).message, 'failed after 3 attempts: no')
    const source = errorOf(() => fail('fail', { kind: 'source', hasRecord: false, record: undefined }))
    assert.match(source.message, "Source 'parse' failed: no")
    assert.match(source.remedy!, 'Mend the source')
    assert.is(source.record, undefined)
    const ours = new RecordTimeoutError('late', { remedy: 'Raise it.' })
    assert.is(errorOf(() => fail('fail', { error: ours })).remedy, 'Raise it.')
    assert.match(errorOf(() => fail('fail', { error: undefined })).message, 'failed: undefined')
  })

  test('skip: drops the record, or nothing where there is none', () => {
    const { fail, book } = bench()
    assert.is(fail('skip'), null)
    assert.equal(countsOf(book), { errors: 1, dropped: 1 })
    assert.is(fail('skip', { hasRecord: false, record: undefined }), null)
    assert.equal(countsOf(book), { errors: 2, dropped: 1 })
  })

  test('dead-letter: sends a letter, or tells who keeps those that nobody reads', () => {
    const { fail, sent, book } = bench()
    assert.is(fail('dead-letter', { attempts: 2 }), null)
    const letter = {
      record: { id: 1 },
      operator: 'parse',
      nodeId: 'n4',
      error: new Error('no'),
      attempts: 2,
      at: 99,
    }
    assert.equal(sent, [letter])
    assert.equal(countsOf(book), { errors: 1, deadLettered: 1 })
    const unread = bench(false)
    unread.fail('dead-letter', { attempts: 2, key: 'k', eventTime: 5, input: 1 })
    const place = { key: 'k', eventTime: 5, input: 1, replay: null, final: null }
    assert.equal(unread.kept, [{ ...letter, ...place }])
    assert.is(unread.book.deadLettered, 1)
  })

  test('a batch is as many records as it holds, each with a letter of its own', () => {
    const batch = { record: ['a', 'b', 'c'], batched: true }
    for (const [policy, column] of [
      ['skip', 'dropped'],
      ['dead-letter', 'deadLettered'],
      ['fail', 'failed'],
    ] as const) {
      // prettier-ignore
      const { fail, sent, book } = bench()
      try {
        fail(policy, batch)
      } catch (error) {
        assert.instance(error, OperatorError)
      }
      assert.equal(countsOf(book), { errors: 1, [column]: 3 })
      const letters = policy === 'dead-letter' ? ['a', 'b', 'c'] : []
      assert.equal(
        sent.map((letter) => (letter as StrandLetter).record),
        letters,
      )
    }
    const { fail, book } = bench()
    fail('skip', { record: ['a', 'b'] })
    assert.is(book.dropped, 1, 'a record that is an array is one record')
  })

  test('retry: gives the delay while attempts are left, then does what `then` says', () => {
    const cases = [
      [undefined, 'failed'],
      ['fail', 'failed'],
      ['skip', 'dropped'],
      ['dead-letter', 'deadLettered'],
    ] as const
    for (const [then, column] of cases) {
      const { fail, book } = bench()
      const policy: ErrorPolicy = { retry: { attempts: 2, backoff: { initial: 10 } }, ...(then && { then }) }
      assert.equal(
        [1, 2].map((attempts) => fail(policy, { attempts })),
        [10, 20],
      )
      assert.equal(countsOf(book), { errors: 2 })
      if (column === 'failed')
        assert.match(errorOf(() => fail(policy, { attempts: 3 })).message, 'after 3 attempts')
      else assert.is(fail(policy, { attempts: 3 }), null)
      assert.equal(countsOf(book), { errors: 3, [column]: 1 })
    }
  })

  test('retry: not where calling again would emit twice', () => {
    const { fail, book } = bench()
    assert.is(fail({ retry: { attempts: 5 }, then: 'skip' }, { retryable: false }), null)
    assert.equal(countsOf(book), { errors: 1, dropped: 1 })
  })
})

suite('FailureHandler: requests', (test) => {
  test('the error of a request is the caller’s: it is told, and the job goes on', () => {
    const cases = [
      ['fail', 'rejected', 'dropped'],
      ['skip', 'resolved', 'dropped'],
      ['dead-letter', 'rejected', 'deadLettered'],
    ] as const
    for (const [policy, told, column] of cases) {
      const { fail, book } = bench()
      const log: unknown[] = []
      const reply = {
        resolve: (value: unknown) => log.push(['resolved', value]),
        reject: (error: unknown) => log.push(['rejected', error]),
        run: (call: () => unknown) => call(),
      }
      assert.is(fail(policy, { reply }), null)
      assert.equal(log, [[told, told === 'resolved' ? undefined : new Error('no')]])
      assert.equal(countsOf(book), { errors: 1, [column]: 1 })
    }
  })
})

suite('backoffDelay', (test) => {
  test('is constant, or grows by a factor up to a bound', () => {
    const delays = (backoff: Backoff): number[] =>
      [1, 2, 3, 4, 20, 2000].map((attempts) => backoffDelay(backoff, attempts))
    assert.equal(delays(0), [0, 0, 0, 0, 0, 0])
    assert.equal(delays(7), [7, 7, 7, 7, 7, 7])
    assert.equal(delays({ initial: 10 }), [10, 20, 40, 80, 30_000, 30_000])
    assert.equal(delays({ initial: 10, factor: 3, max: 100 }), [10, 30, 90, 100, 100, 100])
    assert.equal(delays({ initial: 10, factor: 1 }), [10, 10, 10, 10, 10, 10])
    assert.equal(delays({ initial: 200, max: 100 }), [100, 100, 100, 100, 100, 100])
  })

  test('is 0 for ever where it begins with 0', () => {
    assert.equal(
      [1, 5, 5000].map((attempts) => backoffDelay({ initial: 0 }, attempts)),
      [0, 0, 0],
    )
  })
})
