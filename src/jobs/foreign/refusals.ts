import { ProviderCannotError, ProviderNotFoundError } from '../../errors/provider-errors.ts'

// What cannot be done about jobs elsewhere, and what to do instead.

export const noProvider = (provider: string): ProviderNotFoundError =>
  new ProviderNotFoundError(`There is no provider '${provider}' here.`, {
    provider,
    remedy: 'look at GET /api/v1/providers, which has those that are configured',
  })

/** Its job is known, but nobody can be asked for it any more. */
export const providerGone = (provider: string): ProviderCannotError =>
  new ProviderCannotError(`The job runs at '${provider}', which is not configured here any more.`, {
    provider,
    remedy: 'configure the provider again, or delete the job here by force',
  })

export const cannotCancel = (provider: string): ProviderCannotError =>
  new ProviderCannotError(`Jobs of ${provider} cannot be cancelled from here.`, {
    provider,
    remedy: 'cancel it there',
  })

export const cannotList = (provider: string): ProviderCannotError =>
  new ProviderCannotError(`${provider} does not tell which jobs it has.`, {
    provider,
    remedy: 'its jobs come in by its webhooks',
  })
