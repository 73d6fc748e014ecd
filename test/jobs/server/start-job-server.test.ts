import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { EventSource } from 'eventsource'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { ListenError, TokenRequiredError } from '../../../src/errors/start-server-errors.ts'
import {
  type JobServer,
  type JobServerOptions,
  startJobServer,
} from '../../../src/jobs/server/start-job-server.ts'
import { silentLogger } from '../../../src/functions/logger.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'
import { FakeManager, hashOf, submissionInput } from './fake-manager.ts'

const startToken = 'a-token-of-the-start-that-is-long'

async function serve(
  { cleanup }: TestContext,
  options: Partial<JobServerOptions> = {},
  manager = new FakeManager(),
): Promise<{ readonly server: JobServer; readonly manager: FakeManager }> {
  const server = await startJobServer({ manager, tokens: manager.store.tokens, port: 0, ...options })
  cleanup(() => server.close())
  return { server, manager }
}

const unexpected = (): never => assert.unreachable() as never

/** Lets the event loop turn until something is so; the test's timeout is the limit. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await turn()
}

/** What comes back over a socket until the server closes it. */
async function exchange(port: number, ...sent: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  for (const text of sent) socket.write(text)
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  await new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => {}))
  return received
}

/** An EventSource that notes what it gets. */
function listenTo(
  { cleanup }: TestContext,
  url: string,
  headers: Record<string, string> = {},
): { readonly source: EventSource; readonly seen: string[]; readonly opened: () => number } {
  const seen: string[] = []
  let opened = 0
  const source = new EventSource(url, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
  })
  cleanup(() => source.close())
  source.addEventListener('open', () => opened++)
  for (const name of [
    'job_submitted',
    'job_status_changed',
    'job_deleted',
    'gap',
    'slow',
    'log',
    'progress',
  ]) {
    source.addEventListener(name, (event) => {
      seen.push(`${name} ${event.lastEventId}`)
    })
  }
  return { source, seen, opened: () => opened }
}

/** What stands between a client and the server, and breaks. */
async function proxyTo(
  { cleanup }: TestContext,
  port: number,
): Promise<{ readonly url: string; readonly cut: () => void }> {
  const sockets = new Set<Socket>()
  const cut = (): void => sockets.forEach((socket) => socket.resetAndDestroy())
  const proxy = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  cleanup(() => {
    cut()
    return new Promise((resolve) => proxy.close(resolve))
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, cut }
}

suite('starting a job server', (test) => {
  test('listens on loopback, and says where', async (context) => {
    const { server } = await serve(context)
    assert.is(server.host, '127.0.0.1')
    assert.is(server.url, `http://127.0.0.1:${server.port}`)
    const answer = await fetch(`${server.url}/healthz`)
    assert.equal(await answer.json(), { status: 'ok' })
    assert.is(answer.headers.get('x-content-type-options'), 'nosniff')
  })

  test('where others can reach it only with a token', async (context) => {
    const manager = new FakeManager()
    const { tokens } = manager.store
    for (const host of ['0.0.0.0', '::', 'example.com', '127.0.0.1.example.com', '10.0.0.1', '']) {
      await startJobServer({ manager, tokens, host, port: 0 }).then(unexpected, (error: unknown) =>
        assert.ok(error instanceof TokenRequiredError, host),
      )
    }
    tokens.create({ id: 'a', hash: hashOf('x'), name: 'reader', scopes: ['read'], at: 0 })
    const readOnly = startJobServer({ manager, tokens, host: '0.0.0.0', port: 0 })
    await readOnly.then(unexpected, (error) => assert.ok(error instanceof TokenRequiredError))
    const { server } = await serve(context, { host: '0.0.0.0', token: startToken }, manager)
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.is((await fetch(`${server.url}/api/v1/jobs`)).status, 401)
    const headers = { Authorization: `Bearer ${startToken}` }
    assert.is((await fetch(`${server.url}/api/v1/jobs`, { headers })).status, 200)
  })

  test('goes on asking for a token where others can reach it, also when the last one is deleted', async (context) => {
    const manager = new FakeManager()
    manager.store.tokens.create({ id: 'a', hash: hashOf('x'), name: 'admin', scopes: ['admin'], at: 0 })
    const { server } = await serve(context, { host: '0.0.0.0' }, manager)
    manager.store.tokens.delete('a')
    assert.is((await fetch(`${server.url}/api/v1/jobs`)).status, 401)
  })

  test('says that a port is taken, or is none', async (context) => {
    const { server, manager } = await serve(context)
    const { tokens } = manager.store
    const taken = startJobServer({ manager: new FakeManager(), tokens, port: server.port })
    await taken.then(unexpected, (error: unknown) => {
      assert.ok(error instanceof ListenError)
      assert.is(error.port, server.port)
      assert.match(error.message, /EADDRINUSE/)
    })
    for (const wrong of [
      { port: 70_000 },
      { limits: { streams: 0 } },
      { limits: { nothing: 1 } as object },
    ]) {
      await startJobServer({ manager, tokens, ...wrong }).then(unexpected, (error) =>
        assert.ok(error instanceof InvalidArgumentError),
      )
    }
  })

  test('leaves the globals of whoever embeds it alone', async (context) => {
    const { Request: before, Response: beforeToo } = globalThis
    await serve(context)
    assert.is(globalThis.Request, before)
    assert.is(globalThis.Response, beforeToo)
  })
})

suite('closing a job server', (test) => {
  test('closes the manager while clients look on, then ends streams and gives the port back', async (context) => {
    const { server, manager } = await serve(context)
    const { id } = manager.create()
    manager.become(id, 'running')
    const { seen, opened } = listenTo(context, `${server.url}/api/v1/events?since=0`)
    await until(() => seen.length === 2)
    const ready: number[] = []
    manager.onClose = async () => {
      ready.push((await fetch(`${server.url}/readyz`)).status)
      manager.become(id, 'stopping')
      await until(() => seen.length === 3)
      manager.become(id, 'stopped')
    }
    await server.close({ drain: true })
    await until(() => seen.length === 4)
    assert.equal(seen.slice(2), ['job_status_changed 3', 'job_status_changed 4'])
    assert.equal(manager.closed, [{ drain: true }])
    assert.equal(ready, [503])
    assert.is(opened(), 1)
    await server.close()
    assert.is(manager.closed.length, 1)
    await fetch(`${server.url}/healthz`).then(unexpected, () => {})
  })

  test('answers what was asked, and cuts what takes too long', async (context) => {
    const clock = new ManualClock()
    const { server, manager } = await serve(context, { clock, closeTimeout: 3000 })
    const asked: (() => void)[] = []
    manager.files.put = () => new Promise((resolve) => asked.push(resolve))
    const upload = (): Promise<Response> =>
      fetch(`${server.url}/api/v1/files/${hashOf('x')}`, { method: 'PUT', body: new Uint8Array([1]) })
    const [first, second] = [upload(), upload()]
    second.catch(() => {})
    await until(() => asked.length === 2)
    const closing = server.close()
    asked[0]!()
    const answer = await Promise.race([first, second])
    assert.is(answer.status, 204)
    await until(() => clock.waiting > 0)
    await clock.advance(3000)
    asked[1]!()
    await closing
    const outcomes = await Promise.allSettled([first, second])
    assert.equal(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    assert.is(clock.waiting, 0)
  })

  test('does not wait for who has connected and asks nothing', async (context) => {
    const clock = new ManualClock()
    const { server } = await serve(context, { clock })
    // Accepted in the order in which they come, so that the server knows both when it has answered the second.
    const socket = connect(server.port, '127.0.0.1')
    context.cleanup(() => socket.destroy())
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await once(socket, 'connect')
    await (await fetch(`${server.url}/healthz`)).text()
    await server.close()
    await closed
  })
})

suite('a server that closes', (test) => {
  /** Sends half of a file, and says when the server reads it. */
  const halfAnUpload = async ({ port }: JobServer, begun: () => boolean): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    const length = 'Host: localhost\r\nContent-Length: 2'
    socket.write(`PUT /api/v1/files/${hashOf('xx')} HTTP/1.1\r\n${length}\r\n\r\nx`)
    await until(begun)
    return socket
  }

  test('waits until an upload that it cuts has cleared up', async (context) => {
    const clock = new ManualClock()
    const { server, manager } = await serve(context, { clock, closeTimeout: 3000 })
    const steps: string[] = []
    manager.files.put = async (_hash, bytes) => {
      try {
        for await (const part of bytes) steps.push(`read ${part.length}`)
      } finally {
        for (let i = 0; i < 10; i++) await turn()
        steps.push('cleared up')
      }
    }
    await halfAnUpload(server, () => steps.length === 1)
    const closing = server.close().then(() => steps.push('closed'))
    await until(() => clock.waiting > 0)
    await clock.advance(3000)
    await closing
    assert.equal(steps, ['read 1', 'cleared up', 'closed'])
    assert.is(clock.waiting, 0)
  })

  test('does not wait for ever for one that does not come to its end', async (context) => {
    const clock = new ManualClock()
    const { server, manager } = await serve(context, { clock, closeTimeout: 3000 })
    let begun = false
    manager.files.put = () => ((begun = true), new Promise<never>(() => {}))
    const socket = await halfAnUpload(server, () => begun)
    let closed = false
    const closing = server.close().then(() => (closed = true))
    await until(() => clock.waiting > 0)
    await clock.advance(3000)
    await until(() => socket.destroyed)
    assert.is(closed, false)
    await until(() => clock.waiting > 0)
    await clock.advance(3000)
    await closing
    assert.is(clock.waiting, 0)
  })
})

suite('an EventSource', (test) => {
  test('reads events with a token, and resumes where it was when the server starts again', async (context) => {
    const manager = new FakeManager()
    const { server } = await serve(context, { token: startToken }, manager)
    const { port } = server
    const { id } = manager.create()
    const headers = { Authorization: `Bearer ${startToken}` }
    const { seen, opened } = listenTo(context, `${server.url}/api/v1/events?since=0`, headers)
    await until(() => seen.length === 1)
    manager.become(id, 'running')
    await until(() => seen.length === 2)
    await server.close()
    manager.ready = true
    manager.become(id, 'stopping')
    manager.become(id, 'stopped')
    const { server: again } = await serve(context, { token: startToken, port }, manager)
    assert.is(again.port, port)
    await until(() => seen.length === 4)
    manager.become(id, 'queued')
    await until(() => seen.length === 5)
    assert.equal(seen, [
      'job_submitted 1',
      'job_status_changed 2',
      'job_status_changed 3',
      'job_status_changed 4',
      'job_status_changed 5',
    ])
    assert.is(opened(), 2)
  })

  test('resumes when its connection is cut', async (context) => {
    const { server, manager } = await serve(context)
    const proxy = await proxyTo(context, server.port)
    const { id } = manager.create()
    const { seen } = listenTo(context, `${proxy.url}/api/v1/events?since=0&job=${id}`)
    await until(() => seen.length === 1)
    proxy.cut()
    manager.create('another')
    manager.become(id, 'running')
    await until(() => seen.length === 2)
    assert.equal(seen, ['job_submitted 1', 'job_status_changed 3'])
  })

  test('is told when the server was set up anew', async (context) => {
    const { server, manager } = await serve(context)
    manager.create()
    const { seen } = listenTo(context, `${server.url}/api/v1/events?since=0`)
    await until(() => seen.length === 1)
    await server.close()
    await serve(context, { port: server.port }, new FakeManager())
    await until(() => seen.length === 2)
    assert.is(seen[1], 'gap 0')
  })

  test('reads the log of a job, until it is deleted', async (context) => {
    const { server, manager } = await serve(context)
    const { id } = manager.create()
    manager.log(id, 'one')
    const { seen, source } = listenTo(context, `${server.url}/api/v1/jobs/${id}/logs/stream`)
    await until(() => seen.length === 1)
    manager.log(id, 'two')
    await until(() => seen.length === 2)
    assert.equal(seen, ['log 1', 'log 2'])
    await manager.delete(id, { force: true })
    // A 404 ends an EventSource for good.
    await until(() => source.readyState === EventSource.CLOSED)
  })

  test('has progress without ids, which do not move where it resumes', async (context) => {
    const { server, manager } = await serve(context)
    const { id } = manager.create()
    const { seen } = listenTo(context, `${server.url}/api/v1/events?since=0`)
    await until(() => seen.length === 1)
    manager.tellProgress(id, 1)
    await until(() => seen.length === 2)
    assert.equal(seen, ['job_submitted 1', 'progress '])
  })

  test('finds no room among too many streams, and is let in when one ends', async (context) => {
    const { server } = await serve(context, { limits: { streams: 1 } })
    const { opened, source } = listenTo(context, `${server.url}/api/v1/events`)
    await until(() => opened() === 1)
    const refused = await fetch(`${server.url}/api/v1/events`)
    assert.is(refused.status, 503)
    assert.is(refused.headers.get('retry-after'), '10')
    assert.is(((await refused.json()) as { code: string }).code, 'ERR_SERVER_BUSY')
    assert.is((await fetch(`${server.url}/api/v1/events`, { method: 'HEAD' })).status, 503)
    source.close()
    let status = 503
    while (status === 503) {
      const abort = new AbortController()
      ;({ status } = await fetch(`${server.url}/api/v1/events`, { signal: abort.signal }))
      abort.abort()
    }
    assert.is(status, 200)
  })
})

suite('a client that does not behave', (test) => {
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`

  test('and reads nothing is dropped, told so, and costs no memory meanwhile', async (context) => {
    const { server, manager } = await serve(context, { limits: { streamQueue: 50 } })
    const { id } = manager.create()
    const socket = connect(server.port, '127.0.0.1')
    context.cleanup(() => socket.destroy())
    socket.pause()
    socket.write(get(`/api/v1/jobs/${id}/logs/stream`))
    const streams = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text()
    while (!(await streams()).includes('millrace_event_clients{kind="logs"} 1')) await turn()
    let takes = 0
    const { logs } = manager
    manager.logs = (...args) => (takes++, logs.apply(manager, args))
    let written = 0
    while (!(await streams()).includes('millrace_event_clients_dropped_total 1')) {
      for (let i = 0; i < 20; i++) manager.log(id, 'x'.repeat(10_000))
      written += 20
    }
    const read = takes
    for (let i = 0; i < 100; i++) manager.log(id, 'after it was dropped')
    await turn()
    assert.is(takes, read)
    let received = ''
    socket.setEncoding('utf8').on('data', (text: string) => (received += text))
    socket.resume()
    await until(() => received.includes('event: slow\n'))
    assert.not.match(received, /after it was dropped/)
    assert.ok(received.split('event: log\n').length - 1 < written)
  })

  test('and takes not even its end is cut off', async (context) => {
    const clock = new ManualClock()
    const { server, manager } = await serve(
      context,
      { clock, limits: { streamQueue: 50 } },
      new FakeManager(clock),
    )
    const { id } = manager.create()
    const socket = connect(server.port, '127.0.0.1')
    context.cleanup(() => socket.destroy())
    let closed = false
    socket.pause().on('close', () => (closed = true))
    socket.on('error', () => {})
    socket.write(get(`/api/v1/jobs/${id}/logs/stream`))
    const streams = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text()
    while (!(await streams()).includes('millrace_event_streams_ended_total{reason="slow"} 1')) {
      for (let i = 0; i < 20; i++) manager.log(id, 'x'.repeat(10_000))
      await clock.advance(100)
    }
    await clock.advance(10_000)
    socket.resume()
    await until(() => closed)
  })

  test('and sends no request gets a problem', async (context) => {
    const { server } = await serve(context)
    const close = 'Connection: close\r\n'
    const problems = [
      [400, 'nonsense\r\n\r\n'],
      [400, `GET / HTTP/1.1\r\n${close}\r\n`],
      [403, `GET /api/v1/jobs HTTP/1.1\r\nHost: evil.example\r\n${close}\r\n`],
      [400, `GET /\\x HTTP/1.1\r\nHost: localhost\r\n${close}\r\n`],
      [431, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
      [411, `PUT /api/v1/files/${hashOf('x')} HTTP/1.1\r\nHost: localhost\r\n${close}\r\n`],
    ] as const
    for (const [status, request] of problems) {
      const answer = await exchange(server.port, request)
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), request.slice(0, 60))
      assert.match(answer, /content-type: application\/problem\+json/i, request.slice(0, 60))
    }
  })

  test('and sends headers slowly is not waited for', async (context) => {
    const { server } = await serve(context, { limits: { headersTimeout: 100, requestTimeout: 200 } })
    const answer = await exchange(server.port, 'GET /healthz HTTP/1.1\r\n')
    assert.match(answer, /^HTTP\/1.1 408 .*application\/problem\+json/s)
  })

  test('and sends its body slowly is not waited for, and leaves nothing', async (context) => {
    const { server, manager } = await serve(context, { limits: { headersTimeout: 100, requestTimeout: 200 } })
    const head = `PUT /api/v1/files/${hashOf('xx')} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n`
    const answer = await exchange(server.port, head, 'x')
    assert.match(answer, /^HTTP\/1.1 408 /)
    assert.not(manager.uploaded.has(hashOf('xx')))
  })

  test('and goes in the middle of an upload is no failure of the server', async (context) => {
    const logged: string[] = []
    const logger = { ...silentLogger, error: (message: string) => void logged.push(message) }
    const { server, manager } = await serve(context, { logger })
    const socket = connect(server.port, '127.0.0.1')
    const length = 'Host: localhost\r\nContent-Length: 2'
    socket.write(`PUT /api/v1/files/${hashOf('xx')} HTTP/1.1\r\n${length}\r\n\r\nx`)
    const put = manager.files.put.bind(manager.files)
    let begun = false
    manager.files.put = (...args) => ((begun = true), put(...args))
    await until(() => begun)
    socket.destroy()
    const metrics = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text()
    const counted = 'method="PUT",route="/api/v1/files/:hash",status="400"'
    while (!(await metrics()).includes(counted)) await turn()
    assert.equal(logged, [])
    assert.is(manager.uploaded.size, 1)
  })

  test('and says nothing is let go', async (context) => {
    const { server } = await serve(context, { limits: { idleTimeout: 100 } })
    assert.is(await exchange(server.port), '')
  })

  test('and comes too often finds no connection', async (context) => {
    const { server } = await serve(context, { limits: { connections: 1 } })
    const first = connect(server.port, '127.0.0.1')
    context.cleanup(() => first.destroy())
    first.write(get('/healthz'))
    await new Promise((resolve) => first.once('data', resolve))
    assert.is(await exchange(server.port, get('/healthz')), '')
  })

  test('and uploads too much is refused while it does', async (context) => {
    const { server, manager } = await serve(context, { limits: { uploadBytes: 100_000 } })
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= 50_000_000) return controller.close()
        sent += 10_000
        controller.enqueue(new Uint8Array(10_000))
      },
    })
    const init = { method: 'PUT', body, duplex: 'half' } as RequestInit
    const answer = await fetch(`${server.url}/api/v1/files/${hashOf('x')}`, init)
    assert.is(answer.status, 413)
    assert.is(((await answer.json()) as { code: string }).code, 'ERR_UPLOAD_TOO_LARGE')
    assert.is(manager.uploaded.size, 1)
  })

  test('does not keep others from being served', async (context) => {
    const { server } = await serve(context)
    const slow = connect(server.port, '127.0.0.1')
    context.cleanup(() => slow.destroy())
    slow.write(
      'POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    )
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        fetch(`${server.url}/api/v1/jobs`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(submissionInput()),
        }),
      ),
    )
    assert.ok(answers.every(({ status }) => status === 201))
  })
})
