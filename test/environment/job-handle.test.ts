import * as assert from 'uvu/assert'
import type { LocalEnvironment } from '../../src/environment/local-environment.ts'
import {
  assertBooksBalance,
  cancellationOf,
  createEnvironment,
  failureOf,
  rest,
  turn,
  until,
} from '../job/jobs.ts'
import { suite } from '../support/suite.ts'
import { statuses, witness } from './observed.ts'

suite('submit() without autostop', (test) => {
  test('gives a handle as soon as the job runs, and keeps services up until it is stopped', async () => {
    const env = createEnvironment()
    const calls = witness(env)
    env.fromBatch([1, 2]).sink(() => void calls.push('record'))
    const handle = await env.submit()
    const status = statuses(handle)
    assert.is(handle.status, 'running')
    assert.is(handle.name, 'job')
    await handle.drained
    await rest()
    assert.is(handle.status, 'running')
    assert.equal(calls, ['start', 'record', 'record'])
    await handle.stop()
    assert.equal(calls, ['start', 'record', 'record', 'stop', 'cleanup'])
    const result = await handle.result
    assert.is(result.status, 'completed')
    assert.is(result.jobId, handle.id)
    assert.equal(status, ['running', 'completed'])
    assert.equal(statuses(env), ['completed'])
    assertBooksBalance(env.graph, result)
  })

  test('close() of the environment ends it the same way, and so does await using', async () => {
    for (const end of [
      (env: LocalEnvironment) => env.close(),
      (env: LocalEnvironment) => env[Symbol.asyncDispose](),
      (env: LocalEnvironment) => env.stop(),
    ]) {
      const env = createEnvironment()
      const calls = witness(env)
      env.fromBatch([1]).sink(() => {})
      const handle = await env.submit()
      await handle.drained
      await end(env)
      assert.equal(calls, ['start', 'stop', 'cleanup'])
      assert.is((await handle.result).status, 'completed')
    }
  })

  test('disposing of the environment stops what still runs', async () => {
    const env = createEnvironment()
    env.fromSource(() => new Promise<number>((resolve) => setImmediate(resolve, 1))).sink(() => {})
    const handle = await env.submit()
    await env[Symbol.asyncDispose]()
    assert.is(handle.status, 'stopped')
  })

  test('rejects when the job cannot start', async () => {
    const env = createEnvironment()
    env.registerService('broken', () => {
      throw new Error('no')
    })
    env.fromBatch([1]).collect()
    const error = await failureOf(env.submit())
    assert.is(error.operator, 'broken')
    assert.is(env.status, 'failed')
  })

  test('a result nobody looks at is no unhandled rejection', async ({ cleanup }) => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    cleanup(() => process.removeListener('unhandledRejection', note))
    const env = createEnvironment()
    env
      .fromSource(() => Promise.resolve(1))
      .map(() => {
        throw new Error('boom')
      })
      .collect()
    const handle = await env.submit()
    await handle.drained
    await until(() => handle.status === 'failed')
    await rest()
    assert.equal(unhandled, [])
    await failureOf(handle.result)
  })

  test('a failure after the sources are dry still fails the job', async () => {
    const env = createEnvironment()
    const calls = witness(env)
    env.registerPipeline('late', (requests) => requests.map((n) => n))
    env.fromBatch([1]).collect()
    const handle = await env.submit()
    await handle.drained
    await handle.cancel()
    assert.is(handle.status, 'cancelled')
    await cancellationOf(handle.result)
    assert.equal(calls, ['start', 'stop', 'cleanup'])
  })

  test('status$ begins with what is, and completes when the job is over', async () => {
    const env = createEnvironment()
    env.fromBatch([1]).collect()
    const handle = await env.submit()
    const seen: unknown[] = []
    handle.status$.subscribe({ next: (status) => seen.push(status), complete: () => seen.push('over') })
    await handle.drained
    await handle.stop()
    handle.status$.subscribe({ next: (status) => seen.push(status), complete: () => seen.push('over') })
    await turn()

    assert.equal(seen, ['running', 'completed', 'over', 'completed', 'over'])
  })
})
