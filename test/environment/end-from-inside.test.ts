import * as assert from 'uvu/assert'
import type { LocalEnvironment } from '../../src/environment/local-environment.ts'
import { JobCancelledError } from '../../src/job/job-errors.ts'
import type { JobResult } from '../../src/job/job-result.ts'
import { assertBooksBalance, createEnvironment, nodeNamed } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'

const LENGTH = 100_000
/** Late enough for the loop to be the generated one. */
const LAST = 50_010

const ends: Readonly<Record<string, (env: LocalEnvironment, controller: AbortController) => void>> = {
  cancel: (env) => void env.cancel(),
  'stop({ drain: false })': (env) => void env.stop({ drain: false }),
  'an aborted signal': (_, controller) => controller.abort(),
}

const resultOf = (job: Promise<JobResult>): Promise<JobResult> =>
  job.catch((error: unknown) => {
    assert.instance(error, JobCancelledError)
    return (error as JobCancelledError).result
  })

suite('a job that is ended from inside a user function', (test) => {
  for (const [way, end] of Object.entries(ends)) {
    test(`by ${way} counts every call of the sink`, async () => {
      const env = createEnvironment()
      const controller = new AbortController()
      let calls = 0
      env
        .fromBatch(Array.from({ length: LENGTH }, (_, i) => i))
        .map((value) => value + 1)
        .sink(
          () => {
            if (++calls === LAST) end(env, controller)
          },
          { name: 'sink' },
        )
      const result = await resultOf(env.submit({ autostop: true, signal: controller.signal }))
      assert.ok(calls >= LAST && calls < LENGTH, `${calls} calls`)
      assert.is(nodeNamed(result, 'sink').handled, calls)
      assertBooksBalance(env.graph, result)
    })
  }

  test('where strands follow each other, and calls overlap', async () => {
    const env = createEnvironment()
    let calls = 0
    let sunk = 0
    env
      .fromBatch(Array.from({ length: LENGTH }, (_, i) => i))
      .rebalance()
      .map(
        (value) => {
          if (++calls === LAST) void env.cancel()
          return value
        },
        { concurrency: 4, name: 'map' },
      )
      .sink(() => void sunk++, { name: 'sink' })
    const result = await resultOf(env.submit({ autostop: true }))
    assert.is(nodeNamed(result, 'map').in >= calls, true)
    assert.is(nodeNamed(result, 'sink').handled, sunk)
    assertBooksBalance(env.graph, result)
  })
})

suite('a job that is stopped from inside its source', (test) => {
  test('returns a generator that was at work', async () => {
    const env = createEnvironment()
    let cleaned = false
    const numbers = function* (): Generator<number> {
      try {
        yield 1
        void env.stop()
        for (let i = 2; ; i++) yield i
      } finally {
        cleaned = true
      }
    }
    env.fromBatch(numbers).sink(() => {}, { name: 'sink' })
    const result = await env.submit({ autostop: true })
    assert.is(result.status, 'stopped')
    assert.ok(cleaned)
    assertBooksBalance(env.graph, result)
  })
})

suite('a job that is cancelled before it runs', (test) => {
  test('took no time', async () => {
    const env = createEnvironment()
    env.fromBatch([1]).collect()
    const result = await resultOf(env.submit({ autostop: true, signal: AbortSignal.abort() }))
    assert.is(result.durationMs, 0)
    assert.is(result.startedAt, result.endedAt)
    assert.ok(Date.parse(result.endedAt) > 0)
  })
})
