import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { Clock } from '../time/clock.ts'
import { realClock, realRandom } from '../time/real-clock.ts'
import { LONGEST_DELAY } from '../util/longest-delay.ts'

/** The global `fetch`, or one like it: of a proxy, of a test. */
export type ClientFetch = (url: string, init: RequestInit) => Promise<Response>

/** How often to try again what failed for a reason that may pass, and how long to wait before. */
export interface ClientRetry {
  /** Failures of one call that are put up with; default 4, 0: none. Only calls that may be repeated are. */
  readonly attempts?: number | undefined
  /** Milliseconds before the first repetition; default 200. */
  readonly initial?: number | undefined
  /** What each wait is of the one before; default 2. */
  readonly factor?: number | undefined
  /** Milliseconds a wait is at most; default 10 000. */
  readonly max?: number | undefined
  /** The part of a wait, from 0 to 1, that chance adds or takes away; default 0.2. */
  readonly jitter?: number | undefined
}

export interface ClientOptions {
  /** Default '127.0.0.1'. */
  readonly host?: string | undefined
  /** Default 19001. */
  readonly port?: number | undefined
  /** Instead of `host` and `port`: for a server behind a proxy, over https or below a path. */
  readonly url?: string | URL | undefined
  /** Sent with every request, and told nowhere. */
  readonly token?: string | undefined
  /** Milliseconds for an answer to be there; of an upload or download, without a byte moving. Default 30 000. */
  readonly timeout?: number | undefined
  readonly retry?: ClientRetry | undefined
  /** Milliseconds between looks at a job while its events cannot be had; default 1 000. */
  readonly pollInterval?: number | undefined
  /**
   * Milliseconds that streams and waits go on trying while the server gives no answer; default Infinity. A client that
   * never had an answer gives up after `retry.attempts`.
   */
  readonly patience?: number | undefined
  /** Milliseconds without a byte, heartbeats included, after which an event stream counts as lost; default 45 000. */
  readonly silence?: number | undefined
  /** Default the global `fetch`. */
  readonly fetch?: ClientFetch | undefined
  readonly clock?: Clock | undefined
  /** From 0 up to 1, as Math.random gives: for the jitter of waits. */
  readonly random?: (() => number) | undefined
}

/** Checked, with every default filled in. */
export interface ClientSettings {
  /** Ends with a slash. */
  readonly base: URL
  readonly token: string | undefined
  readonly timeout: number
  readonly attempts: number
  readonly pollInterval: number
  readonly patience: number
  readonly silence: number
  readonly fetch: ClientFetch
  readonly clock: Clock
  /** Milliseconds to wait after that many failures in a row; `initial` replaces that of the options. */
  readonly wait: (failures: number, initial?: number) => number
}

/** @throws InvalidArgumentError for options that can never work. */
export function resolveClientOptions(options: ClientOptions): ClientSettings {
  const { timeout = 30_000, pollInterval = 1_000, patience = Infinity, silence = 45_000 } = options
  const { token, clock = realClock, random = realRandom } = options
  const { attempts = 4, initial = 200, factor = 2, max = 10_000, jitter = 0.2 } = options.retry ?? {}
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw refused('the token cannot be sent', 'pass it without spaces and line breaks')
  }
  check('retry.attempts', attempts, (n) => Number.isInteger(n) && n >= 0, 'a whole number of at least 0')
  check('retry.factor', factor, (n) => n >= 1 && n < Infinity, 'a number of at least 1')
  check('retry.jitter', jitter, (n) => n >= 0 && n <= 1, 'a number from 0 to 1')
  const times = { timeout, pollInterval, silence, 'retry.initial': initial, 'retry.max': max }
  for (const [name, ms] of Object.entries(times)) checkMilliseconds(name, ms)
  if (patience !== Infinity) checkMilliseconds('patience', patience)
  return {
    base: baseOf(options),
    token,
    timeout,
    attempts,
    pollInterval,
    patience,
    silence,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    clock,
    wait(failures, first = initial) {
      const wait = Math.min(Math.max(max, first), first * factor ** (failures - 1))
      return Math.round(wait * (1 + jitter * (2 * random() - 1)))
    },
  }
}

/** @throws InvalidArgumentError unless it is a number of milliseconds that a timer can wait. */
export function checkMilliseconds(name: string, ms: unknown): void {
  check(
    name,
    ms,
    (n) => n > 0 && n <= LONGEST_DELAY,
    `a number of milliseconds from above 0 to ${LONGEST_DELAY}`,
  )
}

function baseOf({ host, port, url }: ClientOptions): URL {
  if (url !== undefined && (host !== undefined || port !== undefined)) {
    throw refused('there is both a url and a host or port', 'pass either of them')
  }
  if (port !== undefined) {
    check('port', port, (n) => Number.isInteger(n) && n >= 1 && n <= 65_535, 'a whole number from 1 to 65535')
  }
  const name = host ?? '127.0.0.1'
  const text =
    url ?? `http://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port ?? 19_001}`
  const base = URL.canParse(String(text)) ? new URL(text) : undefined
  if (base === undefined || !/^https?:$/.test(base.protocol) || !sameHost(base, host)) {
    // It is not shown: there may be a password in it.
    const what = url === undefined ? 'the host' : 'the url'
    throw refused(
      `${what} cannot be used`,
      'pass a host such as 127.0.0.1, or a url such as http://127.0.0.1:19001',
    )
  }
  if (base.username !== '' || base.password !== '') {
    throw refused('the url has credentials in it', 'pass them as `token`')
  }
  base.search = ''
  base.hash = ''
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return base
}

/** A host with a path, a port or credentials in it is none. */
function sameHost(base: URL, host: string | undefined): boolean {
  if (host === undefined) return true
  return /^[\w.:[\]%-]+$/.test(host) && base.pathname === '/' && base.hostname !== ''
}

function check(name: string, value: unknown, isRight: (value: number) => boolean, what: string): void {
  if (typeof value === 'number' && isRight(value)) return
  const got = typeof value === 'number' ? String(value) : typeof value
  throw refused(`${name} must be ${what}, got ${got}`, `pass ${what}, or leave it out`)
}

function refused(message: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`JobManagerClient: ${message}`, { remedy })
}
