import * as assert from 'uvu/assert'
import { JobFailedError } from '../../src/index.ts'
import { faultPlan, TestEnvironment } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

/** Which of a hundred calls fail. */
function failedCalls(seed: number): readonly number[] {
  const plan = faultPlan<number>({ rate: 0.2, seed })
  const fn = plan.wrap((n) => n)
  for (let i = 0; i < 100; i++) {
    try {
      fn(i)
    } catch {
      // Planned.
    }
  }
  return plan.faults.map(({ call }) => call)
}

suite('faultPlan', (test) => {
  test('fails the calls it was told', () => {
    const plan = faultPlan<string>({ calls: [2, 3] })
    const fn = plan.wrap((x, suffix: string) => x + suffix)
    assert.is(fn('a', '!'), 'a!')
    assert.throws(() => fn('b', '!'), /planned fault at call 2/)
    assert.throws(() => fn('b', '!'), /planned fault at call 3/)
    assert.is(fn('b', '!'), 'b!')
    assert.is(plan.calls, 4)
    assert.is(plan.attempts('b'), 3)
    assert.equal(
      plan.faults.map(({ record, call, attempt }) => ({ record, call, attempt })),
      [
        { record: 'b', call: 2, attempt: 1 },
        { record: 'b', call: 3, attempt: 2 },
      ],
    )
  })

  test('fails the records it was told, each as often as told', () => {
    const plan = faultPlan<number>({ records: (n) => n > 1, times: 2, error: (n) => new RangeError(`${n}`) })
    const fn = plan.wrap((n) => n)
    assert.is(fn(1), 1)
    assert.throws(
      () => fn(2),
      (error: unknown) => error instanceof RangeError && error.message === '2',
    )
    assert.throws(() => fn(3))
    assert.throws(() => fn(2))
    assert.is(fn(2), 2)
    assert.throws(() => fn(3))
    assert.is(fn(3), 3)
  })

  test('fails a share of calls, the same ones for the same seed', () => {
    const calls = failedCalls(7)
    assert.equal(failedCalls(7), calls)
    assert.not.equal(failedCalls(8), calls)
    assert.ok(calls.length > 5 && calls.length < 40, `${calls.length} of 100`)
    assert.is(failedCalls(0).length > 0, true)
  })

  test('refuses what makes no sense', () => {
    assert.throws(() => faultPlan({ rate: 1.5 }), /rate is 1.5/)
    assert.throws(() => faultPlan({ rate: NaN }), /rate is NaN/)
    assert.throws(() => faultPlan({ calls: [0] }), /calls/)
    assert.throws(() => faultPlan({ times: 0 }), /times/)
  })

  test('tests a retry policy', async () => {
    const env = new TestEnvironment()
    const plan = faultPlan<number>({ records: (n) => n === 2, times: 2 })
    const seen = env
      .fromBatch([1, 2, 3])
      .map(
        plan.wrap((n) => n * 10),
        { onError: { retry: { attempts: 2, backoff: 100 } } },
      )
      .collect()
    const result = await env.run()
    assert.equal(seen.values, [10, 20, 30])
    assert.is(plan.attempts(2), 3)
    assert.is(result.durationMs, 200)
  })

  test('outlasts a retry policy when told to', async () => {
    const env = new TestEnvironment()
    const plan = faultPlan<number>({ records: (n) => n === 2, times: Infinity })
    const fn = plan.wrap(async (n) => n)
    env
      .fromBatch([1, 2, 3])
      .map(fn, { onError: { retry: { attempts: 4 } }, concurrency: 2 })
      .sink(() => {})
    await env.run().then(
      () => assert.unreachable(),
      (error) => assert.instance(error, JobFailedError),
    )
    assert.is(plan.attempts(2), 5)
  })
})
