import { type ErrorDetails, MillraceError } from '../../errors/millrace-error.ts'
import type { Problem } from '../../protocol/problem.ts'

export interface RefusalDetails extends ErrorDetails {
  /** Of the answer. */
  readonly headers?: Readonly<Record<string, string>>
  readonly errors?: Problem['errors']
}

/** @internal What is wrong with a request by HTTP's own rules: never leaves the server but as a problem. */
export class Refusal extends MillraceError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly errors: Problem['errors']

  constructor(status: number, code: string, message: string, details: RefusalDetails = {}) {
    super(code, message, details)
    this.status = status
    this.headers = details.headers ?? {}
    this.errors = details.errors
  }
}

/** Seconds, as HTTP has them. */
export const retryAfter = (milliseconds: number): Record<string, string> => ({
  'Retry-After': String(Math.max(1, Math.ceil(milliseconds / 1000))),
})

/** The server has no room for this now. */
export const busy = (message: string, milliseconds: number, status: 429 | 503 = 503): Refusal =>
  new Refusal(status, 'ERR_SERVER_BUSY', message, {
    headers: retryAfter(milliseconds),
    remedy: 'Try again after the time in Retry-After.',
  })
