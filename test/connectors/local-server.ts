import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { turn } from '../job/jobs.ts'
import type { TestContext } from '../support/suite.ts'

export interface LocalServer {
  readonly server: Server
  /** Without a slash at the end. */
  readonly url: string
  /** Connections that are open. After a request that was aborted, fetch opens one more, for some seconds. */
  connections(): Promise<number>
  /** Requests that are being answered by a connection that is open. */
  requests(): Promise<number>
}

/** A server on a free port of this machine, gone after the test. */
export async function localServer(
  { cleanup }: Pick<TestContext, 'cleanup'>,
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<LocalServer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let open = 0
  server.on('request', (_, response) => {
    open++
    response.once('close', () => open--)
  })
  server.on('request', (request, response) => void listener(request, response))
  // It is not what a test waits for, and not what counts as left behind.
  server.unref()
  server.on('connection', (socket) => socket.unref())
  cleanup(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    async requests() {
      await turn()
      return open
    },
    async connections() {
      // The network gets its turn, so that this can be asked until it is so.
      await turn()
      return promisify(server.getConnections.bind(server))()
    },
  }
}
