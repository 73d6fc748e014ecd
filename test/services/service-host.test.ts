import { getEventListeners } from 'node:events'
import * as assert from 'uvu/assert'
import { silentLogger } from '../../src/functions/logger.ts'
import type { ServiceContext } from '../../src/services/service-context.ts'
import { toServiceDefinition } from '../../src/services/service-definition.ts'
import { ServiceHost } from '../../src/services/service-host.ts'
import { realClock } from '../../src/time/real-clock.ts'
import { suite } from '../support/suite.ts'
import { turn } from '../support/turns.ts'
import { gate, hosting, outcome, rejection, running, thrown } from './hosting.ts'

type HookName = 'setup' | 'start' | 'stop' | 'cleanup'

/** A factory whose service writes down every hook; `hooks` replace what a hook does. */
function noting(
  log: string[],
  name: string,
  hooks: Partial<Record<HookName, () => unknown>> = {},
): () => object {
  const hook = (step: HookName) => (): unknown => {
    log.push(`${name}.${step}`)
    return hooks[step]?.()
  }
  return () => {
    log.push(`${name}.create`)
    return {
      setup: hook('setup'),
      start: hook('start'),
      stop: hook('stop'),
      cleanup: hook('cleanup'),
      ping: () => name,
    }
  }
}

const up = (name: string): string[] => [`${name}.create`, `${name}.setup`, `${name}.start`]
const down = (name: string): string[] => [`${name}.stop`, `${name}.cleanup`]
const fail = (message: string) => (): never => {
  throw new Error(message)
}
const hang = (): Promise<unknown> => gate().promise
const fine = { stopped: true, cleaned: true, killed: false }

suite('ServiceHost: order', (test) => {
  test('brings services up in order, one at a time, and takes them down in reverse', async () => {
    const log: string[] = []
    const ready = gate()
    const { host } = hosting({
      a: noting(log, 'a', { start: () => ready.promise }),
      b: noting(log, 'b', { stop: async () => turn() }),
    })
    const started = host.start()
    await turn()
    assert.equal(log, up('a'))
    ready.open()
    await started
    assert.equal(log, [...up('a'), ...up('b')])

    const reports = await host.stop()
    assert.equal(log, [...up('a'), ...up('b'), ...down('b'), ...down('a')])
    assert.equal(reports, [
      { name: 'a', ...fine },
      { name: 'b', ...fine },
    ])
  })

  test('does everything once, however often it is asked', async () => {
    const log: string[] = []
    const { host } = hosting({ a: noting(log, 'a') })
    assert.is(host.start(), host.start())
    await host.start()
    const stopped = host.stop()
    assert.is(host.stop(), stopped)
    await stopped
    assert.is(host.stop(), stopped)
    assert.equal(log, [...up('a'), ...down('a')])
  })

  test('needs no hook at all, and does not take data for one', async () => {
    const { host } = await running({
      plain: { ping: () => 1 },
      data: { setup: 1, start: 'x', stop: [], cleanup: {} },
    })
    assert.equal(await host.stop(), [
      { name: 'plain', ...fine },
      { name: 'data', ...fine },
    ])
  })

  test('runs without any service', async () => {
    const { host } = await running({})
    assert.equal(await host.stop(), [])
  })

  test('cleans up by disposal where there is no cleanup', async () => {
    const log: string[] = []
    const note = (what: string) => (): void => void log.push(what)
    const { host } = await running({
      sync: { [Symbol.dispose]: note('sync') },
      async: {
        [Symbol.asyncDispose]: async () => turn().then(note('async')),
        [Symbol.dispose]: note('wrong'),
      },
      both: {
        cleanup: note('cleanup'),
        [Symbol.asyncDispose]: note('wrong'),
        [Symbol.dispose]: note('wrong'),
      },
    })
    await host.stop()
    assert.equal(log, ['cleanup', 'async', 'sync'])
  })

  test('refuses a name that is taken and a timeout that is none', () => {
    const definition = toServiceDefinition('a', () => ({}), [])
    const options = { clock: realClock, logger: silentLogger, signal: new AbortController().signal }
    assert.is(thrown(() => new ServiceHost([definition, definition], options)).code, 'ERR_INVALID_ARGUMENT')
    for (const option of ['callTimeout', 'teardownTimeout', 'startTimeout']) {
      for (const value of [0, -1, NaN]) {
        const error = thrown(() => new ServiceHost([], { ...options, [option]: value }))
        assert.match(error.message, `${option} is ${value}`)
      }
    }
  })
})

suite('ServiceHost: a start that fails', (test) => {
  const cases: {
    step: string
    hooks: Partial<Record<HookName, () => unknown>>
    runs: string[]
    label: string
  }[] = [
    {
      step: 'setup',
      hooks: { setup: fail('no') },
      runs: ['b.create', 'b.setup', 'b.cleanup'],
      label: 'throws',
    },
    {
      step: 'setup',
      hooks: { setup: async () => turn().then(fail('no')) },
      runs: ['b.create', 'b.setup', 'b.cleanup'],
      label: 'rejects',
    },
    { step: 'start', hooks: { start: fail('no') }, runs: [...up('b'), 'b.cleanup'], label: 'throws' },
  ]
  for (const { step, hooks, runs, label } of cases) {
    test(`cleans up, without stop, what ${label} in ${step}`, async () => {
      const log: string[] = []
      const { host, clock } = hosting({
        a: noting(log, 'a'),
        b: noting(log, 'b', hooks),
        c: noting(log, 'c'),
      })
      const error = await rejection(host.start())
      assert.is(error.code, 'ERR_SERVICE_START')
      assert.match(error.message, `service "b" failed to start, in its ${step}: no`)
      assert.is((error.cause as Error).message, 'no')
      assert.ok(error.remedy)
      assert.equal(await host.stop(), [
        { name: 'a', ...fine },
        { name: 'b', stopped: false, cleaned: true, killed: false, error: `${step}: no` },
        { name: 'c', stopped: false, cleaned: false, killed: false },
      ])
      assert.equal(log, [...up('a'), ...runs, ...down('a')])
      assert.is(clock.waiting, 0)
    })
  }

  test('has nothing to clean up where the service was never made', async () => {
    for (const make of [fail('no'), async () => turn().then(fail('no'))]) {
      const { host } = hosting({ a: { factory: make } })
      const error = await rejection(host.start())
      assert.match(error.message, 'service "a" failed to start, in its constructor or factory: no')
      const [report] = await host.stop()
      assert.equal(report, {
        name: 'a',
        stopped: false,
        cleaned: false,
        killed: false,
        error: 'constructor or factory: no',
      })
    }
  })

  test('refuses a factory that makes no object', async () => {
    for (const made of [undefined, null, 1, () => ({})]) {
      const { host } = hosting({ a: { factory: () => made } })
      assert.match((await rejection(host.start())).message, 'a factory must return the service object')
      await host.stop()
    }
  })

  test('overruns its timeout, counted over all hooks of the service', async () => {
    const log: string[] = []
    const { host, clock } = hosting(
      {
        a: noting(log, 'a', {
          setup: async () => new Promise((done) => clock.setTimeout(done as () => void, 20)),
          start: hang,
        }),
      },
      { startTimeout: 30 },
    )
    const failed = rejection(host.start())
    await clock.advance(30)
    assert.match(
      (await failed).message,
      'service "a" failed to start, in its start: it took longer than 30 ms',
    )
    assert.equal(await host.stop(), [
      { name: 'a', stopped: false, cleaned: true, killed: false, error: 'start: it took longer than 30 ms' },
    ])
    assert.equal(log, [...up('a'), 'a.cleanup'])
    assert.is(clock.waiting, 0)
  })

  test('cleans up a service that is made after its turn has passed', async () => {
    const made = gate()
    let cleaned = 0
    const { host, clock } = hosting({ a: { factory: () => made.promise } }, { startTimeout: 30 })
    const failed = rejection(host.start())
    await clock.advance(30)
    await failed
    await host.stop()
    made.open({ setup: fail('must not run'), cleanup: () => void cleaned++ })
    await turn()
    assert.is(cleaned, 1)
  })
})

suite('ServiceHost: the job ends while services start', (test) => {
  for (const [how, end] of [
    ['stop', (): 'stop' => 'stop'],
    ['abort', (): 'abort' => 'abort'],
  ] as const) {
    test(`start rejects at once on ${how}, and teardown waits for the hook that is still at work`, async () => {
      const log: string[] = []
      const ready = gate()
      const { host, job, clock } = hosting({
        a: noting(log, 'a', { setup: () => ready.promise }),
        b: noting(log, 'b'),
      })
      const failed = rejection(host.start())
      await turn()
      if (end() === 'abort') job.abort(new Error('cancelled'))
      const stopped = host.stop()
      const error = await failed
      assert.is(error.code, 'ERR_SERVICE_START')
      assert.equal(log, ['a.create', 'a.setup'])
      ready.open()
      const reports = await stopped
      assert.equal(log, ['a.create', 'a.setup', 'a.cleanup'])
      assert.equal(
        reports.map(({ stopped, cleaned }) => ({ stopped, cleaned })),
        [
          { stopped: false, cleaned: true },
          { stopped: false, cleaned: false },
        ],
      )
      assert.is(clock.waiting, 0)
    })
  }

  test('stops what finished its start while teardown waited', async () => {
    const log: string[] = []
    const ready = gate()
    const { host } = hosting({ a: noting(log, 'a', { start: () => ready.promise }) })
    const failed = rejection(host.start())
    await turn()
    const stopped = host.stop()
    await failed
    ready.open()
    assert.is((await stopped)[0]?.stopped, true)
    assert.equal(log, [...up('a'), ...down('a')])
  })

  test('does not wait for a hook for ever', async () => {
    const log: string[] = []
    const { host, clock } = hosting({ a: noting(log, 'a', { setup: hang }) }, { teardownTimeout: 50 })
    const failed = rejection(host.start())
    await turn()
    const stopped = host.stop()
    await failed
    await clock.advance(50)
    assert.match((await stopped)[0]?.error ?? '', 'start: it took longer than 50 ms')
    assert.equal(log, ['a.create', 'a.setup', 'a.cleanup'])
    assert.is(clock.waiting, 0)
  })

  test('starts nothing for a job that was over before', async () => {
    const log: string[] = []
    const job = new AbortController()
    job.abort(new Error('cancelled'))
    const aborted = hosting({ a: noting(log, 'a') }, { signal: job.signal })
    assert.is((await rejection(aborted.host.start())).code, 'ERR_SERVICE_START')
    const stopped = hosting({ a: noting(log, 'a') })
    assert.equal(await stopped.host.stop(), [{ name: 'a', stopped: false, cleaned: false, killed: false }])
    assert.is((await rejection(stopped.host.start())).code, 'ERR_SERVICE_START')
    assert.equal(log, [])
  })
})

suite('ServiceHost: a teardown that fails', (test) => {
  test('reports what throws, and every other hook still runs', async () => {
    const log: string[] = []
    const throwOddly = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- users throw anything
      throw { odd: true }
    }
    const { host, clock } = await running({
      a: noting(log, 'a', { stop: fail('stuck'), cleanup: async () => turn().then(fail('dirty')) }),
      b: noting(log, 'b', { cleanup: throwOddly }),
      c: noting(log, 'c', { stop: fail('stuck') }),
    })
    log.length = 0
    assert.equal(await host.stop(), [
      { name: 'a', stopped: false, cleaned: false, killed: false, error: 'stop: stuck; cleanup: dirty' },
      { name: 'b', stopped: true, cleaned: false, killed: false, error: 'cleanup: { odd: true }' },
      { name: 'c', stopped: false, cleaned: true, killed: false, error: 'stop: stuck' },
    ])
    assert.equal(log, [...down('c'), ...down('b'), ...down('a')])
    assert.is(clock.waiting, 0)
  })

  test('gives stop and cleanup a timeout each, then goes on', async () => {
    const log: string[] = []
    const { host, clock } = await running(
      { a: noting(log, 'a'), b: noting(log, 'b', { stop: hang, cleanup: hang }) },
      { teardownTimeout: 50 },
    )
    log.length = 0
    const stopped = host.stop()
    await clock.advance(49)
    assert.equal(log, ['b.stop'])
    await clock.advance(1)
    assert.equal(log, ['b.stop', 'b.cleanup'])
    await clock.advance(50)
    const error = 'stop: it took longer than 50 ms; cleanup: it took longer than 50 ms'
    assert.equal(await stopped, [
      { name: 'a', ...fine },
      { name: 'b', stopped: false, cleaned: false, killed: false, error },
    ])
    assert.equal(log, ['b.stop', 'b.cleanup', ...down('a')])
    assert.is(clock.waiting, 0)
  })

  test('survives a logger and an error that throw', async () => {
    const error = new Error('x')
    Object.defineProperty(error, 'message', { get: fail('unreadable') })
    const stop = (): never => {
      throw error
    }
    const { host } = await running({ a: { stop } }, { logger: { ...silentLogger, warn: fail('no log') } })
    assert.match((await host.stop())[0]?.error ?? '', 'stop: an error that cannot be read')
  })
})

suite('ServiceContext', (test) => {
  test('says who the service is, what time it is, and when it ends', async () => {
    let ctx!: ServiceContext
    const seen: boolean[] = []
    const { host, clock } = await running({
      a: { setup: (given: ServiceContext) => (ctx = given), stop: () => seen.push(ctx.signal.aborted) },
    })
    assert.is(ctx.name, 'a')
    await clock.advance(5)
    assert.is(ctx.now(), clock.now())
    assert.is(ctx.signal.aborted, false)
    assert.is(ctx.callSignal(), ctx.signal)
    await host.stop()
    assert.equal(seen, [true])
  })

  test('is aborted at once when the job is', async () => {
    let ctx!: ServiceContext
    const { host, job } = await running({ a: { setup: (given: ServiceContext) => (ctx = given) } })
    const reason = new Error('cancelled')
    job.abort(reason)
    assert.is(ctx.signal.reason, reason)
    await host.stop()
    assert.is(getEventListeners(job.signal, 'abort').length, 0)
  })

  test('reaches services that are up, while starting and while stopping', async () => {
    const log: unknown[] = []
    let ctx!: ServiceContext
    const { host } = await running({
      a: { ping: () => 'pong' },
      b: {
        setup: async (given: ServiceContext) => {
          ctx = given
          log.push(await given.callService('a', 'ping'))
          log.push((await rejection(given.callService('c', 'ping'))).message)
        },
        stop: async () => {
          log.push(await ctx.callService('a', 'ping'))
          log.push((await rejection(ctx.callService('c', 'ping'))).message)
        },
      },
      c: { ping: () => 'pong' },
    })
    await host.stop()
    assert.equal(
      log.map((line) => String(line).split('\n')[0]),
      [
        'pong',
        'service "c" cannot answer "ping": it has not started yet',
        'pong',
        'service "c" cannot answer "ping": it has been stopped',
      ],
    )
  })
})

suite('ServiceHost: calls at the end of the job', (test) => {
  test('lets calls in flight answer during stop, rejects the others after it, and refuses later ones', async () => {
    const early = gate()
    const log: string[] = []
    const { host, op, clock } = await running({
      a: {
        early: () => early.promise,
        never: hang,
        stop: async () => {
          early.open('answer')
          await turn()
          log.push(`stop: ${answered.state} ${dropped.state}`)
        },
        cleanup: () => log.push(`cleanup: ${dropped.state}`),
      },
    })
    const answered = outcome(op.callService('a', 'early'))
    const dropped = outcome(op.callService('a', 'never'))
    const stopped = host.stop()
    assert.is((await rejection(op.callService('a', 'early'))).code, 'ERR_SERVICE_UNAVAILABLE')
    await stopped
    assert.equal(log, ['stop: ok: answer undefined', 'cleanup: undefined'])
    await turn()
    assert.is(dropped.state, 'error: ERR_SERVICE_UNAVAILABLE')
    assert.is((await rejection(op.callService('a', 'early'))).code, 'ERR_SERVICE_UNAVAILABLE')
    assert.is(clock.waiting, 0)
  })

  test('never enters a call that was still in line', async () => {
    const first = gate()
    let entered = 0
    const work = (): Promise<unknown> => {
      entered++
      return first.promise
    }
    const { host, op } = await running({
      a: { factory: () => ({ work, stop: () => first.open('done') }), concurrency: 1 },
    })
    const inFlight = outcome(op.callService('a', 'work'))
    const inLine = outcome(op.callService('a', 'work'))
    await host.stop()
    await turn()
    assert.is(inLine.state, 'error: ERR_SERVICE_UNAVAILABLE')
    assert.is(inFlight.state, 'ok: done')
    assert.is(entered, 1)
  })

  test('rejects calls as soon as the job is aborted', async () => {
    const { host, op, job, clock } = await running({ a: { factory: () => ({ work: hang }), concurrency: 1 } })
    const calls = [op.callService('a', 'work'), op.callService('a', 'work')].map(outcome)
    const reason = new Error('cancelled')
    job.abort(reason)
    await turn()
    for (const { state } of calls) assert.is(state, 'error: ERR_SERVICE_UNAVAILABLE')
    const late = await rejection(op.callService('a', 'work'))
    assert.is(late.code, 'ERR_SERVICE_UNAVAILABLE')
    assert.is(late.cause, reason)
    assert.is(clock.waiting, 0)
    await host.stop()
  })

  test('raises no unhandled rejection for a call nobody awaited', async ({ cleanup }) => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    cleanup(() => process.off('unhandledRejection', note))
    const { host, op } = await running({ a: { work: hang } })
    void op.callService('a', 'work')
    await host.stop()
    await turn()
    await turn()
    assert.equal(unhandled, [])
  })

  test('leaves no timer and no listener of the real clock behind', async () => {
    const before = process.getActiveResourcesInfo().sort()
    const job = new AbortController()
    const services = { ping: async () => turn(), hang, setup: async () => turn(), stop: async () => turn() }
    const definitions = [toServiceDefinition('a', { factory: () => services, concurrency: 1 }, [])]
    const host = new ServiceHost(definitions, { clock: realClock, logger: silentLogger, signal: job.signal })
    const op = host.caller({ name: 'op' })
    await host.start()
    await op.callService('a', 'ping')
    await rejection(op.callService('a', 'hang', [], { timeout: 1 }))
    const inLine = rejection(op.callService('a', 'ping'))
    await host.stop()
    await inLine
    assert.equal(process.getActiveResourcesInfo().sort(), before)
    assert.is(getEventListeners(job.signal, 'abort').length, 0)
  })
})
