import type { Clock } from '../time/clock.ts'
import { realClock } from '../time/real-clock.ts'
import { type Redact, redactor } from '../util/redact.ts'
import { parseProviderConfig } from './config/parse-provider-config.ts'
import type { GenericProviderConfig, ProviderConfig } from './config/provider-config.ts'
import { headerFrom, type SecretSources, tokenOf } from './config/secrets.ts'
import { GenericProvider } from './generic/generic-provider.ts'
import { GuardedProvider } from './guard/guarded-provider.ts'
import type { JobProvider } from './job-provider.ts'
import { MillraceProvider } from './millrace/millrace-provider.ts'
import type { ProviderParts } from './provider-parts.ts'
import { RayProvider } from './ray/ray-provider.ts'
import { ReplicateProvider } from './replicate/replicate-provider.ts'
import { RedactingProvider } from './redacting-provider.ts'
import { retryAfterInThrottle } from './replicate/throttle.ts'
import { StatusTable, statusTables } from './status-tables.ts'
import { type ProviderFetch, ProviderHttp } from './wire/provider-http.ts'

const REPLICATE = 'https://api.replicate.com/v1/'
/** Headers whose values nobody hides. */
const PUBLIC: readonly string[] = ['accept', 'content-type', 'user-agent']
const SHORTEST_SECRET = 6

/** What a provider takes from its surroundings. */
export interface ProviderContext extends SecretSources {
  readonly clock?: Clock | undefined
  /** From 0 up to 1, for the jitter of waits. */
  readonly random?: (() => number) | undefined
  /** Default the global `fetch`. */
  readonly fetch?: ProviderFetch | undefined
}

/**
 * The provider that a configuration describes, guarded. It asks nobody yet.
 * @throws InvalidArgumentError for a configuration that cannot be used, or whose secrets are not to be had.
 */
export function createProvider(config: ProviderConfig, context: ProviderContext = {}): GuardedProvider {
  const checked = parseProviderConfig(config)
  return new GuardedProvider(bareProvider(checked, context), checked, context)
}

/** The same without its guard, for a configuration that was checked. */
export function bareProvider(config: ProviderConfig, context: ProviderContext): JobProvider {
  const token = tokenOf(config, context)
  const headers = config.type === 'http' ? headersOf(config, token, context) : bearer(token)
  const redact = redactor(Object.fromEntries(secretsIn(headers).map((secret, index) => [index, secret])))
  return new RedactingProvider(makeProvider(config, { token, headers, redact }, context), redact)
}

interface Secrets {
  readonly token: string | undefined
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>
  readonly redact: Redact
}

function makeProvider(config: ProviderConfig, secrets: Secrets, context: ProviderContext): JobProvider {
  const { name } = config
  const { clock = realClock, fetch = globalFetch } = context
  const statuses = new StatusTable(statusTables[config.type], config.statuses)
  const http = (url: string, retryAfterInText?: typeof retryAfterInThrottle): ProviderParts => {
    const base = new URL(url.endsWith('/') ? url : `${url}/`)
    const options = { provider: name, base, ...secrets, fetch, clock, retryAfterInText }
    return { name, http: new ProviderHttp(options), statuses, clock }
  }
  switch (config.type) {
    case 'millrace':
      return new MillraceProvider({ name, url: config.url, ...secrets, fetch, clock, statuses })
    case 'ray':
      return new RayProvider(http(config.url))
    case 'replicate':
      return new ReplicateProvider(http(config.url ?? REPLICATE, retryAfterInThrottle), config.price)
    case 'http':
      return new GenericProvider(http(config.url), config)
  }
}

function bearer(token: string | undefined): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function headersOf(
  { name, auth = {}, headers = {}, headersEnv = {} }: GenericProviderConfig,
  token: string | undefined,
  context: ProviderContext,
): Readonly<Record<string, string>> {
  const { header = 'authorization', prefix = 'Bearer ' } = auth
  const all: Record<string, string> = { ...headers }
  for (const [key, from] of Object.entries(headersEnv)) {
    all[key] = headerFrom(name, `headersEnv.${key}`, from, context)
  }
  if (token !== undefined) all[header] = `${prefix}${token}`
  return all
}

/** Values of headers, and what of them stands behind a scheme. What is short is no secret, and would hide half of a text. */
function secretsIn(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => !PUBLIC.includes(name.toLowerCase()))
    .flatMap(([, value]) => [value, value.replace(/^\S+ +/, '')])
    .filter((value) => value.length >= SHORTEST_SECRET)
}

const globalFetch: ProviderFetch = (url, init) => fetch(url, init)
