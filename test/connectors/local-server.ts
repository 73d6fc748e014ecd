import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import type { TestContext } from '../support/suite.ts'

export interface LocalServer {
  readonly server: Server
  /** Without a slash at the end. */
  readonly url: string
  /** Connections that are open. */
  connections(): Promise<number>
}

/** A server on a free port of this machine, gone after the test. */
export async function localServer(
  { cleanup }: Pick<TestContext, 'cleanup'>,
  listener: RequestListener,
): Promise<LocalServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It is not what a test waits for.
  server.unref()
  cleanup(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    connections: () => promisify(server.getConnections.bind(server))(),
  }
}
