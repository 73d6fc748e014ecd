import { excerpt } from '../../errors/excerpt.ts'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { ProviderConfig } from '../../providers/config/provider-config.ts'
import { createProvider, type ProviderContext } from '../../providers/create-provider.ts'
import { resolveGuard } from '../../providers/guard/guard-options.ts'
import { GuardedProvider } from '../../providers/guard/guarded-provider.ts'
import type { JobProvider } from '../../providers/job-provider.ts'
import { isInterval, type ResolvedBackground } from '../background-options.ts'
import { LOCAL } from '../store/job-changes.ts'
import { pollingOf } from './polling-of.ts'
import type { ServedProvider } from './served-provider.ts'

/** Requests for jobs elsewhere that are under way at the same time, all providers together. */
const MOST_REQUESTS = 256

/**
 * Providers as a server is told of them: made from their configurations, or as they are, and guarded.
 * @throws InvalidArgumentError
 */
export function serveProviders(
  given: readonly (JobProvider | ProviderConfig)[],
  polling: ResolvedBackground['jobStatusPolling'],
  context: ProviderContext,
): readonly ServedProvider[] {
  if (!Array.isArray(given)) throw wrong(`providers is ${excerpt(given)}`, 'pass an array')
  const share = Math.max(1, Math.floor(MOST_REQUESTS / Math.max(1, given.length)))
  const served = (given as readonly (JobProvider | ProviderConfig)[]).map((each) => {
    if (!isProvider(each)) return fromConfig(each, polling, share, context)
    checkName(each.name)
    const provider = each instanceof GuardedProvider ? each : new GuardedProvider(each, {}, context)
    const concurrency = Math.min(resolveGuard({}).concurrency, share)
    return { provider, polling: pollingOf({}, polling, false), webhook: false, concurrency }
  })
  checkDistinct(served.map(({ provider }) => provider.name))
  return served
}

function fromConfig(
  config: ProviderConfig,
  polling: ResolvedBackground['jobStatusPolling'],
  share: number,
  context: ProviderContext,
): ServedProvider {
  const provider = createProvider(config, context)
  const { interval } = config.polling ?? {}
  if (interval !== undefined && !isInterval(interval)) {
    throw wrong(
      `the polling.interval of the provider ${provider.name} is ${interval}`,
      'pass milliseconds from 100 to 86 400 000, a day',
    )
  }
  const webhook = config.webhook !== undefined
  return {
    provider,
    polling: pollingOf(config.polling ?? {}, polling, webhook),
    webhook,
    concurrency: Math.min(resolveGuard(config).concurrency, share),
  }
}

/** A configuration may have a `get`, too, but never one that can be called. */
const isProvider = (given: JobProvider | ProviderConfig): given is JobProvider =>
  typeof given === 'object' && given !== null && typeof (given as { get?: unknown }).get === 'function'

function checkName(name: string): void {
  if (typeof name === 'string' && /^[\w-]{1,64}$/.test(name) && name !== LOCAL) return
  throw wrong(
    `the name of a provider is ${excerpt(name)}`,
    `use letters, digits, \`-\` and \`_\`, at most 64, and not \`${LOCAL}\``,
  )
}

function checkDistinct(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw wrong(`two providers are named ${twice}`, 'give each a name of its own')
}

const wrong = (what: string, remedy: string): InvalidArgumentError =>
  new InvalidArgumentError(`startJobManager: ${what}`, { remedy })
