import { createServer, type AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { RayError, RayUnavailableError, RayWorkerError } from '../../src/errors/ray-errors.ts'
import { ray, type RayOptions, type RayWorkers } from '../../src/ray/index.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { hurriedClock } from './support/hurried-clock.ts'
import { type RecordedRay, startRecordedRay } from './support/recorded-ray.ts'

const clock = hurriedClock(50)
const patient = { clock, requestTimeout: 1_000_000 }
const engine = 'nats://127.0.0.1:4222'

const errorOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => {
      throw new Error('it has not rejected')
    },
    (error: unknown) => error as Error,
  )

/** How often it was asked this. */
const count = ({ requests }: RecordedRay, request: string): number =>
  requests.filter((one) => one === request).length

const until = async (condition: () => boolean, { signal }: TestContext): Promise<void> => {
  while (!condition()) {
    signal.throwIfAborted()
    await new Promise((resolve) => clock.setTimeout(() => resolve(undefined), 100))
  }
}

const started = (address: string, options: RayOptions = {}): Promise<RayWorkers> =>
  ray(address, { ...patient, ...options }).startWorkers({
    engine: { address: engine },
    count: 2,
    slots: 2,
    labels: { zone: 'a' },
  })

suite(
  'workers that Ray runs',
  (test) => {
    test('are ready when they have said so', async (context) => {
      const server = await startRecordedRay(context, 'start-and-stop')
      const workers = await started(server.address)
      assert.equal(server.surprises, [])
      assert.equal(
        workers.workers.map(({ id, state, restarts }) => ({ id, state, restarts })),
        [0, 1].map((i) => ({ id: `${workers.group}-${i}`, state: 'ready', restarts: 0 })),
      )
      for (const { worker } of workers.workers) assert.match(worker!, /^node-\d+-[0-9a-f]{8}$/)
      await workers.stop()
    })

    test('are stopped and forgotten, once', async (context) => {
      const server = await startRecordedRay(context, 'start-and-stop')
      {
        await using workers = await started(server.address)
        await Promise.all([workers.stop(), workers.stop()])
        assert.equal(
          workers.workers.map(({ state }) => state),
          ['stopped', 'stopped'],
        )
      }
      for (const i of [0, 1]) {
        assert.is(count(server, `POST /api/jobs/millrace-GROUP-${i}/stop`), 1)
        assert.is(count(server, `DELETE /api/jobs/millrace-GROUP-${i}`), 1)
      }
      assert.equal(server.surprises, [])
    })

    test('get a package where Ray does not have it', async (context) => {
      const puts: boolean[] = []
      for (const name of ['start-and-stop', 'no-engine']) {
        const server = await startRecordedRay(context, name)
        await started(server.address).then(
          (workers) => workers.stop(),
          () => {},
        )
        assert.ok(server.requests.includes('GET /api/packages/gcs/_ray_pkg_HASH.zip'))
        puts.push(server.requests.includes('PUT /api/packages/gcs/_ray_pkg_HASH.zip'))
      }
      assert.equal(puts, [true, false])
    })

    test('are started again when they are lost', async (context) => {
      const server = await startRecordedRay(context, 'lost')
      const warnings: string[] = []
      const cluster = ray(server.address, patient)
      await using workers = await cluster.startWorkers({ engine, warn: (text) => warnings.push(text) })
      await until(() => workers.workers[0]!.restarts === 1 && workers.workers[0]!.state === 'ready', context)
      assert.is(workers.workers[0]!.id, `${workers.group}-0-1`)
      assert.equal(warnings, [
        `Worker ${workers.group}-0 has ended: Ray says FAILED. It is started again in 1 s.`,
      ])
      await workers.stop()
      // Nothing of either is left.
      assert.is(count(server, 'DELETE /api/jobs/millrace-GROUP-0'), 1)
      assert.is(count(server, 'DELETE /api/jobs/millrace-GROUP-0-1'), 1)
      assert.equal(server.surprises, [])
    })

    test('are given up when they are lost too often', async (context) => {
      const server = await startRecordedRay(context, 'lost')
      const workers = await ray(server.address, patient).startWorkers({ engine, restarts: 0 })
      const reason = await workers.lost
      assert.instance(reason, RayWorkerError)
      assert.match(reason.message, 'Ray says FAILED')
      assert.is(workers.workers[0]!.state, 'given up')
      await workers.stop()
    })

    test('that do not come up are told of with what they have said, and none is left', async (context) => {
      const server = await startRecordedRay(context, 'no-engine')
      const error = await errorOf(ray(server.address, patient).startWorkers({ engine: 'nats://127.0.0.1:1' }))
      assert.instance(error, RayWorkerError)
      assert.match(error.message, /millrace: .*nats:\/\//)
      assert.is(count(server, 'DELETE /api/jobs/millrace-GROUP-0'), 1)
      assert.equal(server.surprises, [])
    })

    test('that Ray has no room for are given up', async (context) => {
      const server = await startRecordedRay(context, 'no-room')
      const warnings: string[] = []
      const error = await errorOf(
        ray(server.address, patient).startWorkers({
          engine,
          cpus: 64,
          startTimeout: 4_000,
          warn: (text) => warnings.push(text),
        }),
      )
      assert.instance(error, RayWorkerError)
      assert.match(error.message, '1 of 1 workers have not come up within 4000 ms')
      assert.match(error.message, 'waiting for resources')
      // It cannot be deleted.
      assert.is(count(server, 'POST /api/jobs/millrace-GROUP-0/stop'), 1)
      assert.match(warnings.join(), 'does not take a job back that waits for room')
      assert.equal(server.surprises, [])
    })

    test('are given up when their starter does so', async (context) => {
      const server = await startRecordedRay(context, 'no-room')
      const control = new AbortController()
      const starting = ray(server.address, patient).startWorkers({ engine, cpus: 64, signal: control.signal })
      await until(() => count(server, 'GET /api/jobs/millrace-GROUP-0') > 2, context)
      control.abort(new RangeError('enough'))
      assert.instance(await errorOf(starting), RangeError)
      assert.is(count(server, 'POST /api/jobs/millrace-GROUP-0/stop'), 1)
    })

    test('need a Ray', async ({ cleanup }) => {
      const nobody = await errorOf(ray('http://127.0.0.1:1').startWorkers({ engine }))
      assert.instance(nobody, RayUnavailableError)
      assert.match(nobody.message, 'Ray does not answer at http://127.0.0.1:1')
      const other = createServer((socket) => {
        socket.on('error', () => {})
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi')
      })
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
      cleanup(() => other.close())
      const { port } = other.address() as AddressInfo
      const error = await errorOf(ray(`http://127.0.0.1:${port}`).version())
      assert.instance(error, RayUnavailableError)
      assert.match(error.message, 'is not a Ray')
    })

    test('are told of when Ray refuses them', async (context) => {
      // It was not asked for two workers with these labels when this was recorded.
      const server = await startRecordedRay(context, 'no-room')
      const error = await errorOf(started(server.address))
      assert.instance(error, RayError)
      assert.match(error.message, 'not recorded')
    })

    test('cannot be asked for in ways that never work', () => {
      for (const options of [
        { count: 0 },
        { slots: 1.5 },
        { cpus: 0 },
        { restarts: -1 },
        { startTimeout: 0 },
        { node: { wheel: '' } },
      ]) {
        assert.throws(
          () => ray('http://head:8265', options),
          (error: unknown) => error instanceof InvalidArgumentError,
        )
      }
      for (const address of ['ray://head:10001', 'head', 'http://me:secret@head:8265']) {
        assert.throws(
          () => ray(address),
          (error: unknown) => error instanceof InvalidArgumentError && error.remedy !== undefined,
        )
      }
    })
  },
  { timeout: 30_000 },
)
