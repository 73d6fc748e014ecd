import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { Clock } from '../../time/clock.ts'
import { realClock } from '../../time/real-clock.ts'

/** How a Ray cluster is talked to. */
export interface RayConnectionOptions {
  /** Of a cluster with token authentication (`RAY_AUTH_MODE=token`). */
  readonly token?: string | undefined
  /** Sent with every request: what a proxy before Ray wants. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds for an answer. Default 30 000. */
  readonly requestTimeout?: number | undefined
  /** Default the real one. */
  readonly clock?: Clock | undefined
}

/** The options, checked, with their defaults. */
export interface RayConnection {
  /** Without a slash at its end. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly requestTimeout: number
  readonly clock: Clock
}

/** @throws InvalidArgumentError */
export function rayConnection(address: string | URL, options: RayConnectionOptions): RayConnection {
  const { token, headers = {}, requestTimeout = 30_000, clock = realClock } = options
  if (!(requestTimeout > 0)) {
    throw new InvalidArgumentError(`ray() has a requestTimeout of ${requestTimeout}.`, {
      remedy: 'Pass milliseconds above 0.',
    })
  }
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return { url: urlOf(address), headers: { ...headers, ...authorization }, requestTimeout, clock }
}

function urlOf(address: string | URL): string {
  const text = String(address)
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError(`ray() has the address '${text}'.`, {
      remedy:
        "Pass that of Ray's dashboard, as in http://head:8265; ray:// and the port 6379 are for Python only.",
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('ray() has credentials in its address, which is shown in messages.', {
      remedy: 'Pass them as { token } or { headers }.',
    })
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
