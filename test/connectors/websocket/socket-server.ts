import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import type { TestContext } from '../../support/suite.ts'
import { localServer } from '../local-server.ts'

export interface SocketServer {
  /** Without a slash at the end. */
  readonly url: string
  /** What was received, in order. */
  readonly received: string[]
  /** Handshakes that led to a connection. */
  readonly requests: IncomingMessage[]
  /** Codes of connections that are closed. */
  readonly closed: number[]
  connections(): Promise<number>
}

/** What one connection does when it is open. */
export type Script = (socket: WebSocket, server: SocketServer) => unknown

/** The server of `ws`. The nth connection follows the nth script, and all behind the last the last. */
export async function socketServer(
  context: Pick<TestContext, 'cleanup'>,
  ...scripts: readonly Script[]
): Promise<SocketServer> {
  const { server, url, connections } = await localServer(context, (_, response) => {
    response.writeHead(404).end()
  })
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered].at(-1) ?? false })
  context.cleanup(() => {
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  })
  const all: SocketServer = {
    url: url.replace('http', 'ws'),
    received: [],
    requests: [],
    closed: [],
    connections,
  }
  sockets.on('connection', (socket, request) => {
    const script = scripts[Math.min(all.requests.length, scripts.length - 1)] as Script
    all.requests.push(request)
    socket.on('message', (data: Buffer) => all.received.push(data.toString()))
    socket.on('close', (code) => all.closed.push(code))
    void script(socket, all)
  })
  return all
}

/** Sends these, and stays. */
export const sending =
  (...messages: readonly (string | Uint8Array)[]): Script =>
  (socket) => {
    for (const message of messages) socket.send(message)
  }
