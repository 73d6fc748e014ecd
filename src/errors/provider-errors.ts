import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** What every error of a provider carries. None holds a secret, or a whole answer. */
export interface ProviderErrorDetails extends ErrorDetails {
  /** Name of the provider. */
  readonly provider: string
  /** Status of its HTTP answer, where there was one. */
  readonly status?: number | undefined
}

/** No provider of this name is configured. */
export class ProviderNotFoundError extends MillraceError {
  readonly provider: string

  constructor(message: string, details: ProviderErrorDetails) {
    super('ERR_PROVIDER_NOT_FOUND', message, details)
    this.provider = details.provider
  }
}

/** The provider has no job of this id, or none any more. */
export class ProviderJobNotFoundError extends MillraceError {
  readonly provider: string
  readonly externalId: string

  constructor(message: string, details: ProviderErrorDetails & { readonly externalId: string }) {
    super('ERR_PROVIDER_JOB_NOT_FOUND', message, details)
    this.provider = details.provider
    this.externalId = details.externalId
  }
}

/** The provider refuses what it would refuse again: wrong credentials, a request that it does not understand. */
export class ProviderRefusedError extends MillraceError {
  readonly provider: string
  readonly status: number | undefined

  constructor(message: string, details: ProviderErrorDetails) {
    super('ERR_PROVIDER_REFUSED', message, details)
    this.provider = details.provider
    this.status = details.status
  }
}

/** The provider gives no answer, or none now: it is down, slow, overloaded, or wants to be left alone for a while. */
export class ProviderUnavailableError extends MillraceError {
  readonly provider: string
  readonly status: number | undefined
  /** Milliseconds until it is worth trying again; undefined where nobody knows. */
  readonly retryAfter: number | undefined

  constructor(message: string, details: ProviderErrorDetails & { readonly retryAfter?: number | undefined }) {
    super('ERR_PROVIDER_UNAVAILABLE', message, details)
    this.provider = details.provider
    this.status = details.status
    this.retryAfter = details.retryAfter
  }
}

/** An answer of the provider cannot be read: no JSON, too long, or not what the provider's type promises. */
export class ProviderAnswerError extends MillraceError {
  readonly provider: string

  constructor(message: string, details: ProviderErrorDetails) {
    super('ERR_PROVIDER_ANSWER', message, details)
    this.provider = details.provider
  }
}

/** The provider cannot do this at all, or not to this job. */
export class ProviderCannotError extends MillraceError {
  readonly provider: string

  constructor(message: string, details: ProviderErrorDetails) {
    super('ERR_PROVIDER_CANNOT', message, details)
    this.provider = details.provider
  }
}

/** As many calls wait for the provider as may: this one was not made. */
export class ProviderBusyError extends MillraceError {
  readonly provider: string

  constructor(message: string, details: ProviderErrorDetails) {
    super('ERR_PROVIDER_BUSY', message, details)
    this.provider = details.provider
  }
}

/** The provider was closed while this was under way, or before. */
export class ProviderClosedError extends MillraceError {
  readonly provider: string

  constructor(provider: string) {
    super('ERR_PROVIDER_CLOSED', `The provider '${provider}' is closed.`, {
      remedy: 'close a provider when nothing of it is needed any more, or make a new one',
    })
    this.provider = provider
  }
}
