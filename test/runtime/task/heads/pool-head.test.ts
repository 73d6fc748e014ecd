import * as assert from 'uvu/assert'
import { OperatorError } from '../../../../src/errors/operator-error.ts'
import type { ErrorPolicy } from '../../../../src/functions/error-policy.ts'
import type { Outputs } from '../../../../src/runtime/flow-control/outputs.ts'
import { Book } from '../../../../src/runtime/metrics/book.ts'
import { FailureHandler } from '../../../../src/runtime/task/failure-handler.ts'
import { PoolHead } from '../../../../src/runtime/task/heads/pool-head.ts'
import type { StageMode } from '../../../../src/runtime/task/stage.ts'
import { suite } from '../../../support/suite.ts'
import { bench, type Bench, submit } from '../../flow-control/support/pool-bench.ts'
import { settle } from '../support/hand-clock.ts'
import { createState, readAll, readOnce } from '../support/head-bench.ts'
import { countsOf, createNode } from '../support/parts.ts'

interface Reading extends Bench {
  readonly head: PoolHead
  readonly state: ReturnType<typeof createState>
  readonly book: Book
  readonly letters: unknown[]
}

const reading = (
  mode: StageMode,
  onError: ErrorPolicy = 'fail',
  told: Parameters<typeof bench>[0] = {},
): Reading => {
  const at = bench(told)
  const letters: unknown[] = []
  const outputs = { deadLetter: (letter: unknown) => letters.push(letter) > 0 } as unknown as Outputs
  const book = new Book()
  const node = createNode({ onError })
  const head = new PoolHead(
    at.pool,
    { node, mode },
    book,
    new FailureHandler(outputs, () => 0, { givenUp: () => {} }),
    () => 'closed',
  )
  return { ...at, head, book, letters, state: createState() }
}

/** Answers calls in order: an Error rejects. */
const answer = async ({ calls }: Reading, ...results: unknown[]): Promise<void> => {
  results.forEach((result, i) => {
    if (result instanceof Error) calls[i]!.reject(result)
    else calls[i]!.resolve(result)
  })
  await settle()
}

suite('PoolHead', (test) => {
  const modes: readonly [StageMode, readonly unknown[], readonly unknown[], Record<string, number>][] = [
    ['value', [undefined, null, 'C'], [null, 'C'], { dropped: 1, out: 2 }],
    ['test', [true, 0, 'yes'], ['a', 'c'], { dropped: 1, out: 2 }],
    ['pass', [false, undefined, 1], ['a', 'b', 'c'], { out: 3 }],
    ['end', [1, 2, 3], [], {}],
  ]
  for (const [mode, results, expected, counts] of modes) {
    test(`${mode}: gives each record its fate`, async () => {
      const at = reading(mode)
      submit(at, 'a', 'b', 'c')
      assert.is(readOnce(at.head, at.state), 'idle')
      assert.is(at.head.held, 3)
      await answer(at, ...results)
      assert.equal(readAll(at.head, at.state), { records: expected, status: 'idle' })
      assert.equal(countsOf(at.book), counts)
      assert.is(at.pool.held, 0)
      at.pool.end()
      assert.is(readOnce(at.head, at.state), 'ended')
    })
  }

  test('many: outputs travel in the place of the key, beside the record that gave them', async () => {
    const at = reading('many')
    submit(at, 'a', 'b', 'c')
    await answer(at, [1, 2], null, 'xy')
    assert.is(at.head.fill(at.state, 9), 'ready')
    assert.equal(at.state.records.slice(0, at.state.limit), ['a', 'c'])
    assert.equal(at.state.keys!.slice(0, at.state.limit), [[1, 2], 'xy'])
    assert.equal(countsOf(at.book), {}, 'counted where they are taken one by one')
  })

  test('keys travel with the records', async () => {
    const at = reading('value', 'fail', { keyed: true })
    at.pool.submit('a', { k: 1 }, 0, NaN, null)
    await answer(at, 'A')
    at.head.fill(at.state, 9)
    assert.equal([at.state.records[0], at.state.keys![0]], ['A', { k: 1 }])
  })

  test('a slot is free again when its result has been read, and keeps nothing', async () => {
    const at = reading('value')
    submit(at, {}, {}, {})
    await answer(at, {}, {}, {})
    at.head.fill(at.state, 2)
    assert.equal([at.pool.held, at.state.limit], [3, 2])
    at.state.index = 2
    at.head.fill(at.state, 2)
    assert.equal([at.pool.held, at.state.index, at.state.limit], [3, 2, 3])
    at.state.index = 3
    assert.is(at.head.fill(at.state, 2), 'idle')
    assert.equal([at.pool.held, at.caller.wakes], [0, 1])
    assert.equal(at.state.records, [undefined, undefined, undefined])
  })

  test('results that came before a failure go their way first', async () => {
    const at = reading('value')
    submit(at, 'a', 'b')
    await answer(at, 'A', new Error('no'))
    assert.equal(readOnce(at.head, at.state), ['A'])
    assert.throws(() => readOnce(at.head, at.state), (error: unknown) => error instanceof OperatorError) // prettier-ignore
    assert.equal(countsOf(at.book), { out: 1, errors: 1, failed: 1 })
    assert.is(at.pool.held, 0)
  })

  test('skipped and dead-lettered records free their slots, and the next call for their key', async () => {
    for (const [policy, counts] of [
      ['skip', { dropped: 1 }],
      ['dead-letter', { deadLettered: 1 }],
    ] as const) {
      // prettier-ignore
      const at = reading('value', policy, { keyed: true })
      at.pool.submit('a1', 'a', 0, NaN, null)
      at.pool.submit('a2', 'a', 0, NaN, null)
      await answer(at, new Error('no'))
      assert.is(readOnce(at.head, at.state), 'idle')
      assert.equal(countsOf(at.book), { errors: 1, ...counts })
      assert.equal([at.pool.held, at.calls.length, at.letters.length], [1, 2, policy === 'skip' ? 0 : 1])
    }
  })

  test('a call that will be made again is made without waiting for its turn', async () => {
    const at = reading('value', { retry: { attempts: 1, backoff: 5 }, then: 'skip' })
    submit(at, 'slow', 'fails')
    at.calls[1]!.reject(new Error('once'))
    await settle()
    assert.is(readOnce(at.head, at.state), 'idle')
    at.clock.advance(5)
    assert.is(at.calls[2]!.value, 'fails')
    at.calls[2]!.resolve('again')
    at.calls[0]!.resolve('slow')
    await settle()
    assert.equal(readAll(at.head, at.state).records, ['slow', 'again'])
    assert.equal(countsOf(at.book), { errors: 1, out: 2 })
  })

  test('cancelled, what it holds and the loop did not read has the fate given', async () => {
    for (const fate of ['dropped', 'unfinished'] as const) {
      const at = reading('value')
      submit(at, 'a', 'b', 'c')
      at.calls[0]!.resolve('A')
      at.calls[1]!.resolve('B')
      await settle()
      at.head.fill(at.state, 9)
      at.state.index = 1
      at.head.cancel(at.state, fate)
      assert.equal(countsOf(at.book), { out: 1, [fate]: 2 })
      assert.ok(at.pool.cancelled)
      const settled = at.head.settled()
      at.calls[2]!.resolve('C')
      await settled
    }
  })

  test('closes what was opened where the calls are made', () => {
    assert.is(reading('value').head.close(), 'closed')
  })
})
