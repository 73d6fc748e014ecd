import { ApiError, ClientClosedError, ProtocolError } from '../../client/client-errors.ts'
import { failureOf } from '../../client/passing-failure.ts'
import { ForbiddenError, JobNotFoundError, UnauthenticatedError } from '../../errors/job-server-errors.ts'
import {
  ProviderAnswerError,
  ProviderClosedError,
  ProviderJobNotFoundError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../errors/provider-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { Redact } from '../../util/redact.ts'

/** What a client of a job server threw, as an error of a provider. */
export function explainRefusal(
  { provider, redact }: { readonly provider: string; readonly redact: Redact },
  error: unknown,
  externalId: string | undefined,
): Error {
  if (error instanceof JobNotFoundError && externalId !== undefined) return noSuchJob(provider, externalId)
  if (error instanceof ClientClosedError) return new ProviderClosedError(provider)
  const said = `The provider '${provider}' says: ${redact(reasonOf(error)).split('\n', 1)[0]}`
  const { passing, retryAfter } = failureOf(error)
  if (error instanceof ProtocolError) {
    const remedy = 'look whether a job server of this version is at the url of the provider'
    return new ProviderAnswerError(said, { provider, remedy })
  }
  if (passing) {
    const remedy = 'it may pass; look at the server if it does not'
    return new ProviderUnavailableError(said, { provider, status: statusOf(error), retryAfter, remedy })
  }
  const status = statusOf(error)
  const remedy =
    status === 401 || status === 403
      ? 'look at the token of the provider, and at its scopes: to cancel jobs it needs more than to read them'
      : 'look at the url of the provider, and at what it says'
  return new ProviderRefusedError(said, { provider, status, remedy })
}

export function noSuchJob(provider: string, externalId: string): ProviderJobNotFoundError {
  return new ProviderJobNotFoundError(
    `The provider '${provider}' has no job '${externalId.slice(0, 200)}' of its own`,
    {
      provider,
      externalId,
      remedy: 'it was deleted there, or never was: delete it here too if it is not wanted any more',
    },
  )
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof ApiError) return error.status
  if (error instanceof UnauthenticatedError) return 401
  return error instanceof ForbiddenError ? 403 : undefined
}
