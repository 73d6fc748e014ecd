import { AsyncLocalStorage } from 'node:async_hooks'
import * as assert from 'uvu/assert'
import type { ServiceCaller } from '../../src/functions/services.ts'
import { CallChains } from '../../src/services/call-chain.ts'
import type { ServiceContext } from '../../src/services/service-context.ts'
import { suite } from '../support/suite.ts'
import { turn } from '../support/turns.ts'
import { gate, hosting, rejection, running, thrown } from './hosting.ts'

type Route = readonly string[]

/** Calls the next service on the route, after a turn of the event loop, and returns who was visited. */
class Relay {
  ctx!: ServiceContext
  setup(ctx: ServiceContext): void {
    this.ctx = ctx
  }
  async relay([next, ...rest]: Route): Promise<string> {
    await turn()
    if (next === undefined) return this.ctx.name
    return `${this.ctx.name} ${String(await this.ctx.callService(next, 'relay', [rest]))}`
  }
}

const relay = (from: Pick<ServiceCaller, 'callService'>, [first, ...rest]: Route): Promise<unknown> =>
  from.callService(first as string, 'relay', [rest])

suite('call chains', (test) => {
  test('that come back to a service are refused at once, naming the chain', async () => {
    const { host, op, clock } = await running({ a: Relay, b: Relay, c: Relay })
    const cases: [Route, string][] = [
      [['a', 'a'], 'a -> a'],
      [['a', 'b', 'a'], 'a -> b -> a'],
      [['c', 'a', 'b', 'c'], 'c -> a -> b -> c'],
      [['c', 'a', 'b', 'a'], 'a -> b -> a'],
      [['c', 'a', 'a'], 'a -> a'],
    ]
    for (const [route, chain] of cases) {
      const error = await rejection(relay(op, route))
      assert.is(error.code, 'ERR_SERVICE_CYCLE')
      assert.match(error.message, `service calls go in a circle: ${chain}\n`)
      assert.ok(error.remedy)
    }
    assert.is(clock.waiting, 0)
    await host.stop()
  })

  test('are refused where each service takes one call at a time, instead of deadlocking', async () => {
    class Narrow extends Relay {
      static concurrency = 1
    }
    const { host, op } = await running({ a: Narrow, b: Narrow })
    assert.is((await rejection(relay(op, ['a', 'b', 'a']))).code, 'ERR_SERVICE_CYCLE')
    assert.is((await rejection(relay(op, ['a', 'a']))).code, 'ERR_SERVICE_CYCLE')
    assert.is(await relay(op, ['a', 'b']), 'a b')
    await host.stop()
  })

  test('that know nothing of each other may meet the same services in any order', async () => {
    const { host, op } = await running({ a: Relay, b: Relay, c: Relay })
    const routes = [
      ['a', 'b', 'c'],
      ['b', 'a'],
      ['c', 'b', 'a'],
      ['a', 'c'],
      ['b', 'c', 'a'],
      ['c', 'a', 'b'],
    ]
    const all = Array.from({ length: 20 }, () => routes).flat()
    const answers = await Promise.all(all.map(async (route) => relay(op, route)))
    assert.equal(
      answers,
      all.map((route) => route.join(' ')),
    )
    await host.stop()
  })

  test('may branch, and visit one service twice from the same caller', async () => {
    class Twice extends Relay {
      async both(): Promise<unknown> {
        return Promise.all([relay(this.ctx, ['b', 'c']), relay(this.ctx, ['c', 'b']), relay(this.ctx, ['b'])])
      }
    }
    const { host, op } = await running({ a: Twice, b: Relay, c: Relay })
    assert.equal(await op.callService('a', 'both'), ['b c', 'c b', 'b'])
    await host.stop()
  })

  test('end where nobody waits any more: background work starts one of its own', async () => {
    const answered = gate()
    let background: Promise<unknown> | undefined
    class Background extends Relay {
      kick(): string {
        background = answered.promise.then(async () => relay(this.ctx, ['a']))
        return 'kicked'
      }
    }
    class Kicker extends Relay {
      async go(): Promise<unknown> {
        return this.ctx.callService('b', 'kick')
      }
    }
    const { host, op } = await running({ a: Kicker, b: Background })
    assert.is(await op.callService('a', 'go'), 'kicked')
    answered.open()
    assert.is(await background, 'a')
    await host.stop()
  })

  test('end where the caller has given up', async () => {
    const go = gate()
    let late: Promise<unknown> | undefined
    class Slow extends Relay {
      async work(): Promise<unknown> {
        await go.promise
        late = relay(this.ctx, ['a'])
        return late
      }
    }
    class Impatient extends Relay {
      async go(): Promise<unknown> {
        return this.ctx.callService('b', 'work', [], { timeout: 5 })
      }
    }
    const { host, op, clock } = await running({ a: Impatient, b: Slow })
    const failed = rejection(op.callService('a', 'go'))
    await clock.advance(5)
    assert.is((await failed).code, 'ERR_SERVICE_TIMEOUT')
    go.open()
    await turn()
    assert.is(await late, 'a')
    await host.stop()
  })

  test('begin with the service where it calls outside of any call, from a timer or a hook', async () => {
    const a = new Relay()
    const { host, clock } = await running({ a: { factory: () => a }, b: Relay })
    let fromTimer: Promise<unknown> | undefined
    const run = (): void => {
      fromTimer = rejection(relay(a.ctx, ['b', 'a']))
    }
    clock.setTimeout(run, 1)
    await clock.advance(1)
    assert.match(String(await fromTimer), 'a -> b -> a')
    await host.stop()
  })

  test('begin anew with an operator that a service pushed a record to', async () => {
    const records: Promise<unknown>[] = []
    class Pusher extends Relay {
      push(): void {
        // What an operator does with the record nobody here waits for.
        records.push(relay(op, ['b', 'a']))
      }
    }
    class Chained extends Relay {
      async go(): Promise<unknown> {
        return this.ctx.callService('b', 'push')
      }
    }
    const { host, op } = await running({ a: Chained, b: Pusher })
    await op.callService('a', 'go')
    assert.equal(await Promise.all(records), ['b a'])
    await host.stop()
  })

  test('go through a pipeline that is hosted as a service', async () => {
    // The pipeline answers from a queue, so its operators do not run in the asynchronous context of their caller.
    // What a request carries beside its value is a snapshot of that context.
    const requests: (() => void)[] = []
    const pipeline = {
      call: (route: Route): Promise<unknown> => {
        const enter = AsyncLocalStorage.snapshot()
        const answer = gate()
        requests.push(() => enter(() => answer.open(relay(operator, route))))
        return answer.promise
      },
    }
    class Caller extends Relay {
      async ask(route: Route): Promise<unknown> {
        return this.ctx.callService('p', 'call', [route])
      }
    }
    const { host, op } = hosting({ a: Caller, b: Relay, p: pipeline })
    const operator = host.caller({ name: 'map in p', within: 'p' })
    await host.start()
    const work = async (call: Promise<unknown>): Promise<unknown> => {
      await turn()
      for (const handle of requests.splice(0)) handle()
      return call
    }

    assert.is(await work(op.callService('p', 'call', [['a', 'b']])), 'a b')
    assert.is(await work(op.callService('a', 'ask', [['b']])), 'b')
    const back = await rejection(work(op.callService('a', 'ask', [['a']])))
    assert.match(back.message, 'a -> p -> a')
    const self = await rejection(operator.callService('p', 'call', [[]]))
    assert.match(self.message, 'p -> p')
    await host.stop()
  })
})

suite('CallChains', (test) => {
  test('follow asynchronous contexts only from the first call that could close a cycle', () => {
    const chains = new CallChains()
    chains.admit('a')
    assert.is(chains.extend(undefined, 'a'), undefined)
    assert.is(thrown(() => chains.extend('a', 'a')).code, 'ERR_SERVICE_CYCLE')
    assert.is(chains.extend('a', 'leaf'), undefined)
    assert.is(chains.tracking, false)

    chains.admit('b')
    const link = chains.extend('a', 'b')
    assert.is(chains.tracking, true)
    assert.is(link?.service, 'b')
    assert.is(link?.parent?.service, 'a')
    assert.is(thrown(() => chains.run(link, () => chains.extend('b', 'a'))).code, 'ERR_SERVICE_CYCLE')

    chains.disable()
    assert.is(chains.tracking, false)
    assert.is(
      chains.run(link, () => chains.extend(undefined, 'a')),
      undefined,
    )
  })
})
