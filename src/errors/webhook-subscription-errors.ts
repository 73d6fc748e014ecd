import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** There is no such webhook subscription, or delivery: there never was, or it is not kept any more. */
export class WebhookNotFoundError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_WEBHOOK_NOT_FOUND', message, details)
  }
}

/** A URL that no webhook may be sent to: it is none, its host is unknown, or it leads into a private network. */
export class WebhookAddressError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_WEBHOOK_ADDRESS', message, details)
  }
}

/** There are as many webhook subscriptions as a server keeps. */
export class WebhookLimitError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_WEBHOOK_LIMIT', message, details)
  }
}

/** Nothing is sent to a webhook subscription that is disabled. */
export class WebhookDisabledError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_WEBHOOK_DISABLED', message, details)
  }
}
