import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import * as assert from 'uvu/assert'
import type { ServiceContext } from '../../src/services/service-context.ts'
import { suite } from '../support/suite.ts'
import { turn } from '../support/turns.ts'
import { type Gate, gate, type Hosting, outcome, rejection, running } from './hosting.ts'

/** A service whose calls are answered by hand. */
interface Manual {
  readonly entered: unknown[]
  readonly gates: Gate[]
  service(concurrency?: number): object
}

function manual(): Manual {
  const entered: unknown[] = []
  const gates: Gate[] = []
  const work = (id: unknown): Promise<unknown> => {
    const answer = gate()
    entered.push(id)
    gates.push(answer)
    return answer.promise
  }
  return {
    entered,
    gates,
    service: (concurrency) => ({
      factory: () => ({ work }),
      ...(concurrency === undefined ? {} : { concurrency }),
    }),
  }
}

suite('service calls: limits', (test) => {
  test('are unlimited unless the service declares a limit', async () => {
    const { entered, gates, service } = manual()
    const { host, op } = await running({ a: service() })
    const calls = Array.from({ length: 100 }, async (_, id) => op.callService('a', 'work', [id]))
    assert.is(entered.length, 100)
    gates.forEach(({ open }, id) => open(id))
    assert.equal(
      await Promise.all(calls),
      Array.from({ length: 100 }).map((_, id) => id),
    )
    await host.stop()
  })

  test('hold at the static limit of a class, and admit in order of arrival', async () => {
    const entered: number[] = []
    const gates: Gate[] = []
    class Limited {
      static concurrency = 2
      async work(id: number): Promise<unknown> {
        entered.push(id)
        gates.push(gate())
        return gates.at(-1)?.promise
      }
    }
    const { host, op, clock } = await running({ a: Limited })
    const calls = [0, 1, 2, 3, 4].map((id) => outcome(op.callService('a', 'work', [id])))
    assert.equal(entered, [0, 1])
    gates[1]?.open()
    await turn()
    assert.equal(entered, [0, 1, 2])
    gates[0]?.break(new Error('a failure frees the slot as well'))
    await turn()
    assert.equal(entered, [0, 1, 2, 3])
    gates[2]?.open()
    gates[3]?.open()
    await turn()
    gates[4]?.open()
    await turn()
    const failed = 'error: Error: a failure frees the slot as well'
    const ok = 'ok: undefined'
    assert.equal(
      calls.map(({ state }) => state),
      [failed, ok, ok, ok, ok],
    )
    assert.is(clock.waiting, 0)
    await host.stop()
  })

  test('admit a long line of synchronous calls without recursion', async () => {
    const first = gate()
    const service = { hold: () => first.promise, work: (id: number) => id }
    const { host, op } = await running({ a: { factory: () => service, concurrency: 1 } })
    void op.callService('a', 'hold')
    const calls = Array.from({ length: 20_000 }, async (_, id) => op.callService('a', 'work', [id]))
    first.open()
    assert.is((await Promise.all(calls)).length, 20_000)
    await host.stop()
  })

  test('admit a call that a synchronous method sets off from outside', async () => {
    const log: string[] = []
    let { op }: Partial<Hosting> = {}
    let inner: Promise<unknown> | undefined
    const service = {
      outer: () => {
        inner = op?.callService('a', 'inner')
        log.push('outer')
      },
      inner: () => log.push('inner'),
    }
    const hosted = await running({ a: { factory: () => service, concurrency: 1 } })
    op = hosted.op
    await op.callService('a', 'outer')
    await inner
    assert.equal(log, ['outer', 'inner'])
    await hosted.host.stop()
  })

  test('run a call from the line in the asynchronous context of its caller', async () => {
    const storage = new AsyncLocalStorage<string>()
    const first = gate()
    const service = { hold: () => first.promise, context: () => storage.getStore() }
    const { host, op } = await running({ a: { factory: () => service, concurrency: 1 } })
    void storage.run('holder', () => op.callService('a', 'hold'))
    const context = storage.run('waiter', () => op.callService('a', 'context'))
    first.open()
    assert.is(await context, 'waiter')
    storage.disable()
    await host.stop()
  })
})

suite('service calls: answers', (test) => {
  test('bring back what the method returns, and the very error it throws', async () => {
    const failure = { not: 'even an Error' }
    const service = {
      value: 7,
      read(this: { value: number }, add: number) {
        return this.value + add
      },
      async later(value: unknown) {
        await turn()
        return value
      },
      throws: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- users throw anything
        throw failure
      },
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- users reject with anything
      rejects: () => Promise.reject(failure),
    }
    const { host, op, clock } = await running({ a: service })
    assert.is(await op.callService('a', 'read', [1]), 8)
    assert.is(await op.callService('a', 'later', [null]), null)
    assert.is(await op.callService('a', 'later'), undefined)
    for (const method of ['throws', 'rejects']) {
      const [result] = await Promise.allSettled([op.callService('a', method)])
      assert.is(result.status === 'rejected' && result.reason, failure)
    }
    assert.is(clock.waiting, 0)
    await host.stop()
  })

  test('refuse methods that are missing, are data, belong to every object, or are hooks', async () => {
    class Base {
      inherited(): number {
        return 1
      }
    }
    class Service extends Base {
      data = 1
      field = (): number => 2
      get computed(): number {
        return 3
      }
      start(): void {}
      lookup(): number {
        return 4
      }
    }
    const { host, op } = await running({ a: Service, empty: {} })
    assert.is(await op.callService('a', 'inherited'), 1)
    assert.is(await op.callService('a', 'field'), 2)
    for (const method of [
      'missing',
      'data',
      'computed',
      'constructor',
      'toString',
      'hasOwnProperty',
      '__proto__',
    ]) {
      const error = await rejection(op.callService('a', method))
      assert.is(error.code, 'ERR_SERVICE_UNAVAILABLE')
      assert.match(error.message, `service "a" has no method "${method}"`)
      assert.match(error.remedy ?? '', 'call one of its methods: field, inherited, lookup')
    }
    for (const hook of ['setup', 'start', 'stop', 'cleanup']) {
      const error = await rejection(op.callService('a', hook))
      assert.is(error.code, 'ERR_SERVICE_UNAVAILABLE')
      assert.match(error.message, `"${hook}" is a lifecycle hook`)
    }
    assert.ok((await rejection(op.callService('empty', 'x'))).remedy)
    await host.stop()
  })

  test('are refused before the service has started', async () => {
    const { host, op } = await running({})
    assert.is((await rejection(op.callService('a', 'x'))).code, 'ERR_SERVICE_UNAVAILABLE')
    await host.stop()
  })
})

suite('service calls: timeouts and aborts', (test) => {
  test('time out after 10 s unless told, naming who called what', async () => {
    const { service } = manual()
    const { host, op, clock } = await running({ a: service() })
    const call = op.callService('a', 'work')
    const seen = outcome(call)
    await clock.advance(9_999)
    assert.is(seen.state, undefined)
    await clock.advance(1)
    const error = await rejection(call)
    assert.is(error.code, 'ERR_SERVICE_TIMEOUT')
    assert.match(error.message, 'service "a" did not answer "work" within 10000 ms')
    assert.match(error.message, 'operator: op')
    assert.is(clock.waiting, 0)
    await host.stop()
  })

  test('take their own timeout, or none', async () => {
    const { service, gates } = manual()
    const { host, op, clock } = await running({ a: service() }, { callTimeout: 50 })
    const own = outcome(op.callService('a', 'work', [], { timeout: 10 }))
    const none = outcome(op.callService('a', 'work', [], { timeout: Infinity }))
    const standard = outcome(op.callService('a', 'work'))
    await clock.advance(10)
    assert.equal([own.state, standard.state], ['error: ERR_SERVICE_TIMEOUT', undefined])
    await clock.advance(40)
    assert.is(standard.state, 'error: ERR_SERVICE_TIMEOUT')
    await clock.advance(1e9)
    gates[1]?.open('at last')
    await turn()
    assert.is(none.state, 'ok: at last')
    await host.stop()
  })

  test('refuse a timeout that is none', async () => {
    const { host, op } = await running({ a: { work: () => 1 } })
    for (const timeout of [0, -1, NaN, '5' as never]) {
      assert.is((await rejection(op.callService('a', 'work', [], { timeout }))).code, 'ERR_INVALID_ARGUMENT')
    }
    assert.instance(await rejection(op.callService('a', 'work', [], null as never)), TypeError)
    await host.stop()
  })

  test('count the wait in line, and leave it without having been entered', async () => {
    const { service, entered, gates } = manual()
    const { host, op, clock } = await running({ a: service(1) })
    const first = outcome(op.callService('a', 'work', ['first'], { timeout: Infinity }))
    const second = op.callService('a', 'work', ['second'], { timeout: 20 })
    const third = outcome(op.callService('a', 'work', ['third']))
    const failed = rejection(second)
    await clock.advance(20)
    assert.match(
      (await failed).message,
      'service "a" had no free slot for "work" within 20 ms: 1 calls are in flight',
    )
    gates[0]?.open(1)
    await turn()
    gates[1]?.open(3)
    await turn()
    assert.equal(entered, ['first', 'third'])
    assert.equal([first.state, third.state], ['ok: 1', 'ok: 3'])
    await host.stop()
  })

  test('keep the slot after a timeout until the service is really done', async () => {
    const { service, entered, gates } = manual()
    const { host, op, clock } = await running({ a: service(1) })
    const first = outcome(op.callService('a', 'work', [1], { timeout: 10 }))
    const second = outcome(op.callService('a', 'work', [2]))
    await clock.advance(10)
    assert.is(first.state, 'error: ERR_SERVICE_TIMEOUT')
    assert.equal(entered, [1])
    gates[0]?.break(new Error('too late to matter'))
    await turn()
    assert.equal(entered, [1, 2])
    gates[1]?.open()
    await turn()
    assert.is(second.state, 'ok: undefined')
    await host.stop()
  })

  test('end with the reason of their signal: before, in line, in flight', async () => {
    const { service, entered } = manual()
    const { host, op, clock } = await running({ a: service(1) })
    const controller = new AbortController()
    const { signal } = controller
    const reason = new Error('enough')
    const inFlight = rejection(op.callService('a', 'work', [1], { signal }))
    const inLine = rejection(op.callService('a', 'work', [2], { signal }))
    controller.abort(reason)
    const before = rejection(op.callService('a', 'work', [3], { signal }))
    for (const call of [inFlight, inLine, before]) assert.is(await call, reason)
    assert.equal(entered, [1])
    assert.is(getEventListeners(signal, 'abort').length, 0)
    assert.is(clock.waiting, 0)
    await host.stop()
  })

  test('abort the signal of the call that is given up, and of no other', async () => {
    const signals: AbortSignal[] = []
    class Service {
      #ctx!: ServiceContext
      setup(ctx: ServiceContext): void {
        this.#ctx = ctx
      }
      async work(): Promise<unknown> {
        signals.push(this.#ctx.callSignal())
        await turn()
        assert.is(this.#ctx.callSignal(), this.#ctx.signal)
        return gate().promise
      }
    }
    const { host, op, clock } = await running({ a: Service })
    const short = rejection(op.callService('a', 'work', [], { timeout: 10 }))
    const long = rejection(op.callService('a', 'work'))
    await clock.advance(10)
    assert.is(signals[0]?.reason, await short)
    assert.is(signals[1]?.aborted, false)
    await host.stop()
    assert.is(signals[1]?.reason, await long)
  })
})
