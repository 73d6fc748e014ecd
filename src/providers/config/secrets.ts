import { readFileSync } from 'node:fs'
import process from 'node:process'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { CommonProviderConfig, ProviderWebhookConfig, TokenConfig } from './provider-config.ts'

/** Where secrets come from. */
export interface SecretSources {
  /** Default that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Default the file in UTF-8. */
  readonly readFile?: ((path: string) => string) | undefined
}

type Named<T> = Pick<CommonProviderConfig, 'name'> & T

/** A provider's token; undefined: it has none. @throws InvalidArgumentError where it is not to be had. */
export function tokenOf(config: Named<TokenConfig>, sources: SecretSources = {}): string | undefined {
  const { name, token, tokenEnv, tokenFile } = config
  if (token !== undefined) return token
  if (tokenEnv !== undefined)
    return checkToken(variable(name, 'tokenEnv', tokenEnv, sources), name, 'tokenEnv')
  if (tokenFile === undefined) return undefined
  const { readFile = (path: string) => readFileSync(path, 'utf8') } = sources
  try {
    return checkToken(readFile(tokenFile).trim(), name, 'tokenFile')
  } catch (cause) {
    if (cause instanceof InvalidArgumentError) throw cause
    throw new InvalidArgumentError(`The token of the provider '${name}' cannot be read: ${reasonOf(cause)}`, {
      cause,
      remedy: 'look at the path in `tokenFile`, and at who may read it',
    })
  }
}

/** The secrets that a provider's webhooks are signed with; none where it sends no webhooks. @throws InvalidArgumentError */
export function webhookSecretsOf(
  { name, webhook }: Named<{ readonly webhook?: ProviderWebhookConfig | undefined }>,
  sources: SecretSources = {},
): readonly string[] {
  const { secrets = [], secretsEnv } = webhook ?? {}
  if (secretsEnv === undefined) return secrets
  const more = variable(name, 'webhook.secretsEnv', secretsEnv, sources).split(/[\s,]+/)
  return [...secrets, ...more.filter((secret) => secret !== '')]
}

/** A header's value. @throws InvalidArgumentError unless the variable is set, and can be sent. */
export function headerFrom(provider: string, option: string, name: string, sources: SecretSources): string {
  const value = variable(provider, option, name, sources)
  // Fetch would quote it when it refuses it.
  if (/^[\x20-\x7e]*$/.test(value)) return value
  throw new InvalidArgumentError(
    `What \`${option}\` of the provider '${provider}' takes from ${name} cannot be sent in a header`,
    { remedy: 'it must be one line of ASCII' },
  )
}

/** @throws InvalidArgumentError unless the variable is set. */
function variable(provider: string, option: string, name: string, { env }: SecretSources): string {
  const value = (env ?? process.env)[name]?.trim()
  if (value !== undefined && value !== '') return value
  throw new InvalidArgumentError(
    `The provider '${provider}' takes \`${option}\` from the environment variable ${name}, which is not set`,
    { remedy: `set ${name} where the server runs, or take \`${option}\` out` },
  )
}

function checkToken(token: string, name: string, option: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new InvalidArgumentError(
    `The token that \`${option}\` of the provider '${name}' leads to cannot be sent`,
    { remedy: 'it must be one text without spaces and line breaks' },
  )
}
