import * as assert from 'uvu/assert'
import type { Backoff } from '../../src/functions/error-policy.ts'
import { RecordTimeoutError } from '../../src/errors/record-timeout-error.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite } from '../support/suite.ts'
import { fail } from './failing.ts'
import {
  assertBooksBalance,
  bookOf,
  cancellationOf,
  createEnvironment,
  deferred,
  failureOf,
  never,
  until,
} from './jobs.ts'

suite('the backoff of a retry', (test) => {
  const cases: [string, Backoff, number, number[]][] = [
    ['a number is the same each time', 100, 3, [100, 100, 100]],
    ['doubles unless told', { initial: 10 }, 4, [10, 20, 40, 80]],
    ['grows by the factor, up to the maximum', { initial: 10, factor: 10, max: 500 }, 4, [10, 100, 500, 500]],
    ['grows no further than 30 s unless told', { initial: 20_000 }, 3, [20_000, 30_000, 30_000]],
    ['zero is at once', 0, 3, []],
  ]
  for (const concurrency of [1, 2]) {
    for (const [what, backoff, attempts, delays] of cases) {
      test(`${what}, concurrency ${concurrency}`, async () => {
        const clock = new ManualClock()
        const env = createEnvironment({ clock })
        let calls = 0
        env
          .fromBatch([1])
          .map(() => (calls++, fail()), {
            name: 'op',
            concurrency,
            onError: { retry: { attempts, backoff }, then: 'skip' },
          })
          .collect()
        const submitted = env.submit({ autostop: true })
        for (const [made, delay] of delays.entries()) {
          await clock.advance(delay - 1)
          assert.is(calls, made + 1, `before ${delay} ms are over`)
          await clock.advance(1)
          assert.is(calls, made + 2)
        }
        const result = await submitted
        assert.is(calls, attempts + 1)
        assert.equal(clock.asked, delays)
        assert.is(clock.waiting, 0)
        assert.equal(bookOf(result, 'op'), { in: 1, dropped: 1, errors: attempts + 1 })
      })
    }
  }

  test('is over at once when the job ends', async () => {
    for (const concurrency of [1, 2]) {
      const clock = new ManualClock()
      const env = createEnvironment({ clock })
      let calls = 0
      env
        .fromBatch([1])
        .map(() => (calls++, fail()), {
          name: 'op',
          concurrency,
          onError: { retry: { attempts: 9, backoff: 1000 } },
        })
        .collect()
      const handle = await env.submit()
      await until(() => calls === 1 && clock.waiting > 0)
      await handle.cancel()
      assert.is(clock.waiting, 0)
      assert.is(calls, 1)
      const { result } = await cancellationOf(handle.result)
      assert.is(bookOf(result, 'op').unfinished, 1)
      assertBooksBalance(env.graph, result)
    }
  })

  test('holds no other key up, and no unordered record', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    let failed = 0
    const flaky = async (n: number): Promise<number> => (n === 1 && failed++ === 0 ? fail() : n)
    const policy = { concurrency: 4, onError: { retry: { attempts: 1, backoff: 50 } } } as const
    const seen = env
      .fromBatch([1, 2, 3])
      .map(flaky, { ...policy, ordered: false })
      .collect()
    const submitted = env.submit({ autostop: true })
    await until(() => seen.values.length === 2)
    await clock.advance(50)
    await submitted
    assert.equal(seen.values, [2, 3, 1])
  })

  test('keeps the order of an ordered operator', async () => {
    const env = createEnvironment()
    const calls = new Map<number, number>()
    const seen = env
      .fromBatch(Array.from({ length: 50 }, (_, n) => n))
      .map(
        async (n) => {
          calls.set(n, (calls.get(n) ?? 0) + 1)
          if (n % 7 === 0 && calls.get(n)! < 3) fail()
          return n
        },
        { concurrency: 5, onError: { retry: { attempts: 2, backoff: 0.01 } } },
      )
      .collect()
    await env.submit({ autostop: true })
    assert.equal(
      seen.values,
      Array.from({ length: 50 }, (_, n) => n),
    )
  })

  test('of one key holds back the later records of that key, so that their order holds', async () => {
    const env = createEnvironment()
    const calls: number[] = []
    let failures = 0
    env
      .fromBatch([10, 11, 20, 12, 21])
      .keyBy((n) => Math.floor(n / 10))
      .map(
        async (n) => {
          calls.push(n)
          if (n === 10 && failures++ < 2) fail()
          return n
        },
        { concurrency: 5, onError: { retry: { attempts: 2, backoff: 0.01 } } },
      )
      .collect()
    await env.submit({ autostop: true })
    assert.equal(
      calls.filter((n) => n < 20),
      [10, 10, 10, 11, 12],
    )
    assert.equal(
      calls.filter((n) => n >= 20),
      [20, 21],
    )
  })
})

suite('the timeout of a call', (test) => {
  test('aborts the signal of that call alone, and is what the record fails with', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const signals = new Map<number, AbortSignal>()
    const seen = env
      .fromBatch([1, 2, 3])
      .map(
        (n, { signal }) => {
          signals.set(n, signal)
          return n === 2 ? never<number>() : Promise.resolve(n)
        },
        { name: 'op', timeout: 100, onError: 'dead-letter' },
      )
      .collect()
    const letters = env.deadLetters<number>().collect()
    const submitted = env.submit({ autostop: true })
    await until(() => signals.has(2))
    await clock.advance(99)
    assert.is(signals.get(2)!.aborted, false)
    await clock.advance(1)
    assert.equal(seen.values, [1, 3])
    // The call is still under way, so its operator is not closed before the stop timeout.
    await clock.advance(50)
    const result = await submitted
    assert.is(signals.get(2)!.aborted, true)
    assert.is(signals.get(1)!.aborted, false)
    assert.is(signals.get(3)!.aborted, false)
    assert.is(letters.values[0]!.record, 2)
    assert.instance(letters.values[0]!.error, RecordTimeoutError)
    assert.is(signals.get(2)!.reason, letters.values[0]!.error)
    assert.is(clock.waiting, 0)
    assertBooksBalance(env.graph, result)
  })

  test('fails the job by default, naming the operator', async () => {
    const env = createEnvironment({ stopTimeout: 1 })
    env.fromBatch([7]).sink(() => never(), { name: 'op', timeout: 1 })
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is(error.operator, 'op')
    assert.is(error.record, '7')
    assert.instance(error.cause, RecordTimeoutError)
    assertBooksBalance(env.graph, error.result)
  })

  test('an answer that comes too late changes nothing', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const answers = [deferred<string>(), deferred<string>()]
    let calls = 0
    const seen = env
      .fromBatch(['a'])
      .map(() => answers[calls++]!.promise, { timeout: 10, onError: { retry: { attempts: 1 } } })
      .collect()
    const submitted = env.submit({ autostop: true })
    await until(() => calls === 1)
    await clock.advance(10)
    await until(() => calls === 2)
    answers[0]!.resolve('late')
    answers[1]!.resolve('in time')
    await submitted
    assert.equal(seen.values, ['in time'])
  })

  test('does not touch what answers at once', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const seen = env
      .fromBatch([1, 2])
      .map((n) => n, { timeout: 10 })
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 2])
    assert.equal(clock.asked, [])
  })
})
