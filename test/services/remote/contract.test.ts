import * as assert from 'uvu/assert'
import { ServiceStartError, ServiceTimeoutError } from '../../../src/errors/service-errors.ts'
import { suite } from '../../support/suite.ts'
import { outcome, rejection } from '../hosting.ts'
import { OutOfStock } from './catalog.ts'
import { catalogHosting, until } from './hosts.ts'

/** What holds of a service wherever it is hosted. */
for (const where of ['here', 'in processes'] as const) {
  suite(
    `services hosted ${where}`,
    (test) => {
      test('answer calls, with what can be cloned', async (context) => {
        const { host, op } = catalogHosting(where, ['shop'], context)
        await host.start()
        const shop = op.service('shop')
        assert.is(await shop['add']!(1, 2), 3)
        for (const value of [
          undefined,
          null,
          0,
          '',
          { a: [1, { b: 2n }] },
          new Date(5),
          new Map([[1, 'x']]),
        ]) {
          assert.equal(await shop['same']!(value), value)
          assert.equal(await shop['later']!(value), value)
        }
        const bytes = new Uint8Array([1, 2, 3])
        assert.equal([...((await shop['same']!(bytes)) as Uint8Array)], [1, 2, 3])
        assert.ok(Math.abs(((await shop['now']!()) as number) - Date.now()) < 60_000)
        assert.is((await shop['pid']!()) === process.pid, where === 'here')
      })

      test('tell what was thrown: class, message, stack, code, cause', async (context) => {
        const { host, op } = catalogHosting(where, ['shop'], context)
        await host.start()
        const own = await rejection(op.callService('shop', 'buy'))
        assert.instance(own, OutOfStock)
        assert.equal([own.message, (own as OutOfStock).left], ['none left', 0])
        assert.match(own.stack as string, /^OutOfStock: none left|^Error: none left/)
        assert.match(own.stack as string, /Shop\.buy/)
        assert.instance(own.cause, RangeError)
        assert.instance(await rejection(op.callService('shop', 'refuse')), TypeError)
        const system = await rejection(op.callService('shop', 'system'))
        assert.equal([system.code, (system as { path?: string }).path], ['ENOENT', '/x'])
        assert.is(await op.callService('shop', 'throwText').catch((thrown: unknown) => thrown), 'a text')
      })

      test('refuse methods and services that there are not', async (context) => {
        const { host, op } = catalogHosting(where, ['shop', 'asking'], context)
        await host.start()
        const missing = await rejection(op.callService('shop', 'sell'))
        assert.is(missing.code, 'ERR_SERVICE_UNAVAILABLE')
        assert.match(missing.message, /no method "sell"[^]*op[^]*add/)
        assert.match((await rejection(op.callService('shop', 'start'))).message, /lifecycle hook/)
        const asked = [
          op.callService('asking', 'ask', ['bank', 'x']),
          op.callService('asking', 'viaProxy', ['bank']),
        ]
        for (const { message } of await Promise.all(asked.map(rejection))) {
          assert.match(message, /no service named "bank"[^]*shop, asking/)
        }
      })

      test('are not asked more at once than they bear', async (context) => {
        const { host, op } = catalogHosting(where, ['limited', 'shop'], context)
        await host.start()
        const most = await Promise.all(Array.from({ length: 8 }, () => op.callService('limited', 'work')))
        assert.is(Math.max(...(most as number[])), 2)
        const held = Array.from({ length: 5 }, () => op.callService('shop', 'hold'))
        assert.is(await op.callService('shop', 'release'), 5)
        await Promise.all(held)
      })

      test('see that their callers give up: by timeout, by signal, with the job', async (context) => {
        const { host, op, job, told } = catalogHosting(where, ['shop'], context)
        await host.start()
        const late = await rejection(op.callService('shop', 'hang', [], { timeout: 20 }))
        assert.instance(late, ServiceTimeoutError)
        const mine = new AbortController()
        const given = rejection(op.callService('shop', 'hang', [], { signal: mine.signal }))
        mine.abort(new RangeError('enough'))
        assert.is(await given, mine.signal.reason)
        await until(() => told.length === 4)
        assert.equal(await op.callService('shop', 'aborted'), ['ServiceTimeoutError', 'RangeError'])
        const last = rejection(op.callService('shop', 'hang'))
        job.abort(new Error('over'))
        assert.is((await last).code, 'ERR_SERVICE_UNAVAILABLE')
        await host.stop()
        assert.equal(told.slice(0, 4), [
          'shop: setup',
          'shop: start',
          'shop: gave up on ServiceTimeoutError',
          'shop: gave up on RangeError',
        ])
        assert.equal(told.slice(4).sort(), [
          'shop: aborted',
          'shop: cleanup',
          'shop: gave up on ServiceUnavailableError',
          'shop: stop',
        ])
      })

      test('call one another, but in no circle', async (context) => {
        const { host, op } = catalogHosting(where, ['shop', 'asking', 'other'], context)
        await host.start()
        const ask = (...args: unknown[]): Promise<unknown> => op.callService('asking', 'ask', args)
        assert.is(await ask('shop', 'add', [1, 2]), 3)
        assert.is(await ask('other', 'ask', ['shop', 'add', [1, 2]]), 3)
        assert.instance(await rejection(ask('shop', 'buy')), OutOfStock)
        assert.is(await op.callService('asking', 'giveUp', ['shop']), 'RangeError')
        const circles = [
          ask('asking', 'ask'),
          ask('other', 'ask', ['asking', 'ask']),
          ask('other', 'askLater', ['asking', 'ask']),
          op.callService('asking', 'askLater', ['asking', 'ask']),
        ]
        for (const { code } of await Promise.all(circles.map(rejection))) assert.is(code, 'ERR_SERVICE_CYCLE')
        // The same services in chains that know nothing of each other are none.
        assert.equal(
          await Promise.all([
            ask('other', 'ask', ['shop', 'add', [1, 2]]),
            op.callService('other', 'ask', ['asking', 'ask', ['shop', 'add', [2, 2]]]),
          ]),
          [3, 4],
        )
      })

      test('live as their hooks say', async (context) => {
        const { host, told } = catalogHosting(where, ['shop', 'stopAsks'], context)
        await host.start()
        const reports = await host.stop()
        assert.equal(
          reports.map(({ name, ...report }) => [name, report]),
          ['shop', 'stopAsks'].map((name) => [name, { stopped: true, cleaned: true, killed: false }]),
        )
        const steps = (name: string, stop: string): string[] =>
          ['setup', 'start', 'aborted', stop, 'cleanup'].map((step) => `${name}: ${step}`)
        const [up, down] = [steps('shop', 'stop'), steps('stopAsks', 'stop, 3')]
        assert.equal(told, [...up.slice(0, 2), ...down, ...up.slice(2)])
      })

      test('answer what is in flight while they stop, and no new calls', async (context) => {
        const { host, op } = catalogHosting(where, ['shop'], context, { teardownTimeout: 100 })
        await host.start()
        const held = op.callService('shop', 'hold')
        const inFlight = outcome(held)
        const down = host.stop()
        assert.is((await rejection(op.callService('shop', 'add', [1, 2]))).code, 'ERR_SERVICE_UNAVAILABLE')
        await down
        await rejection(held)
        assert.is(inFlight.state, 'error: ERR_SERVICE_UNAVAILABLE')
      })

      test('that fail to start fail the start, and are cleaned up', async (context) => {
        const { host, told } = catalogHosting(where, ['broken'], context)
        const failure = await rejection(host.start())
        assert.instance(failure, ServiceStartError)
        assert.match(failure.message, /service "broken" failed to start, in its start: none left/)
        assert.instance(failure.cause, OutOfStock)
        const [report] = await host.stop({ failed: true })
        assert.equal([report?.stopped, report?.cleaned, report?.killed], [false, true, false])
        assert.match(report?.error as string, /start: none left/)
        assert.equal(told, ['broken: setup', 'broken: aborted', 'broken: cleanup'])
        const none = catalogHosting(where, ['nothing'], context)
        assert.match(
          (await rejection(none.host.start())).message,
          /in its constructor or factory: it returned 5/,
        )
      })

      test('that fail to stop do not keep others from it', async (context) => {
        const { host, told } = catalogHosting(where, ['brokenStop', 'slow'], context, { teardownTimeout: 50 })
        await host.start()
        const [broken, slow] = await host.stop()
        assert.equal(
          [broken, slow].map((report) => [report?.stopped, report?.cleaned]),
          [
            [false, false],
            [false, true],
          ],
        )
        assert.is(broken?.error, 'stop: stuck; cleanup: dirty')
        assert.is(slow?.error, 'stop: it took longer than 50 ms')
        assert.ok(told.includes('slow: cleanup'))
        assert.ok(told.some((line) => line.includes('service "slow" failed in its teardown')))
      })

      test('whose cleanup hangs are given up', async (context) => {
        const { host, processes } = catalogHosting(where, ['slowCleanup'], context, { teardownTimeout: 50 })
        await host.start()
        const [report] = await host.stop()
        assert.equal(
          [report?.stopped, report?.cleaned, report?.killed, report?.error],
          [true, false, where !== 'here', 'cleanup: it took longer than 50 ms'],
        )
        assert.is(processes.size, 0)
      })
    },
    { timeout: 60_000 },
  )
}
