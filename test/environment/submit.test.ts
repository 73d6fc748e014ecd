import * as assert from 'uvu/assert'
import { END } from '../../src/functions/user-functions.ts'
import { assertBooksBalance, createEnvironment, deferred, rest, until } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'
import { statuses, witness } from './observed.ts'

suite('submit({ autostop: true })', (test) => {
  test('resolves to the result when everything is done', async () => {
    const env = createEnvironment()
    const seen = env
      .fromBatch([1, 2, 3])
      .map((n) => n * 2, { name: 'double' })
      .collect({ name: 'out' })
    const status = statuses(env)
    const result = await env.submit({ autostop: true })
    assert.equal(seen.values, [2, 4, 6])
    assert.equal(status, ['pending', 'running', 'completed'])
    assert.is(result.status, 'completed')
    assert.is(result.name, 'job')
    assert.is(result.restarts, 0)
    assert.is(result.durationMs, Date.parse(result.endedAt) - Date.parse(result.startedAt))
    assert.equal(
      result.nodes.map(({ name, kind, parallelism }) => [name, kind, parallelism]),
      [
        ['source-1', 'source', 1],
        ['double', 'map', 1],
        ['out', 'sink', 1],
      ],
    )
    assertBooksBalance(env.graph, result)
  })

  test('a source that never had anything ends the job all the same', async () => {
    for (const empty of [[], new Set<number>(), () => [], async function* () {}]) {
      const env = createEnvironment()
      const calls = witness(env)
      const counts = env
        .fromBatch<unknown>(empty as never)
        .count()
        .collect()
      await env.submit({ autostop: true })
      assert.equal(counts.values, [0])
      assert.equal(calls, ['start', 'stop', 'cleanup'])
    }
  })

  test('the same environment again is a new job with fresh state', async () => {
    const env = createEnvironment()
    const source = env.fromBatch(() => [1, 1, 2])
    const keyed = source.keyBy((n) => n)
    const all = [
      source.collect(),
      source.scan((sum, n) => sum + n, 0).collect(),
      source.reduce((a, b) => a + b).collect(),
      source.count().collect(),
      source.dedupe().collect(),
      source.take(2).collect(),
      source.skip(2).collect(),
      source.batch(2).collect(),
      keyed.count().collect(),
      keyed
        .scan(
          (sum, n) => sum + n,
          () => 0,
        )
        .collect(),
      keyed
        .join(
          source.keyBy((n) => n),
          (a, b) => a + b,
        )
        .collect(),
    ]
    const runs: unknown[] = []
    const ids = new Set<string>()
    for (let run = 0; run < 3; run++) {
      const result = await env.submit({ autostop: true })
      ids.add(result.jobId)
      runs.push(all.map(({ values }) => values))
      assertBooksBalance(env.graph, result)
    }
    assert.equal(runs[1], runs[0])
    assert.equal(runs[2], runs[0])
    assert.is(ids.size, 3)
  })

  test('two jobs of one environment at once keep apart', async () => {
    const env = createEnvironment()
    const made: number[] = []
    env.registerService('counter', () => {
      let count = 0
      made.push(1)
      return { next: () => ++count }
    })
    const sums: number[] = []
    env
      .fromBatch(() => [1, 2, 3])
      .map((_, ctx) => ctx.callService('counter', 'next') as Promise<number>)
      .reduce((a, b) => a + b)
      .sink((sum) => void sums.push(sum))
    const [a, b] = await Promise.all([env.submit({ autostop: true }), env.submit({ autostop: true })])
    assert.is.not(a.jobId, b.jobId)
    assert.equal(sums, [6, 6])
    assert.is(made.length, 2)
  })

  test('the status is that of the job submitted last', async () => {
    const env = createEnvironment()
    let round = 0
    const gate = deferred<typeof END>()
    env.fromSource(() => (round++ === 0 ? gate.promise : END)).sink(() => {})
    const first = await env.submit()
    await until(() => round === 1)
    await env.submit({ autostop: true })
    assert.is(env.status, 'completed')
    await first.stop()
    assert.is(first.status, 'stopped')
    assert.is(env.status, 'completed')
  })

  test('an option that is wrong rejects, and starts nothing', async () => {
    const env = createEnvironment()
    let read = 0
    env.fromSource(() => (read++, END)).sink(() => {})
    const submitted = env.submit({ signal: 'now' as never, autostop: true })
    await submitted.then(
      () => assert.unreachable(),
      (error: unknown) => assert.is((error as { code?: string }).code, 'ERR_INVALID_ARGUMENT'),
    )
    await rest()
    assert.is(read, 0)
  })
})
