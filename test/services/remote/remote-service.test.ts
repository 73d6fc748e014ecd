import * as assert from 'uvu/assert'
import {
  NotCloneableError,
  ServiceCrashedError,
  ServiceLostError,
  ServiceTimeoutError,
} from '../../../src/errors/service-errors.ts'
import { suite } from '../../support/suite.ts'
import { outcome, rejection } from '../hosting.ts'
import { catalogHosting, until } from './hosts.ts'

suite(
  'a service in processes of its own',
  (test) => {
    test('is started again when its process is killed, and calls wait for it', async (context) => {
      const { host, op, told, processes, failures } = catalogHosting('in processes', ['mortal'], context)
      await host.start()
      const mortal = op.service('mortal')
      const pid = (await mortal['pid']!()) as number
      const inFlight = rejection(mortal['hang']!())
      await mortal['pid']!()
      process.kill(pid, 'SIGKILL')
      const error = await inFlight
      assert.instance(error, ServiceCrashedError)
      assert.match(
        error.message,
        /service "mortal" crashed while it answered "hang": its process was killed by SIGKILL/,
      )
      assert.match(error.message, /operator: op[^]*remedy:/)
      const again = await Promise.all([mortal['pid']!(), mortal['pid']!()])
      assert.is(again[0], again[1])
      assert.is.not(again[0], pid)
      assert.ok(
        told.some((line) =>
          /"mortal" crashed: its process was killed by SIGKILL; it is started again in 100 ms/.test(line),
        ),
      )
      const [report] = await host.stop()
      assert.equal(report, { name: 'mortal', stopped: true, cleaned: true, killed: false })
      assert.equal([processes.size, failures.length], [0, 0])
    })

    test('shares its calls out among its instances, each with a life of its own', async (context) => {
      const { host, op, told, processes } = catalogHosting('in processes', ['shop'], context, {
        settings: { instances: 2, concurrency: 2 },
      })
      await host.start()
      assert.is(processes.size, 2)
      const shop = op.service('shop')
      const pids = (count: number): Promise<unknown[]> =>
        Promise.all(Array.from({ length: count }, () => shop['pid']!()))
      assert.is(new Set([...(await pids(1)), ...(await pids(1))]).size, 2)
      // One that is busy gets fewer: of two calls at once it bears this and one more.
      const held = shop['hold']!()
      const [idle, busy] = await pids(2)
      assert.is.not(idle, busy)
      for (let i = 0; i < 4; i++) assert.equal(await pids(1), [idle])
      await Promise.all([shop['release']!(), shop['release']!(), held])
      const [report] = await host.stop()
      assert.equal(report, { name: 'shop', stopped: true, cleaned: true, killed: false })
      assert.equal(
        ['setup', 'start', 'stop', 'cleanup'].map(
          (step) => told.filter((line) => line === `shop: ${step}`).length,
        ),
        [2, 2, 2, 2],
      )
    })

    test('fails its job when it crashes too often, with what it wrote last', async (context) => {
      const { host, op, failures } = catalogHosting('in processes', ['mortal'], context, {
        settings: { restarts: 1 },
      })
      await host.start()
      await rejection(op.callService('mortal', 'exit', [0]))
      assert.equal(failures, [])
      await rejection(op.callService('mortal', 'exit', [3]))
      assert.is(failures.length, 1)
      const [lost] = failures as [ServiceLostError]
      assert.instance(lost, ServiceLostError)
      assert.match(
        lost.message,
        /service "mortal" crashed 2 times within a minute, at last its process exited with code 3; the last it wrote on stderr:\nfirst words\nlast words/,
      )
      assert.is(lost.operator, 'mortal')
      const [report] = await host.stop({ failed: true })
      assert.equal(report, {
        name: 'mortal',
        stopped: false,
        cleaned: false,
        killed: false,
        error: 'its process exited with code 3',
      })
    })

    test('is killed when it gives no sign of life, and when it has none for its end', async (context) => {
      const { host, op, processes } = catalogHosting('in processes', ['endless'], context, {
        settings: { heartbeatTimeout: 2_000, cleanupTimeout: 50 },
        teardownTimeout: 50,
      })
      await host.start()
      const error = await rejection(op.callService('endless', 'spin'))
      assert.instance(error, ServiceCrashedError)
      assert.match(error.message, /its process gave no sign of life for 2000 ms, and was killed/)
      await op.callService('endless', 'pid')
      const spinning = rejection(op.callService('endless', 'spin'))
      const [report] = await host.stop()
      assert.equal(
        [report?.stopped, report?.cleaned, report?.killed],
        [false, false, true],
        JSON.stringify(report),
      )
      await spinning
      assert.is(processes.size, 0)
    })

    test('takes and gives what can be cloned, and says what cannot', async (context) => {
      const { host, op } = catalogHosting('in processes', ['shop', 'asking'], context)
      await host.start()
      const argument = await rejection(op.callService('shop', 'same', [() => 1]))
      assert.instance(argument, NotCloneableError)
      assert.match(
        argument.message,
        /An argument of "same" of service "shop" cannot cross to another process/,
      )
      assert.match(argument.message, /operator: op/)
      const result = await rejection(op.callService('shop', 'fn'))
      assert.instance(result, NotCloneableError)
      assert.match(result.message, /What "fn" of service "shop" returned cannot cross/)
      // A call that was never sent takes no place.
      assert.is(await op.callService('shop', 'add', [1, 1]), 2)
    })

    test('has calls wait for it no longer than they want to', async (context) => {
      const { host, op } = catalogHosting('in processes', ['mortal'], context, { random: undefined } as never)
      await host.start()
      await rejection(op.callService('mortal', 'exit', [1]))
      const given = new AbortController()
      const patient = outcome(op.callService('mortal', 'pid'))
      const calls = [
        rejection(op.callService('mortal', 'pid', [], { timeout: 1 })),
        rejection(op.callService('mortal', 'pid', [], { signal: given.signal })),
      ] as const
      given.abort(new RangeError('enough'))
      assert.instance(await calls[0], ServiceTimeoutError)
      assert.is(await calls[1], given.signal.reason)
      await until(() => patient.state !== undefined)
      assert.match(patient.state as string, /^ok: /)
    })

    test('is not started again once it is to stop', async (context) => {
      const { host, op, processes, told } = catalogHosting('in processes', ['mortal'], context)
      await host.start()
      await rejection(op.callService('mortal', 'exit', [1]))
      const waiting = rejection(op.callService('mortal', 'pid'))
      const [report] = await host.stop()
      assert.is((await waiting).code, 'ERR_SERVICE_UNAVAILABLE')
      assert.equal([report?.killed, report?.error], [false, 'its process exited with code 1'])
      assert.is(processes.size, 0)
      assert.not(told.includes('mortal: stop'))
    })

    test('that comes up while the job is over is taken down', async (context) => {
      const { host, job, processes } = catalogHosting('in processes', ['shop'], context)
      const start = rejection(host.start())
      job.abort(new Error('cancelled'))
      assert.match((await start).message, /"shop" was not started: the job is over/)
      const [report] = await host.stop({ failed: true })
      assert.equal([report?.stopped, report?.cleaned], [false, false])
      assert.is(processes.size, 0)
    })

    test('says when there can be no process', async (context) => {
      const { host } = catalogHosting('in processes', ['shop'], context, {
        remote: {
          launch: () => Promise.reject(new Error('no room')),
          random: Math.random,
          fail: () => {},
        },
      })
      assert.match((await rejection(host.start())).message, /service "shop" failed to start: no room/)
      const [report] = await host.stop({ failed: true })
      assert.equal([report?.cleaned, report?.error], [false, 'no room'])
    })
  },
  { timeout: 60_000 },
)
