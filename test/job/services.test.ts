import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/environment/local-environment.ts'
import {
  ServiceCycleError,
  ServiceTimeoutError,
  ServiceUnavailableError,
} from '../../src/errors/service-errors.ts'
import type { ServiceContext } from '../../src/services/service-context.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite } from '../support/suite.ts'
import { createEnvironment, deferred, failureOf, never, until } from './jobs.ts'

class Doubler {
  readonly #log: string[]
  constructor(log: string[] = []) {
    this.#log = log
  }
  start(): void {
    this.#log.push('start')
  }
  double(n: number): number {
    return n * 2
  }
  async later(n: number): Promise<number> {
    await Promise.resolve()
    return n * 2
  }
}

suite('services in operators', (test) => {
  test('are called by a typed proxy, from every kind of function, and from hooks', async () => {
    const env = new LocalEnvironment('typed').registerService('d', Doubler)
    const source = env.fromBatch([1, 2])
    const results = [
      source.map((n, ctx) => ctx.service('d').double(n)).collect(),
      source.map((n, ctx) => ctx.service('d').later(n), { concurrency: 2 }).collect(),
      source
        .filter(async (n, ctx) => (await ctx.service('d').double(n)) > 0)
        .map((n) => n * 2)
        .collect(),
      source.flatMap(async (n, ctx) => [await ctx.service('d').double(n)]).collect(),
      source
        .process<number>(async (n, ctx, out) => void out.emit(await ctx.service('d').double(n)))
        .collect(),
      source
        .map({
          open: async (ctx) => void assert.is(await ctx.service('d').double(4), 8),
          map: (n, ctx) => ctx.callService('d', 'double', [n]) as Promise<number>,
        })
        .collect(),
      env
        .fromBatch([2, 4])
        .process<number>({
          process: () => {},
          end: async (out, ctx) => {
            await out.emit(await ctx.service('d').double(1))
            await out.emit(await ctx.service('d').double(2))
          },
        })
        .collect(),
    ]
    await env.submit({ autostop: true })
    for (const { values } of results) assert.equal(values, [2, 4])
  })

  test('are made once per job, with their arguments', async () => {
    const env = createEnvironment()
    const log: string[] = []
    env.registerService('d', Doubler, log)
    env
      .fromBatch([1])
      .map((n, ctx) => ctx.callService('d', 'double', [n]))
      .collect()
    await env.submit({ autostop: true })
    await env.submit({ autostop: true })
    assert.equal(log, ['start', 'start'])
  })

  test('a call that fails is the failure of the record, by its policy', async () => {
    const env = createEnvironment()
    const boom = new Error('boom')
    env.registerService('s', () => ({
      fail: () => {
        throw boom
      },
    }))
    const call = (_: number, ctx: { callService(name: string, method: string): Promise<unknown> }): unknown =>
      ctx.callService('s', 'fail')
    env.fromBatch([1]).map(call, { name: 'op' }).collect()
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is(error.operator, 'op')
    assert.is(error.cause, boom)
    const other = createEnvironment()
    other.registerService('s', () => ({ fail: () => Promise.reject(boom) }))
    other.fromBatch([1, 2]).map(call, { onError: 'dead-letter' }).collect()
    const letters = other.deadLetters().collect()
    await other.submit({ autostop: true })
    assert.equal(
      letters.values.map(({ error }) => error),
      [boom, boom],
    )
  })

  test('a call has a timeout: its own, or that of the environment', async () => {
    for (const timeout of [undefined, 30]) {
      const clock = new ManualClock()
      const env = createEnvironment({ clock, callTimeout: 100 })
      let called = 0
      env.registerService('s', () => ({ hang: () => (called++, never()) }))
      env
        .fromBatch([1])
        .map((_, ctx) => ctx.callService('s', 'hang', [], timeout === undefined ? {} : { timeout }), {
          name: 'op',
        })
        .collect()
      const failed = failureOf(env.submit({ autostop: true }))
      await until(() => called === 1)
      await clock.advance((timeout ?? 100) - 1)
      assert.is(env.status, 'running')
      await clock.advance(1)
      const { cause, operator } = await failed
      assert.instance(cause, ServiceTimeoutError)
      assert.is(operator, 'op')
      assert.is(clock.waiting, 0)
    }
  })

  test('a name or a method that does not exist says which do', async () => {
    for (const [name, method] of [
      ['nobody', 'double'],
      ['d', 'triple'],
      ['d', 'start'],
    ] as const) {
      const env = createEnvironment()
      env.registerService('d', Doubler)
      env
        .fromBatch([1])
        .map((_, ctx) => ctx.callService(name, method), { name: 'op' })
        .collect()
      const { cause, remedy } = await failureOf(env.submit({ autostop: true }))
      assert.instance(cause, ServiceUnavailableError)
      assert.match(remedy ?? (cause as ServiceUnavailableError).remedy!, /\bd\b|double|hook|job/)
    }
  })

  test('services call one another, but none itself, and no circle', async () => {
    class Base {
      value(): number {
        return 7
      }
    }
    class Middle {
      #ctx: ServiceContext | undefined
      setup(ctx: ServiceContext): void {
        this.#ctx = ctx
      }
      async value(): Promise<number> {
        return ((await this.#ctx!.callService('base', 'value')) as number) + 1
      }
      self(): Promise<unknown> {
        return this.#ctx!.callService('middle', 'value')
      }
      round(): Promise<unknown> {
        return this.#ctx!.callService('top', 'back')
      }
    }
    class Top {
      #ctx: ServiceContext | undefined
      setup(ctx: ServiceContext): void {
        this.#ctx = ctx
      }
      back(): Promise<unknown> {
        return this.#ctx!.callService('middle', 'value')
      }
    }
    const run = async (method: string): Promise<unknown> => {
      const env = createEnvironment()
      env.registerService('base', Base).registerService('middle', Middle).registerService('top', Top)
      const seen = env
        .fromBatch([1])
        .map((_, ctx) => ctx.callService('middle', method))
        .collect()
      await env.submit({ autostop: true })
      return seen.values[0]
    }
    assert.is(await run('value'), 8)
    assert.instance((await failureOf(run('self'))).cause, ServiceCycleError)
    const { cause } = await failureOf(run('round'))
    assert.instance(cause, ServiceCycleError)
    assert.match((cause as Error).message, 'middle -> top -> middle')
  })

  test('a declared limit holds across operators', async () => {
    const env = createEnvironment()
    let inside = 0
    let most = 0
    class Limited {
      static concurrency = 2
      async work(): Promise<void> {
        most = Math.max(most, ++inside)
        await new Promise((resolve) => setImmediate(resolve))
        inside--
      }
    }
    env.registerService('s', Limited)
    const source = env.fromBatch([1, 2, 3, 4, 5, 6])
    for (let i = 0; i < 3; i++) source.sink((_, ctx) => ctx.callService('s', 'work'), { concurrency: 4 })
    await env.submit({ autostop: true })
    assert.is(most, 2)
  })

  test('calls in flight are rejected and aborted when the job is cancelled', async () => {
    const env = createEnvironment()
    const started = deferred()
    let signal: AbortSignal | undefined
    env.registerService('s', () => {
      let ctx: ServiceContext | undefined
      return {
        setup: (given: ServiceContext) => void (ctx = given),
        hang: () => {
          signal = ctx!.callSignal()
          started.resolve()
          return never()
        },
      }
    })
    const errors: unknown[] = []
    env
      .fromBatch([1])
      .map((_, c) => c.callService('s', 'hang').catch((error: unknown) => errors.push(error)))
      .collect()
    const handle = await env.submit()
    await started.promise
    await handle.cancel()
    assert.ok(signal!.aborted)
    assert.instance(errors[0], ServiceUnavailableError)
  })
})
