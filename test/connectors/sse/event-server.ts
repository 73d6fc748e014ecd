import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { type LocalServer, localServer } from '../local-server.ts'
import type { TestContext } from '../../support/suite.ts'

export interface EventServer extends LocalServer {
  /** Last-Event-ID of each request. */
  readonly asked: (string | undefined)[]
}

/** What one connection does; it is held open until `behind` closes it. */
export type Connection = (response: ServerResponse, request: IncomingMessage) => unknown

/** Answers the nth request by the nth connection, and all behind the last by the last. */
export async function eventServer(
  context: Pick<TestContext, 'cleanup'>,
  ...connections: readonly Connection[]
): Promise<EventServer> {
  const asked: (string | undefined)[] = []
  const server = await localServer(context, (request, response) => {
    const connection = connections[Math.min(asked.length, connections.length - 1)] as Connection
    asked.push(request.headers['last-event-id'] as string | undefined)
    void connection(response, request)
  })
  return { ...server, asked }
}

/** Begins the answer to an event stream, and sends these chunks, each on its own. */
export const stream =
  (...chunks: readonly (string | Uint8Array)[]): Connection =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    response.flushHeaders()
    for (const chunk of chunks) {
      if (response.destroyed) return
      response.write(chunk)
      // In a packet of its own.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

/** The same, and then the end of the answer. */
export const streamAndEnd =
  (...chunks: readonly (string | Uint8Array)[]): Connection =>
  async (response, request) => {
    await stream(...chunks)(response, request)
    response.end()
  }

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Connection =>
  (response) =>
    response.writeHead(code, headers).end(body)

/** Until the other side is gone. */
export const gone = (response: ServerResponse): Promise<unknown> =>
  response.destroyed ? Promise.resolve() : once(response, 'close')
