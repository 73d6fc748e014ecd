import { STATUS_CODES } from 'node:http'
import { HTTPException } from 'hono/http-exception'
import { MissingFilesError, ServerBusyError } from '../../errors/job-server-errors.ts'
import { MillraceError } from '../../errors/millrace-error.ts'
import { ProviderUnavailableError } from '../../errors/provider-errors.ts'
import type { Problem } from '../../protocol/problem.ts'
import { Refusal, retryAfter } from './refusal.ts'

/** Status of an answer by the code of the error; of any other code it is 500. What a job cannot do is a 409. */
const statusOf: Readonly<Record<string, number>> = {
  ERR_INVALID_ARGUMENT: 422,
  ERR_INVALID_CURSOR: 400,
  ERR_UNAUTHENTICATED: 401,
  ERR_FORBIDDEN: 403,
  ERR_JOB_NOT_FOUND: 404,
  ERR_NOTHING_COLLECTED: 404,
  ERR_TAP_NOT_FOUND: 404,
  ERR_WEBHOOK_NOT_FOUND: 404,
  ERR_JOB_ACTIVE: 409,
  ERR_JOB_NOT_RUNNING: 409,
  ERR_FOREIGN_JOB: 409,
  ERR_NOT_BY_COMMAND: 409,
  ERR_ILLEGAL_TRANSITION: 409,
  ERR_IDEMPOTENCY_CONFLICT: 409,
  ERR_MISSING_FILES: 409,
  ERR_CHECKPOINT_NOT_FOUND: 409,
  ERR_CHECKPOINT_STORE: 409,
  ERR_CHECKPOINT_TIMEOUT: 409,
  ERR_STATE_SAVE: 409,
  ERR_JOB_PROCESS: 409,
  ERR_WEBHOOK_DISABLED: 409,
  ERR_WEBHOOK_LIMIT: 409,
  ERR_UPLOAD_TOO_LARGE: 413,
  ERR_HASH_MISMATCH: 422,
  ERR_WEBHOOK_ADDRESS: 422,
  ERR_PROVIDER_NOT_FOUND: 404,
  ERR_PROVIDER_JOB_NOT_FOUND: 404,
  ERR_PROVIDER_CANNOT: 409,
  ERR_PROVIDER_REFUSED: 502,
  ERR_PROVIDER_ANSWER: 502,
  ERR_PROVIDER_UNAVAILABLE: 503,
  ERR_PROVIDER_BUSY: 503,
  ERR_PROVIDER_CLOSED: 503,
  ERR_QUEUE_FULL: 503,
  ERR_STORE: 503,
  ERR_SERVER_BUSY: 503,
}

/** Milliseconds after which what is refused for lack of room may be tried again. */
const LATER = 5000

export interface ProblemAnswer {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
  /** Whether whoever looks after the server should see the error. */
  readonly unexpected: boolean
}

/** What is told of an error: the sentence that it begins with, never a stack, a record or a cause. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof HTTPException) {
    return answer(
      error.status,
      error.status === 415 ? 'ERR_MEDIA_TYPE' : 'ERR_INVALID_ARGUMENT',
      error.message,
    )
  }
  if (!(error instanceof MillraceError)) {
    return answer(500, 'ERR_INTERNAL', 'The server failed at this request. Its log says why.', {
      unexpected: true,
    })
  }
  const status = error instanceof Refusal ? error.status : (statusOf[error.code] ?? 500)
  return answer(status, error.code, sentenceOf(error), {
    remedy: error.remedy,
    errors: errorsOf(error),
    headers: headersOf(error, status),
    unexpected: status === 500 || error.code === 'ERR_STORE',
  })
}

function answer(
  status: number,
  code: string,
  detail: string,
  more: {
    readonly remedy?: string | undefined
    readonly errors?: Problem['errors']
    readonly headers?: Readonly<Record<string, string>>
    readonly unexpected?: boolean
  } = {},
): ProblemAnswer {
  const { remedy, errors, headers = {}, unexpected = false } = more
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(remedy === undefined ? {} : { remedy }),
    ...(errors === undefined ? {} : { errors }),
  }
  return { problem, headers, unexpected }
}

/** The message without what MillraceError has added to it. */
const sentenceOf = ({ message }: MillraceError): string =>
  message.split(/\n {2}(?:operator|record|remedy): /, 1)[0]!

function errorsOf(error: MillraceError): Problem['errors'] {
  if (error instanceof Refusal) return error.errors
  if (!(error instanceof MissingFilesError)) return undefined
  return error.hashes.map((hash) => ({ path: 'program.files', message: hash }))
}

function headersOf(error: MillraceError, status: number): Readonly<Record<string, string>> {
  if (error instanceof Refusal) return error.headers
  if (status === 401) return { 'WWW-Authenticate': 'Bearer realm="millrace"' }
  if (status !== 503) return {}
  const told = error instanceof ServerBusyError || error instanceof ProviderUnavailableError
  return retryAfter((told ? error.retryAfter : undefined) ?? LATER)
}
