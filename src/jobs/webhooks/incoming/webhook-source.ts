import { InvalidArgumentError } from '../../../errors/invalid-argument-error.ts'
import type { Logger } from '../../../functions/logger.ts'
import type { CommonProviderConfig, ProviderConfig } from '../../../providers/config/provider-config.ts'
import { type SecretSources, webhookSecretsOf } from '../../../providers/config/secrets.ts'
import type { JobProvider, ObservedJob } from '../../../providers/job-provider.ts'
import { type AddressRanges, addressRanges } from '../../../util/address-ranges.ts'
import { type WebhookKey, webhookKey } from '../signature.ts'

/** Who may send webhooks, and how they are read. */
export interface WebhookSource {
  /** Of the provider. */
  readonly name: string
  readonly keys: readonly WebhookKey[]
  /** Null: from anywhere. */
  readonly allowFrom: AddressRanges | null
  /** What a body tells of a job; null: of none. @throws ProviderAnswerError for one that cannot be read. */
  readonly read: (body: unknown) => ObservedJob | null
}

/**
 * Of a provider whose configuration has a webhook; null where it has no secrets, as nothing can be taken in without.
 * @throws InvalidArgumentError for secrets that are none, and for a provider that sends no webhooks; it names the
 * provider, and shows no secret.
 */
export function webhookSource(
  provider: Pick<JobProvider, 'name' | 'type' | 'webhook'>,
  config: Pick<CommonProviderConfig, 'name' | 'webhook'>,
  from: SecretSources = {},
): WebhookSource | null {
  const { name, type } = provider
  const secrets = webhookSecretsOf(config, from)
  if (secrets.length === 0) return null
  if (provider.webhook === undefined) {
    throw new InvalidArgumentError(`Providers of type ${type} send no webhooks, and ${name} has one.`, {
      remedy: 'Leave it out: its jobs are polled.',
    })
  }
  const { allowFrom } = config.webhook ?? {}
  return {
    name,
    keys: secrets.map((secret) => keyOf(secret, name)),
    allowFrom: allowFrom === undefined ? null : addressRanges(allowFrom, `allowFrom of the provider ${name}`),
    read: (body) => provider.webhook!(body),
  }
}

/**
 * Of all providers whose configurations have a webhook; those that are given as objects have none.
 * @param served the providers, in the order in which they were given
 * @throws InvalidArgumentError as `webhookSource` does
 */
export function webhookSources(
  given: readonly (JobProvider | ProviderConfig)[],
  served: readonly { readonly provider: JobProvider }[],
  logger: Logger,
): readonly WebhookSource[] {
  return given.flatMap((config, index) => {
    const { provider } = served[index]!
    if (typeof config.webhook !== 'object') return []
    const source = webhookSource(provider, config as ProviderConfig)
    if (source !== null) return [source]
    logger.warn(`The webhook of the provider ${provider.name} has no secrets: none will be taken in.`)
    return []
  })
}

function keyOf(secret: string, provider: string): WebhookKey {
  try {
    return webhookKey(secret)
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw new InvalidArgumentError(`A secret of the webhook of the provider ${provider} cannot be used.`, {
      remedy: error.remedy,
    })
  }
}
