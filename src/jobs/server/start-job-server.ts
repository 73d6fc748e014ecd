import { type AddressInfo, isIPv6 } from 'node:net'
import { hostname } from 'node:os'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { TokenRequiredError } from '../../errors/start-server-errors.ts'
import { delay } from '../../time/delay.ts'
import { realClock } from '../../time/real-clock.ts'
import type { JobManager } from '../job-manager.ts'
import { closeHttpServer, createHttpServer, listen } from './http-server.ts'
import { createServerApp } from './server-app.ts'
import { resolveLimits } from './server-limits.ts'
import type { ServerAppOptions } from './server-options.ts'

export interface JobServerOptions extends ServerAppOptions {
  /** What the server puts on the wire. It is closed with the server. */
  readonly manager: JobManager
  /** Where to listen. Default 127.0.0.1. Any address that is not of the loopback interface needs a token. */
  readonly host?: string | undefined
  /** Default 19001; 0: any that is free. */
  readonly port?: number | undefined
  /** Milliseconds for requests to be answered when the server closes, and for those cut to be cleared up. Default 5 s. */
  readonly closeTimeout?: number | undefined
}

/** A server that listens. */
export interface JobServer {
  /** `http://127.0.0.1:19001` */
  readonly url: string
  readonly host: string
  readonly port: number
  /**
   * Closes the manager, with `drain` as it does; meanwhile clients may look on. Then ends streams, answers what was
   * asked, and gives the port back. May be called again.
   */
  close(options?: { readonly drain?: boolean }): Promise<void>
}

/**
 * Serves jobs over HTTP.
 * @throws TokenRequiredError for an address that others can reach, without a token; ListenError when the port is taken;
 * InvalidArgumentError. Always as a rejection.
 */
export async function startJobServer(options: JobServerOptions): Promise<JobServer> {
  const { manager, host = '127.0.0.1', port = 19_001, closeTimeout = 5000, clock = realClock } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError(`The port is ${port}.`, { remedy: 'Give an integer from 0 to 65535.' })
  }
  const local = isLoopback(host)
  if (!local) requireToken(options, host)
  const app = createServerApp(manager, {
    ...options,
    requireToken: options.requireToken === true || !local,
    // On loopback a name other than localhost is another's doing; elsewhere the machine has one.
    allowedHosts: [...(options.allowedHosts ?? []), ...(local ? [] : [host, hostname()])],
  })
  const server = createHttpServer(app.app.fetch, resolveLimits(options.limits ?? {}))
  try {
    await listen(server, host, port)
  } catch (error) {
    app.close()
    throw error
  }
  const bound = server.address() as AddressInfo
  const close = async (drain: boolean): Promise<void> => {
    app.startClosing()
    try {
      await manager.close({ drain })
    } finally {
      // First the port: a client whose stream has ended comes back, and is to find the next server or none.
      const closed = closeHttpServer(server, (signal) => delay(clock, closeTimeout, [signal]))
      app.close()
      await closed
      // An upload whose connection is cut clears up behind itself.
      const settled = new AbortController()
      await Promise.race([app.settled(), delay(clock, closeTimeout, [settled.signal]).catch(() => {})])
      settled.abort()
    }
  }
  let closed: Promise<void> | undefined
  return {
    url: `http://${urlHost(host)}:${bound.port}`,
    host,
    port: bound.port,
    close: ({ drain = false } = {}) => (closed ??= close(drain)),
  }
}

/** Names are not looked up: what `localhost` means is the same everywhere, of any other name nobody knows. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Of what listens everywhere, the address that leads there from this machine. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return isIPv6(host) ? `[${host}]` : host
}

function requireToken({ token, tokens }: JobServerOptions, host: string): void {
  if (token !== undefined || tokens.list().some(({ scopes }) => scopes.includes('admin'))) return
  throw new TokenRequiredError(`Others can reach ${host}, and whoever submits a job runs code here.`, {
    remedy: 'Give a `token`, make one for an admin first, or listen on 127.0.0.1.',
  })
}
