import * as assert from 'uvu/assert'
import {
  ClientClosedError,
  type ClientOptions,
  JobManagerClient,
  ServerUnreachableError,
  StoreError,
} from '../../src/client/index.ts'
import { deferred, rejectionOf, until } from '../job/jobs.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { clientOf } from './support/client-of.ts'
import { fakeJobServer, type FakeJobServer } from './support/fake-job-server.ts'
import { problem } from './support/faults.ts'

/** With a clock that waits to be told, and no chance in its waits. */
const timed = (
  context: Pick<TestContext, 'cleanup'>,
  server: { readonly port: number },
  options: ClientOptions = {},
): { readonly clock: ManualClock; readonly client: JobManagerClient } => {
  const clock = new ManualClock()
  const retry = { initial: 100, max: 1_000, jitter: 0, ...options.retry }
  return { clock, client: clientOf(context, server, { clock, ...options, retry }) }
}

/** Lets each wait be over as soon as it has begun. Gives the waits that are no timeouts of requests. */
const hurry = async <T>(clock: ManualClock, work: Promise<T>): Promise<T> => {
  let done = false
  const end = (): void => void (done = true)
  work.then(end, end)
  while (!done) {
    const last = clock.asked.at(-1)
    await clock.advance(last !== undefined && last !== 30_000 ? last : 0)
  }
  return work
}

const waits = (clock: ManualClock): readonly number[] => clock.asked.filter((ms) => ms !== 30_000)

suite('what a client repeats', (test) => {
  test('is what got no answer, with waits that grow up to a longest', async (context) => {
    const server = await fakeJobServer(context)
    const { clock, client } = timed(context, server, { retry: { attempts: 6 } })
    server.put()
    server.faults.on(/./, 'reset', 'lose', 'half', 'reset', 'reset', 'reset')
    await hurry(clock, client.jobs.get('job-1'))
    assert.equal(waits(clock), [100, 200, 400, 800, 1_000, 1_000])
    assert.is(clock.waiting, 0, 'no timer is left')
  })

  test('is given up after as many failures as it was told to put up with', async (context) => {
    const server = await fakeJobServer(context)
    const { clock, client } = timed(context, server, { retry: { attempts: 2 } })
    server.faults.on(/./, 'reset', 'reset', 'reset', 'reset')
    const error = (await rejectionOf(hurry(clock, client.jobs.get('x')))) as ServerUnreachableError
    assert.instance(error, ServerUnreachableError)
    assert.equal([error.host, error.port], ['127.0.0.1', server.port])
    assert.equal(waits(clock), [100, 200])
    assert.is(server.faults.left, 1)
  })

  test('waits by chance for more or less than its time', async (context) => {
    const server = await fakeJobServer(context)
    const chances = [0, 0.5, 0.999]
    const { clock, client } = timed(context, server, {
      retry: { attempts: 3, factor: 1, jitter: 0.5 },
      random: () => chances.shift() ?? 0,
    })
    server.put()
    server.faults.on(/./, 'reset', 'reset', 'reset')
    await hurry(clock, client.jobs.get('job-1'))
    assert.equal(waits(clock), [50, 100, 150])
  })

  test('waits as long as the server asks for, and fails when that is too long', async (context) => {
    const server = await fakeJobServer(context)
    const { clock, client } = timed(context, server)
    server.put()
    server.faults.on(
      /./,
      problem(429, 'ERR_RATE', { headers: { 'retry-after': '7' } }),
      problem(503, 'ERR_STORE', { headers: { 'retry-after': '0' } }),
      problem(500, 'ERR_INTERNAL'),
      problem(503, 'ERR_STORE', { headers: { 'retry-after': '61' } }),
    )
    assert.instance(await rejectionOf(hurry(clock, client.jobs.get('job-1'))), StoreError)
    assert.equal(waits(clock), [7_000, 200, 400])
  })

  for (const status of [400, 401, 403, 404, 409, 413, 422, 501, 507]) {
    test(`is nothing that was refused with ${status}`, async (context) => {
      const server = await fakeJobServer(context)
      const { client } = timed(context, server)
      server.faults.on(/./, problem(status, 'ERR_X'))
      await rejectionOf(client.jobs.get('x'))
      assert.is(server.requests.length, 1)
    })
  }

  for (const status of [408, 425, 429, 500, 502, 503, 504]) {
    test(`is what was refused with ${status}`, async (context) => {
      const server = await fakeJobServer(context)
      const client = clientOf(context, server)
      server.put()
      server.faults.on(/./, { status, body: '<html>bad gateway</html>' })
      assert.is((await client.jobs.get('job-1')).id, 'job-1')
    })
  }
})

suite('a client that gets no answer', (test) => {
  test('says where nobody listens, and how to change that', async (context) => {
    const server = await fakeJobServer(context)
    await server.kill()
    const client = clientOf(context, server, { retry: { attempts: 0 } })
    const error = (await rejectionOf(client.jobs.get('x'))) as Error
    assert.instance(error, ServerUnreachableError)
    assert.match(
      error.message,
      new RegExp(`there is no job server at 127.0.0.1:${server.port}: .*ECONNREFUSED`),
    )
    assert.match(error.message, /millrace jobmanager start/)
  })

  test('waits for no longer than its timeout, which a call can have of its own', async (context) => {
    const server = await fakeJobServer(context)
    const clock = new ManualClock()
    const client = clientOf(context, server, { clock, retry: { attempts: 0 } })
    for (const [options, ms] of [
      [undefined, 30_000],
      [{ timeout: 5 }, 5],
    ] as const) {
      server.faults.on(/./, 'hang')
      const before = server.requests.length
      const call = rejectionOf(client.jobs.get('x', options))
      await until(() => server.requests.length > before)
      await clock.advance(ms)
      assert.match(
        ((await call) as Error).message,
        new RegExp(`gave no answer to GET /api/v1/jobs/x: nothing came for ${ms} ms`),
      )
    }
  })

  test('stops when it is told to: before, while it waits for an answer, and between attempts', async (context) => {
    const server = await fakeJobServer(context)
    const { clock, client } = timed(context, server)
    const why = new Error('enough')
    assert.is(await rejectionOf(client.jobs.get('x', { signal: AbortSignal.abort(why) })), why)
    assert.is(server.requests.length, 0)

    server.faults.on(/./, 'hang')
    const first = new AbortController()
    const call = rejectionOf(client.jobs.get('x', { signal: first.signal }))
    await until(() => server.requests.length === 1)
    first.abort(why)
    assert.is(await call, why)

    server.faults.on(/./, 'reset')
    const second = new AbortController()
    const again = rejectionOf(client.jobs.get('x', { signal: second.signal }))
    await until(() => clock.asked.at(-1) === 100)
    second.abort(why)
    assert.is(await again, why)
    assert.is(clock.waiting, 0)
  })

  test('ends everything when it is closed, and begins nothing more', async (context) => {
    const server = await fakeJobServer(context)
    const { clock, client } = timed(context, server)
    server.put()
    server.faults.on(/jobs\/x/, 'hang', 'hang')
    server.faults.on(/jobs\/y/, 'reset')
    const calls = ['x', 'x', 'y'].map((id) => rejectionOf(client.jobs.get(id)))
    const wait = rejectionOf(client.waitForEnd('job-1'))
    await until(() => server.count(/jobs\/x/) === 2 && clock.asked.includes(100) && server.streams() === 1)
    await client.close()
    for (const error of await Promise.all([...calls, wait])) assert.instance(error, ClientClosedError)
    assert.instance(await rejectionOf(client.server()), ClientClosedError)
    await client.close()
    await until(() => server.streams() === 0)
    assert.is(clock.waiting, 0)
  })

  test('says so as soon as its fetch does not heed the signal', async () => {
    const control = new AbortController()
    const client = new JobManagerClient({ fetch: () => deferred<Response>().promise })
    const call = rejectionOf(client.server({ signal: control.signal }))
    control.abort('now')
    assert.is(await call, 'now')
    await client.close()
  })
})

suite('what a client sends', (test) => {
  const seen = async (
    context: TestContext,
    options: ClientOptions,
  ): Promise<FakeJobServer['requests'][number]> => {
    const server = await fakeJobServer(context)
    await clientOf(context, server, options).server()
    return server.requests[0]!
  }

  test('has the token, and no error has it', async (context) => {
    const { headers } = await seen(context, { token: 'mr_secret' })
    assert.is(headers.authorization, 'Bearer mr_secret')
    const nobody = new JobManagerClient({
      port: 9,
      token: 'mr_secret',
      fetch: () => Promise.reject(new Error('no')),
      retry: { attempts: 0 },
    })
    const error = await rejectionOf(nobody.server())
    assert.not(JSON.stringify(error, Object.getOwnPropertyNames(error)).includes('mr_secret'))
    await nobody.close()
  })

  test('goes over a connection that is kept', async (context) => {
    const server = await fakeJobServer(context)
    const client = clientOf(context, server)
    const sockets = new Set<number | undefined>()
    server.onConnection = (port) => sockets.add(port)
    for (let n = 0; n < 20; n++) await client.server()
    // The next call may come before the connection is known to be free.
    assert.ok(sockets.size <= 2, `${sockets.size} connections`)
  })

  test('goes below the path of its url', async () => {
    const urls: string[] = []
    const client = new JobManagerClient({
      url: 'https://host:8443/millrace?x=1#y',
      fetch: async (url) => {
        urls.push(url)
        return Response.json({ status: 'ok' })
      },
    })
    assert.equal(await client.health(), { status: 'ok' })
    assert.equal(urls, ['https://host:8443/millrace/healthz'])
    assert.is(client.url, 'https://host:8443/millrace/')
    await client.close()
  })
})
