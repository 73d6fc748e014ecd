import { checkMilliseconds, checkPositiveInteger } from '../../graph/check-number.ts'
import type { Fetch } from '../common/exchange.ts'
import type { RequestHeaders } from '../common/http-request.ts'
import { type ConnectorRetry, resolveRetry, type Retry } from '../common/retry-options.ts'

/** What the source and the sink have in common. */
export interface HttpOptions {
  /** Sent with every request. None of their values is in any error or log. */
  readonly headers?: RequestHeaders
  /** Milliseconds for one request and its answer; default 30 000. */
  readonly timeout?: number
  /**
   * No answer, 408, 425, 429 and 5xx but 501 are tried again, not before the server's Retry-After; every other refusal
   * fails at once.
   */
  readonly retry?: ConnectorRetry
  /**
   * Leaves connections open for the next request. They are fetch's own, which closes them some seconds after the last
   * one, not with the job. Default false: each request has a connection of its own.
   */
  readonly keepAlive?: boolean
  /** Bytes an answer may have; default 32 MiB. */
  readonly maxBytes?: number
  /** Default the global `fetch`. */
  readonly fetch?: Fetch
}

/** Checked, with every default filled in. */
export interface HttpSettings {
  readonly timeout: number
  readonly retry: Retry
  readonly maxBytes: number
  readonly fetch: Fetch
  /** The headers of the next request. */
  headers(): Promise<Readonly<Record<string, string>>>
}

/** @throws InvalidArgumentError for options that can never work. */
export function resolveHttpOptions(connector: string, options: HttpOptions): HttpSettings {
  const { headers = {}, timeout = 30_000, retry, keepAlive = false, maxBytes = 32 * 2 ** 20 } = options
  return {
    timeout: checkMilliseconds(connector, 'timeout', timeout),
    retry: resolveRetry(connector, retry),
    maxBytes: checkPositiveInteger(connector, 'maxBytes', maxBytes),
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    async headers() {
      const given = typeof headers === 'function' ? await headers() : headers
      return keepAlive ? given : { ...given, connection: 'close' }
    },
  }
}
