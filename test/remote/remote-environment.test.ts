import { fileURLToPath } from 'node:url'
import process from 'node:process'
import { filter, firstValueFrom, lastValueFrom, toArray } from 'rxjs'
import * as assert from 'uvu/assert'
import {
  type BundleUpload,
  InvalidArgumentError,
  JobCancelledError,
  JobDeletedError,
  JobFailedError,
  JobNotFoundError,
  LocalEnvironment,
  RemoteEnvironment,
  type RemoteJobHandle,
  ServerUnreachableError,
  WaitTimeoutError,
} from '../../src/index.ts'
import { startJobManager } from '../../src/jobs/index.ts'
import { suite } from '../support/suite.ts'
import { serverFor, temporary } from './on-server.ts'
import { failing, lines } from './programs/failing.ts'
import { rates } from './programs/rates.ts'
import { surroundings } from './programs/surroundings.ts'
import { ticking } from './programs/ticking.ts'

const rejection = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('it did not reject')
}

const fileOf = (name: string): string => fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url))

/** Waits until the job has written a line that matches. */
const saw = (job: RemoteJobHandle, pattern: RegExp): Promise<unknown> =>
  firstValueFrom(job.logs$.pipe(filter(({ text }) => pattern.test(text))))

suite(
  'RemoteEnvironment',
  (test) => {
    test('comes to the same result as in process, with services torn down before', async (context) => {
      const { port, manager } = await serverFor(context)
      const { env, seen } = rates({ port })
      context.cleanup(() => env.close())
      const statuses: string[] = []
      const watching = env.status$.subscribe((status) => statuses.push(status))
      const result = await env.submit({ autostop: true })
      watching.unsubscribe()
      assert.equal(seen.values, [50, 20, 3])

      const local = new LocalEnvironment('rates').registerService('rates', () => ({
        toEuro: (amount: number) => amount / 2,
      }))
      local
        .fromBatch([100, 40, 6])
        .map(async (amount, ctx) => ctx.service('rates').toEuro(amount), { name: 'convert' })
        .tap(() => {})
        .collect()
      const expected = await local.submit({ autostop: true })
      assert.equal(Object.keys(result).sort(), Object.keys(expected).sort())
      assert.equal(result.nodes, expected.nodes)
      assert.equal(result.services, expected.services)
      assert.equal([result.name, result.status, result.restarts], ['rates', 'completed', 0])

      assert.equal(statuses.slice(0, 2), ['pending', 'uploading'])
      assert.is(statuses.at(-1), 'completed')
      assert.is(env.status, 'completed')
      const { lines: logged } = manager.logs(result.jobId, 0, 100)
      assert.equal(
        logged.filter(({ stream }) => stream === 'stdout').map(({ text }) => text),
        ['50 EUR', '20 EUR', '3 EUR', 'rates: stopped', 'rates: cleaned up'],
      )
    })

    test("rejects with the error of the job, its operator and the user's own line", async (context) => {
      const { port } = await serverFor(context)
      const env = failing({ port })
      context.cleanup(() => env.close())
      const error = (await rejection(env.submit({ autostop: true }))) as JobFailedError
      assert.instance(error, JobFailedError)
      assert.is(error.name, 'JobFailedError')
      assert.is(error.code, 'ERR_JOB_FAILED')
      assert.is(error.operator, 'strict')
      assert.equal([error.site?.file, error.site?.line], [fileOf('failing'), lines.call])
      assert.is(error.record, '2')
      assert.match(error.remedy!, 'onError')
      assert.match(error.message, `${fileOf('failing')}:${lines.call}`)
      const cause = error.cause as RangeError
      assert.instance(cause, RangeError)
      assert.equal([cause.message, cause.cause], ['no two here', 'because'])
      assert.match(cause.stack!, `${fileOf('failing')}:${lines.throw}`)
      assert.equal(
        error.result.nodes.map(({ failed }) => failed),
        [0, 1, 0],
      )
      assert.is(env.status, 'failed')
    })

    test('uploads what the server does not have, and tells how far it is', async (context) => {
      const { port } = await serverFor(context)
      const uploads: BundleUpload[] = []
      const { env } = rates({ port, onUpload: (upload) => uploads.push(upload) })
      context.cleanup(() => env.close())
      await env.submit({ autostop: true })
      const [begin] = uploads
      const end = uploads.at(-1)!
      assert.equal([begin!.file, begin!.sentFiles, begin!.sentBytes], [null, 0, 0])
      assert.ok(begin!.files >= 3 && begin!.bytes > 1000)
      assert.equal([end.sentFiles, end.sentBytes], [begin!.files, begin!.bytes])
      uploads.length = 0
      await env.submit({ autostop: true })
      assert.equal(uploads, [{ file: null, sentFiles: 0, files: 0, sentBytes: 0, bytes: 0 }])
    })

    test('has arguments, variables, secrets and assets travel', async (context) => {
      const { port, manager } = await serverFor(context)
      process.env['REMOTE_TEST_PLAIN'] = 'plain'
      process.env['REMOTE_TEST_OTHER'] = 'stays here'
      process.env['REMOTE_TEST_SECRET'] = 'hush-hush-hush'
      context.cleanup(() => {
        for (const name of ['PLAIN', 'OTHER', 'SECRET']) delete process.env[`REMOTE_TEST_${name}`]
      })
      const { env, seen } = surroundings({
        port,
        argv: ['--mode', 'test'],
        env: ['REMOTE_TEST_PLAIN', 'REMOTE_TEST_UNSET'],
        secrets: ['REMOTE_TEST_SECRET'],
      })
      context.cleanup(() => env.close())
      const { jobId } = await env.submit({ autostop: true })
      assert.equal(seen.values, [
        {
          asset: 'an asset',
          argv: ['--mode', 'test'],
          plain: 'plain',
          other: undefined,
          secret: 'hush-hush-hush',
        },
      ])
      assert.not.match(JSON.stringify([manager.get(jobId), manager.logs(jobId, 0, 100)]), 'hush')

      const other = surroundings({ port, secrets: ['REMOTE_TEST_UNSET'] }).env
      context.cleanup(() => other.close())
      const missing = await rejection(other.submit({ autostop: true }))
      assert.instance(missing, InvalidArgumentError)
      assert.match(missing.message, 'REMOTE_TEST_UNSET')
    })

    test('stops a job behind a savepoint, and continues it to the exact end', async (context) => {
      const { port } = await serverFor(context)
      process.env['COUNT'] = '200'
      context.cleanup(() => delete process.env['COUNT'])
      const { env, sums } = ticking({ port, env: ['COUNT'] })
      context.cleanup(() => env.close())
      const job = await env.start()
      assert.is(job.name, 'ticking')
      await saw(job, /^sum 45$/)
      assert.match((await job.savepoint()).location, 'savepoint')
      const savepoint = await job.stop({ savepoint: true })
      assert.match(savepoint.location, 'savepoint')
      assert.is((await job.result).status, 'stopped')
      assert.is(job.status, 'stopped')
      await job.continue()
      assert.is((await job.result).status, 'completed')
      assert.is(sums.values.at(-1), 19_900)
      assert.is(sums.values.length, 200)
      assert.equal(await lastValueFrom(job.status$), 'completed')
      assert.is((await lastValueFrom(job.progress$)).status, 'completed')
      const logged = await firstValueFrom(job.logs$.pipe(toArray()))
      assert.is(logged.filter(({ text }) => text === 'sum 19900').length, 1)
      const attached = await env.job(job.id)
      assert.is((await attached.result).status, 'completed')
      await attached.delete()
      assert.instance(await rejection(env.job(job.id)), JobNotFoundError)
    })

    test('tells that a job was deleted meanwhile', async (context) => {
      const { port, manager } = await serverFor(context)
      const { env } = ticking({ port })
      context.cleanup(() => env.close())
      const deleted = firstValueFrom(env.status$.pipe(filter((status) => status === 'running'))).then(() => {
        const [job] = manager.list({ limit: 1 }).items
        return manager.delete(job!.id, { force: true })
      })
      const error = await rejection(env.submit({ autostop: true }))
      assert.instance(error, JobDeletedError)
      assert.match(error.message, 'deleted meanwhile')
      await deleted
    })

    test('cancels the job when its signal is aborted, before and while it runs', async (context) => {
      const { port, manager } = await serverFor(context)
      const { env } = ticking({ port })
      context.cleanup(() => env.close())
      const reason = new Error('changed my mind')
      const before = await rejection(env.submit({ autostop: true, signal: AbortSignal.abort(reason) }))
      assert.instance(before, JobCancelledError)
      assert.is(before.cause, reason)
      assert.is((before as JobCancelledError).result.jobId, '')
      const started = await rejection(env.start({ signal: AbortSignal.abort(reason) }))
      assert.instance(started, JobCancelledError)
      assert.is(manager.list({ limit: 10 }).total, 0)

      const control = new AbortController()
      const running = firstValueFrom(env.status$.pipe(filter((status) => status === 'running')))
      const error = rejection(env.submit({ autostop: true, signal: control.signal }))
      await running
      control.abort(reason)
      const cancelled = (await error) as JobCancelledError
      assert.instance(cancelled, JobCancelledError)
      assert.is(cancelled.cause, reason)
      assert.match(cancelled.message, 'changed my mind')
      assert.equal(
        manager.list({ limit: 10 }).items.map(({ status }) => status),
        ['cancelled'],
      )

      const later = new AbortController()
      const job = await env.start({ signal: later.signal })
      later.abort(reason)
      assert.is((await rejection(job.result)).cause, reason)
    })

    test('waits as long as it is told, and leaves the job alone', async (context) => {
      const { port } = await serverFor(context)
      const { env } = ticking({ port, timeout: 1 })
      context.cleanup(() => env.close())
      const error = (await rejection(env.submit({ autostop: true }))) as WaitTimeoutError
      assert.instance(error, WaitTimeoutError)
      await env.cancel()
    })

    test('waits on while the server is restarted', async (context) => {
      const data = temporary(context)
      const first = await serverFor(context, { data })
      process.env['COUNT'] = '400'
      context.cleanup(() => delete process.env['COUNT'])
      const { env, sums } = ticking({
        port: first.port,
        env: ['COUNT'],
        pollInterval: 20,
        retry: { initial: 20, max: 50 },
      })
      context.cleanup(() => env.close())
      const running = firstValueFrom(env.status$.pipe(filter((status) => status === 'running')))
      const result = env.submit({ autostop: true })
      await running
      await first.close()
      const second = await startJobManager({ data, port: first.port })
      context.cleanup(() => second.close({ drain: false }))
      assert.is((await result).status, 'completed')
      assert.is(sums.values.at(-1), 79_800)
    })

    test('shows the lines of the job to whom it is told', async (context) => {
      const { port } = await serverFor(context)
      const seen: string[] = []
      const { env } = rates({
        port,
        logs: ({ stream, text }) => void (stream === 'stdout' && seen.push(text)),
      })
      context.cleanup(() => env.close())
      await env.submit({ autostop: true })
      assert.equal(seen, ['50 EUR', '20 EUR', '3 EUR', 'rates: stopped', 'rates: cleaned up'])
    })

    test('submits many at once', { timeout: 120_000 }, async (context) => {
      const { port } = await serverFor(context, { maxRunning: 3 })
      const all = Array.from({ length: 12 }, () => rates({ port }))
      for (const { env } of all) context.cleanup(() => env.close())
      const results = await Promise.all(all.map(({ env }) => env.submit({ autostop: true })))
      assert.is(new Set(results.map(({ jobId }) => jobId)).size, 12)
      for (const { seen } of all) assert.equal(seen.values, [50, 20, 3])
    })

    test('says that there is no server', async (context) => {
      const server = await serverFor(context)
      await server.close()
      const env = failing({ port: server.port, retry: { attempts: 0 } })
      context.cleanup(() => env.close())
      assert.instance(await rejection(env.health()), ServerUnreachableError)
      assert.instance(await rejection(env.submit({ autostop: true })), ServerUnreachableError)
      assert.is(env.status, 'failed')
    })

    test('is closed without stopping jobs', async (context) => {
      const { port, manager } = await serverFor(context)
      const { env } = ticking({ port })
      assert.equal(await env.health(), { status: 'ok' })
      const job = await env.submit()
      await saw(job, /^sum/)
      const { result } = job
      await env.close()
      await env.close()
      assert.is((await rejection(result)).name, 'ClientClosedError')
      assert.is(manager.get(job.id).status, 'running')
    })

    test('refuses here what no server could run', async () => {
      const submitted = async (record: (env: RemoteEnvironment) => void, options = {}): Promise<Error> => {
        const env = new RemoteEnvironment('wrong', { entry: import.meta.url })
        record(env)
        return rejection(env.submit({ autostop: true, ...options }))
      }
      assert.match((await submitted(() => {})).message, /nothing|empty/i)
      const iterable = await submitted((env) => void env.fromBatch([1]).toAsyncIterable())
      assert.instance(iterable, InvalidArgumentError)
      assert.match(iterable.message, /toAsyncIterable[\s\S]*collect\(\)/)
      assert.match(iterable.message, 'remote-environment.test.ts')
      const latest = await submitted((env) => void env.fromBatch([1]).sink(() => {}), { resume: 'latest' })
      assert.match(latest.message, 'continue()')
      const env = new RemoteEnvironment('wrong', { checkpoints: { interval: 5 }, entry: import.meta.url })
      const one = env.fromBatch([1])
      one.concat(env.fromBatch([2])).sink(() => {})
      assert.match((await rejection(env.submit({ autostop: true }))).message, 'concat')
    })

    test('refuses options that can never work', () => {
      const refused = (options: object): void =>
        assert.throws(
          () => new RemoteEnvironment('wrong', options),
          (error: unknown) => error instanceof InvalidArgumentError,
          JSON.stringify(options),
        )
      const wrong = {
        entry: 1,
        ordinal: -1,
        argv: 'x',
        assets: [1],
        packages: 'x',
        external: {},
        env: [null],
        secrets: { A: 1 },
        onUpload: true,
        priority: 1.5,
        memoryMb: 0,
        loadTimeout: 'long',
        timeout: -1,
        detach: 'yes',
        logs: 'yes',
        checkpoints: true,
        keepOnFailure: 1,
        hots: 'x',
      }
      for (const [name, value] of Object.entries(wrong)) refused({ [name]: value })
      refused({ checkpoints: { store: {} } })
    })
  },
  { timeout: 60_000 },
)
