import * as assert from 'uvu/assert'
import { ServiceCycleError, ServiceUnavailableError } from '../../src/errors/service-errors.ts'
import type { ServiceContext } from '../../src/services/service-context.ts'
import { suite } from '../support/suite.ts'
import { assertBooksBalance, createEnvironment, deferred, failureOf, until } from './jobs.ts'

suite('a pipeline as a service', (test) => {
  test('answers each request with what becomes of it: a new object, undefined for a drop, a throw', async () => {
    for (const concurrency of [1, 4]) {
      const env = createEnvironment()
      env.registerPipeline('p', (requests) =>
        requests
          .map((n) => ({ n: n as number }))
          .filter(({ n }) => n % 2 > 0, { concurrency })
          .map(
            async ({ n }) => {
              await Promise.resolve()
              if (n === 3) throw new Error('three')
              return { answer: n * 10 }
            },
            { concurrency, name: 'inner' },
          )
          .tap(() => {}),
      )
      const seen = env
        .fromBatch([1, 2, 3, 5])
        .map(
          (n, ctx) =>
            ctx.callService('p', 'call', [n]).then(
              (answer) => answer ?? 'dropped',
              (error: Error) => error.message,
            ),
          { concurrency },
        )
        .collect()
      const result = await env.submit({ autostop: true })
      assert.is(result.status, 'completed', 'a request that fails is its caller’s affair')
      assert.equal(seen.values, [{ answer: 10 }, 'dropped', 'three', { answer: 50 }])
    }
  })

  test('answers concurrent requests, each its own', async () => {
    const env = createEnvironment()
    env.registerPipeline('p', (requests) =>
      requests.map(
        async (n) => {
          for (let turns = 10 - (n as number); turns > 0; turns--) await new Promise((r) => setImmediate(r))
          return n
        },
        { concurrency: 5, ordered: false },
      ),
    )
    const seen = env
      .fromBatch([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      .map(async (n, ctx) => [n, await ctx.callService('p', 'call', [n])], { concurrency: 10 })
      .collect()
    const result = await env.submit({ autostop: true })
    assert.equal(
      seen.values,
      Array.from({ length: 10 }, (_, n) => [n, n]),
    )
    assertBooksBalance(env.graph, result)
  })

  test('may be keyed, batched aside, and call services itself', async () => {
    const env = createEnvironment()
    const aside: unknown[] = []
    env.registerService('d', () => ({ later: async (n: number) => n * 2 }))
    env.registerPipeline('p', (requests) => {
      requests.batch(100).sink((batch) => void aside.push(...batch))
      return requests
        .keyBy((n) => (n as number) % 2)
        .scan((count) => count + 1, 0, { parallelism: 2 })
        .map((count, ctx) => ctx.callService('d', 'later', [count]))
    })
    const seen = env
      .fromBatch([1, 3, 2, 5])
      .map((n, ctx) => ctx.callService('p', 'call', [n]))
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [2, 4, 2, 6])
    assert.equal(aside, [1, 3, 2, 5])
  })

  test('has stopped when it has flushed, with the services that it calls still up', async () => {
    const env = createEnvironment()
    const stored: number[] = []
    env.registerService('store', () => ({
      write: async (batch: number[]) => {
        for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
        stored.push(...batch)
      },
    }))
    env.registerPipeline('p', (requests) => {
      requests
        .batch(100)
        .map((batch, ctx) => ctx.callService('store', 'write', [batch as number[]]))
        .sink(() => {})
      return requests.map((n) => (n as number) * 2)
    })
    env
      .fromBatch([1, 2, 3])
      .map((n, ctx) => ctx.callService('p', 'call', [n]))
      .sink(() => {})
    const result = await env.submit({ autostop: true })
    assert.equal(stored, [1, 2, 3])
    assertBooksBalance(env.graph, result)
    assert.ok(result.services.every(({ stopped, killed }) => stopped && !killed))
  })

  test('refuses a circle through an operator of its own', async () => {
    const env = createEnvironment()
    env.registerPipeline('p', (requests) =>
      requests.map((n, ctx) => (n === 0 ? 'end' : ctx.callService('p', 'call', [(n as number) - 1]))),
    )
    env
      .fromBatch([1])
      .map((n, ctx) => ctx.callService('p', 'call', [n]))
      .collect()
    const { cause } = await failureOf(env.submit({ autostop: true }))
    assert.instance(cause, ServiceCycleError)
  })

  test('serves until the services are stopped, without autostop', async () => {
    const env = createEnvironment()
    let call: ((n: number) => Promise<unknown>) | undefined
    env.registerPipeline('p', (requests) => requests.map((n) => (n as number) + 1))
    env.registerService('outside', () => ({
      setup: (ctx: ServiceContext) => void (call = (n) => ctx.callService('p', 'call', [n])),
    }))
    env.fromBatch([1]).collect()
    const handle = await env.submit()
    await handle.drained
    assert.is(await call!(1), 2)
    assert.is(await call!(2), 3)
    await handle.stop()
    const refused = await call!(3).catch((error: unknown) => error)
    assert.instance(refused, ServiceUnavailableError)
    assert.is((await handle.result).status, 'completed')
  })

  test('answers what is open when it is stopped, and refuses what waits when the job is cancelled', async () => {
    for (const end of ['stop', 'cancel'] as const) {
      const env = createEnvironment({ stopTimeout: 20 })
      const gate = deferred()
      let inside = 0
      let call: ((n: number) => Promise<unknown>) | undefined
      env.registerPipeline('p', (requests) =>
        requests.map(async (n) => {
          inside++
          await gate.promise
          return n
        }),
      )
      env.registerService('outside', () => ({
        setup: (ctx: ServiceContext) => void (call = (n) => ctx.callService('p', 'call', [n])),
      }))
      env.fromBatch([1]).collect()
      const handle = await env.submit()
      const answers = [1, 2].map((n) => call!(n).catch((error: { code: string }) => error.code))
      await until(() => inside === 1)
      const ended = handle[end]()
      gate.resolve()
      await ended
      const expected = end === 'stop' ? [1, 2] : Array.from({ length: 2 }, () => 'ERR_SERVICE_UNAVAILABLE')
      assert.equal(await Promise.all(answers), expected, end)
    }
  })

  test('an operator of it that breaks down for good fails the job', async () => {
    const env = createEnvironment()
    env.registerPipeline('p', (requests) =>
      requests.map(
        {
          open: () => {
            throw new Error('no')
          },
          map: (n) => n,
        },
        { name: 'inner' },
      ),
    )
    env.fromBatch([1]).collect()
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is(error.operator, 'inner')
  })
})
