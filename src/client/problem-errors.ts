import {
  CheckpointCorruptError,
  CheckpointNotFoundError,
  CheckpointStoreError,
  CheckpointTimeoutError,
} from '../errors/checkpoint-errors.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import {
  ForbiddenError,
  ForeignJobError,
  HashMismatchError,
  IdempotencyConflictError,
  InvalidCursorError,
  JobActiveError,
  JobNotFoundError,
  JobNotRunningError,
  MissingFilesError,
  QueueFullError,
  ServerBusyError,
  StoreError,
  UnauthenticatedError,
  UploadTooLargeError,
} from '../errors/job-server-errors.ts'
import { NothingCollectedError } from '../errors/job-process-errors.ts'
import type { ErrorDetails, MillraceError } from '../errors/millrace-error.ts'
import { StateSaveError } from '../errors/state-save-error.ts'
import { TapNotFoundError } from '../errors/tap-errors.ts'
import {
  WebhookAddressError,
  WebhookDisabledError,
  WebhookLimitError,
  WebhookNotFoundError,
} from '../errors/webhook-subscription-errors.ts'
import { IllegalTransitionError } from '../job/illegal-transition-error.ts'
import type { Problem } from '../protocol/problem.ts'
import { ApiError } from './client-errors.ts'

/** What was answered instead of what was asked for. */
export interface Refusal {
  /** For people: method and path. */
  readonly label: string
  readonly status: number
  /** Undefined where the answer was none: of a proxy, of another program. */
  readonly problem: Problem | undefined
  /** Milliseconds the server asks to wait. */
  readonly retryAfter: number | undefined
  /** What to do about an answer that is no problem. */
  readonly remedy?: string | undefined
}

type Make = (message: string, details: ErrorDetails, refusal: Refusal) => MillraceError
type ErrorClass = new (message: string, details: ErrorDetails) => MillraceError

const of =
  (error: ErrorClass): Make =>
  (message, details) =>
    new error(message, details)

/** The same class that the server threw. */
const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
  [
    'ERR_INVALID_ARGUMENT',
    (message, details, { problem }) => new InvalidArgumentError(withFields(message, problem), details),
  ],
  ['ERR_ILLEGAL_TRANSITION', (message) => new IllegalTransitionError('', '', message)],
  ['ERR_JOB_NOT_FOUND', of(JobNotFoundError)],
  ['ERR_JOB_ACTIVE', of(JobActiveError)],
  ['ERR_JOB_NOT_RUNNING', of(JobNotRunningError)],
  ['ERR_FOREIGN_JOB', of(ForeignJobError)],
  ['ERR_NOTHING_COLLECTED', of(NothingCollectedError)],
  ['ERR_TAP_NOT_FOUND', of(TapNotFoundError)],
  [
    'ERR_MISSING_FILES',
    (message, details, { problem }) => new MissingFilesError(message, hashesOf(problem), details),
  ],
  ['ERR_IDEMPOTENCY_CONFLICT', of(IdempotencyConflictError)],
  ['ERR_QUEUE_FULL', of(QueueFullError)],
  ['ERR_HASH_MISMATCH', of(HashMismatchError)],
  ['ERR_UPLOAD_TOO_LARGE', of(UploadTooLargeError)],
  ['ERR_INVALID_CURSOR', of(InvalidCursorError)],
  ['ERR_STORE', of(StoreError)],
  ['ERR_UNAUTHENTICATED', of(UnauthenticatedError)],
  ['ERR_FORBIDDEN', of(ForbiddenError)],
  [
    'ERR_SERVER_BUSY',
    (message, details, { retryAfter }) => new ServerBusyError(message, { ...details, retryAfter }),
  ],
  ['ERR_CHECKPOINT_STORE', of(CheckpointStoreError)],
  ['ERR_CHECKPOINT_TIMEOUT', of(CheckpointTimeoutError)],
  ['ERR_CHECKPOINT_NOT_FOUND', of(CheckpointNotFoundError)],
  ['ERR_CHECKPOINT_CORRUPT', of(CheckpointCorruptError)],
  ['ERR_STATE_SAVE', of(StateSaveError)],
  ['ERR_WEBHOOK_ADDRESS', of(WebhookAddressError)],
  ['ERR_WEBHOOK_DISABLED', of(WebhookDisabledError)],
  ['ERR_WEBHOOK_LIMIT', of(WebhookLimitError)],
  ['ERR_WEBHOOK_NOT_FOUND', of(WebhookNotFoundError)],
])

/** The error of a refusal: of the class that its code stands for, or an ApiError. */
export function errorOf(refusal: Refusal): MillraceError {
  const { label, status, problem, retryAfter, remedy } = refusal
  if (problem === undefined) {
    return new ApiError(`${label} was answered ${status}, by what is no job server`, {
      status,
      retryAfter,
      remedy,
    })
  }
  const make = makers.get(problem.code)
  const details = problem.remedy === undefined ? {} : { remedy: problem.remedy }
  if (make !== undefined) return make(problem.detail, details, refusal)
  return new ApiError(withFields(`${label} was answered ${status}: ${problem.detail}`, problem), {
    ...details,
    status,
    code: problem.code,
    retryAfter,
    errors: problem.errors,
  })
}

/** Fields that a message shows. */
const SHOWN = 5

function withFields(message: string, problem: Problem | undefined): string {
  const errors = problem?.errors ?? []
  const fields = errors.slice(0, SHOWN).map((error) => `\n  ${error.path}: ${error.message}`)
  return `${message}${fields.join('')}${errors.length > SHOWN ? `\n  and ${errors.length - SHOWN} more` : ''}`
}

/** A server names the files in the fields that are wrong. */
function hashesOf(problem: Problem | undefined): readonly string[] {
  const texts = (problem?.errors ?? []).map(({ path, message }) => `${path} ${message}`)
  return [...new Set(texts.flatMap((text) => text.match(/\b[0-9a-f]{64}\b/g) ?? []))]
}
