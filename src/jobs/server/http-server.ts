import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { reasonOf } from '../../errors/reason-of.ts'
import { ListenError } from '../../errors/start-server-errors.ts'
import type { ServerLimits } from './server-limits.ts'

/** The connections of a server on which nothing has been asked yet: to Node these are not idle. */
const silent = new WeakMap<Server, Set<Socket>>()

/** A server of Node's that clients cannot hold up: not by sending slowly, nor by not reading, nor by being many. */
export function createHttpServer(
  fetch: Parameters<typeof getRequestListener>[0],
  { connections, headersTimeout, requestTimeout, idleTimeout }: ServerLimits,
): Server {
  const options = { overrideGlobalObjects: false, errorHandler: badRequest }
  const listener = getRequestListener(fetch, options)
  const unasked = new Set<Socket>()
  const server = createServer(
    {
      headersTimeout: Math.min(headersTimeout, requestTimeout),
      requestTimeout,
      connectionsCheckingInterval: Math.min(headersTimeout, requestTimeout, 30_000),
      // Slower than the clients' own, so that they do not send into a connection that is being closed.
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16_384,
      // It would be refused without a problem.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      unasked.delete(incoming.socket)
      outgoing.once('close', () => {
        // A connection that is kept alive would keep the server from closing.
        if (!server.listening) incoming.socket.destroySoon()
      })
      void listener(incoming, outgoing)
    },
  )
  silent.set(server, unasked)
  server.on('connection', (socket) => {
    unasked.add(socket)
    socket.once('close', () => unasked.delete(socket))
  })
  server.maxConnections = connections
  server.setTimeout(idleTimeout)
  server.on('clientError', refuseClient)
  return server
}

const problemBody = (status: number, title: string, detail: string): string =>
  JSON.stringify({ type: 'about:blank', title, status, detail, code: 'ERR_INVALID_ARGUMENT' })

/** For requests that are none by the time Hono would see them: without a Host, or with a target that is no URL. */
const badRequest = (): Response =>
  new Response(problemBody(400, 'Bad Request', 'This is no request that the server can read.'), {
    status: 400,
    headers: { 'Content-Type': 'application/problem+json' },
  })

/** What the parser of HTTP refuses, which is before there is a request. */
function refuseClient(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const [status, title] = parserRefusals[error.code ?? ''] ?? [400, 'Bad Request']
  const body = problemBody(status, title, 'This is no request that the server can read.')
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

const parserRefusals: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
}

export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new ListenError(`The server cannot listen on ${host}:${port}: ${reasonOf(error)}`, {
          host,
          port,
          cause: error,
          remedy: 'Choose another port, or end what listens there.',
        }),
      )
    })
    server.listen(port, host, () => resolve())
  })
}

/**
 * Takes no more connections, and waits for what is being answered, for so long. Clients open connections ahead of what
 * they ask: those on which not even a byte has come are closed with the idle ones.
 */
export async function closeHttpServer(
  server: Server,
  patience: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const done = new AbortController()
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
  server.closeIdleConnections()
  for (const socket of silent.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy()
  const tooLong = patience(done.signal).then(
    () => server.closeAllConnections(),
    () => {},
  )
  await closed
  done.abort()
  await tooLong
}
