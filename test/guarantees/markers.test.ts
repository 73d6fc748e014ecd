import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { EnvironmentOptions, JobProgress } from '../../src/index.ts'
import { TestEnvironment } from '../../src/testing/index.ts'
import type { Clock } from '../../src/time/clock.ts'
import { realClock } from '../../src/time/real-clock.ts'
import { suite } from '../support/suite.ts'
import { turns } from './support/run.ts'
import { anyGraph } from './support/any-graph.ts'
import { expected, outcome } from './support/random-graph.ts'

const seed = Number(process.env['MILLRACE_SEED'] ?? 20_260)
const numRuns = Number(process.env['MILLRACE_RUNS'] ?? 150)

/** So much time passes between two looks that markers are due all the time. */
const hasty = (): Clock => {
  let time = 0
  return { ...realClock, monotonic: () => (time += 30) }
}

/** Runs in virtual time, with a marker every 100 frames. What was last told before its end. */
async function lastProgress(
  build: (env: TestEnvironment, delay: (ms: number) => Promise<void>) => void,
  options: EnvironmentOptions = { latencyInterval: 100 },
): Promise<JobProgress> {
  const env = new TestEnvironment('markers', options as object)
  build(env, (ms) => new Promise((resolve) => env.clock.setTimeout(resolve, ms)))
  const told: JobProgress[] = []
  const subscription = env.progress$.subscribe((progress) => told.push(progress))
  await env.run()
  subscription.unsubscribe()
  return told.at(-1)!
}

suite('guarantees: latency markers', (test) => {
  test('change nothing that a pipeline does', { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(anyGraph, async (graph) => {
        const options = { latencyInterval: 100, clock: hasty() }
        assert.equal(await outcome(graph, options), expected(graph))
      }),
      { seed, numRuns, timeout: 5_000 },
    ),
  )

  test('wait behind calls in flight', async () => {
    const { latency } = await lastProgress((env, delay) => {
      env
        .fromInterval(10, { count: 200 })
        .map((value) => delay(250).then(() => value), { concurrency: 64 })
        .sink(() => {})
    })
    const { sinks, ...figures } = latency!
    // It leaves with a record, or just before, and waits for that or for the one before it.
    assert.ok(figures.p50 >= 240 && figures.max <= 250)
    assert.equal(sinks, [{ node: 'n2', ...figures }])
  })

  test('wait for what their own loop has in hand', async () => {
    const { latency } = await lastProgress((env, delay) => {
      env
        .fromBatch(Array.from({ length: 20 }, (_, i) => i))
        .map((value) => delay(200).then(() => value))
        .sink(() => {})
    })
    assert.is(latency?.max, 200)
  })

  test('wait behind records that are queued', async () => {
    const { latency } = await lastProgress((env, delay) => {
      // 20 records at once, each of which takes 10 ms.
      env
        .fromInterval(200, { count: 20 })
        .flatMap(() => Array.from({ length: 20 }, (_, i) => i))
        .rebalance()
        .map((value) => delay(10).then(() => value))
        .sink(() => {})
    })
    assert.equal(latency?.max, 200)
  })

  test('go to one of many subtasks, and are not waited for by the others', async () => {
    const { latency, edges } = await lastProgress((env) => {
      const numbers = env.fromInterval(100, { count: 30 })
      const slow = env.fromInterval(2_500, { count: 1 })
      numbers
        .union(slow)
        .keyBy((value) => value)
        .scan((sum, value) => sum + value, 0, { parallelism: 4 })
        .sink(() => {})
    })
    assert.equal(latency?.max, 0)
    assert.equal(edges.length > 0, true)
  })

  test('pass through windows, whose time is not that of the way', async () => {
    const { latency } = await lastProgress((env) => {
      env
        .fromInterval(10, { count: 100 })
        .batch({ size: 1_000 })
        .sink(() => {})
    })
    assert.equal(latency?.max, 0)
  })

  test('end where a feedback loop comes round', async () => {
    const { latency } = await lastProgress((env) => {
      const again = env.fromFuture<number>('again')
      const all = env.fromInterval(50, { count: 40 }).union(again)
      const [more, done] = [all.filter((value) => value % 4 !== 0), all.filter((value) => value % 4 === 0)]
      more.map((value) => value - 1).fillFuture(again)
      done.sink(() => {})
    })
    assert.ok(latency !== null)
  })

  test('are not there unless somebody asks', async () => {
    const { latency } = await lastProgress(
      (env) => void env.fromInterval(10, { count: 50 }).sink(() => {}),
      {},
    )
    assert.is(latency, null)
  })

  test('delay neither records nor the end', async () => {
    const build: Parameters<typeof lastProgress>[0] = (env, delay) => {
      env
        .fromInterval(40, { count: 12 })
        .throttle({ count: 1, interval: 70 })
        .map((value) => delay(110).then(() => value), { concurrency: 2 })
        .sink(() => delay(30))
    }
    for (const edgeCapacity of [1, 2]) {
      const options = { chunkSize: 1, edgeCapacity }
      const plain = await lastProgress(build, options)
      const marked = await lastProgress(build, { ...options, latencyInterval: 100 })
      assert.ok(marked.latency !== null)
      assert.is(marked.elapsedMs, plain.elapsedMs)
    }
  })

  test('set no timer', async () => {
    const env = new TestEnvironment('idle', { latencyInterval: 100 })
    const source = env.fromSource(() => new Promise<number>(() => {}))
    source.sink(() => {})
    const job = await env.submit()
    await turns(20)
    assert.is(env.clock.pending.length, 0)
    await job.cancel()
  })
})
