import type { z } from 'zod'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { nearest } from '../../util/nearest.ts'
import type { ProviderConfig, ProviderType } from './provider-config.ts'
import { providerSchemas } from './provider-config-schema.ts'

/** Wrong places that a message names. */
const SHOWN = 5

const types = Object.keys(providerSchemas) as ProviderType[]

/**
 * The configuration of a provider, checked. `at` says where it stands, as `providers[0]`.
 * @throws InvalidArgumentError, which names the places and shows no value.
 */
export function parseProviderConfig(value: unknown, at = 'the provider'): ProviderConfig {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(at, [`${at} must be an object`], 'give it a name, a type and a url')
  }
  const { type, name } = value as { readonly type?: unknown; readonly name?: unknown }
  const known = types.find((each) => each === type)
  if (known === undefined) {
    const meant = typeof type === 'string' ? nearest(type, types) : undefined
    throw wrong(
      at,
      [`${at}.type must be one of ${types.join(', ')}`],
      meant === undefined ? 'choose one of them' : `did you mean ${meant}?`,
    )
  }
  const { success, data, error } = providerSchemas[known].safeParse(value)
  if (success) return data
  const which = typeof name === 'string' && name !== '' ? `${at} ('${name}')` : at
  const places = error.issues.slice(0, SHOWN).map((issue) => placeOf(issue, at, value))
  const more = error.issues.length - places.length
  throw wrong(which, more > 0 ? [...places, `and ${more} more`] : places, 'mend what is named')
}

function placeOf(issue: z.core.$ZodIssue, at: string, value: unknown): string {
  const path = [
    at,
    ...issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)),
  ].join('')
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${path} has no \`${issue.keys.join('`, `')}\``
    case 'invalid_type': {
      const what = issue.message.startsWith('Invalid input') ? `of the type ${issue.expected}` : issue.message
      return isMissing(issue.path, value)
        ? `${path} is missing: it must be ${what}`
        : `${path} must be ${what}`
    }
    default:
      return `${path} must be ${issue.message}`
  }
}

function isMissing(path: readonly PropertyKey[], value: unknown): boolean {
  let at = value
  for (const part of path) at = (Object(at) as Readonly<Record<PropertyKey, unknown>>)[part]
  return at === undefined
}

function wrong(at: string, places: readonly string[], remedy: string): InvalidArgumentError {
  const list = places.length === 1 ? `: ${places[0]}` : places.map((place) => `\n  ${place}`).join('')
  return new InvalidArgumentError(`The configuration of ${at} cannot be used${list}`, { remedy })
}
