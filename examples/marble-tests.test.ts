// Testing a pipeline with diagrams, in virtual time: an hour takes a millisecond, and every run is the same.
//
//   node --import tsx --test examples/marble-tests.test.ts
//
// The kit throws AssertionErrors of node:assert, so it works in any test runner; here it is that of Node.

/* eslint-disable @typescript-eslint/no-floating-promises -- the test runner of Node awaits its tests itself */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataStream } from '../src/index.ts'
import {
  collectingSink,
  FAIL,
  faultPlan,
  marbles,
  PAUSE,
  TestEnvironment,
  testSource,
} from '../src/testing/index.ts'

/** The pipeline under test: it knows nothing of tests. Readings are looked up, and reported three at a time. */
function reports(
  readings: DataStream<string>,
  lookUp: (reading: string) => Promise<string>,
): DataStream<string[]> {
  return readings
    .map(lookUp, {
      name: 'look up',
      concurrency: 2,
      onError: { retry: { attempts: 1, backoff: 10 }, then: 'dead-letter' },
    })
    .batch({ size: 3, interval: 20 })
}

test('a report goes out when it is full, or after 20 ms', async () => {
  await marbles(({ env, cold, expectStream, expectSubscriptions }) => {
    const source = cold('abc--d 40ms |')
    const out = reports(env.fromObservable(source), async (reading) => reading.toUpperCase())
    expectStream(out).toBe('--p 22ms q 20ms |', { p: ['A', 'B', 'C'], q: ['D'] })
    expectSubscriptions(source).toBe('^ 45ms !')
  })
})

test('two look-ups overlap, the third waits', async () => {
  await marbles(({ env, source, delay, expectStream, expectReads }) => {
    const readings = source('(abc|)')
    const out = reports(env.fromSource(readings), async (reading) => {
      await delay(5)
      return reading
    })
    expectReads(readings).toBe('(ab)-(c|)')
    expectStream(out).toBe('----------(p|)', { p: ['a', 'b', 'c'] })
  })
})

test('a look-up that fails is tried once more; one that fails again is set aside', async () => {
  await marbles(({ env, cold, expectStream, expectDeadLetters }) => {
    const faults = faultPlan<string>({ records: (reading) => reading === 'b', times: 2 })
    const out = reports(
      env.fromObservable(cold('abc|')),
      faults.wrap(async (reading) => reading),
    )
    expectDeadLetters().toBe('-----------(b|)')
    expectStream(out).toBe('-----------(p|)', { p: ['a', 'c'] })
  })
})

test('stop reports what there is', async () => {
  const { result } = await marbles(({ env, hot, at, expectStream, expectSubscriptions }) => {
    const source = hot('-a-b----c---')
    const out = reports(env.fromObservable(source), async (reading) => reading)
    at(6, () => env.stop())
    expectStream(out).toBe('------(p|)', { p: ['a', 'b'] })
    expectSubscriptions(source).toBe('^-----!')
  })
  assert.equal(result.status, 'stopped')
})

test('a source that breaks, without diagrams', async () => {
  const env = new TestEnvironment()
  const source = testSource(['a', PAUSE(60_000), 'b', FAIL(new Error('unplugged')), 'c'], {
    clock: env.clock,
  })
  const sink = collectingSink<string[]>()
  reports(env.fromSource(source), async (reading) => reading).sink(sink)

  await assert.rejects(env.run(), /unplugged/)
  assert.deepEqual(sink.received, [{ value: ['a'], at: 20 }])
  assert.equal(source.closes, 1)
  sink.assertClosed()
})
