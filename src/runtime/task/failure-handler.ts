import { excerpt } from '../../errors/excerpt.ts'
import { hasCause } from '../../errors/has-cause.ts'
import { MillraceError } from '../../errors/millrace-error.ts'
import { OperatorError } from '../../errors/operator-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { TerminalError } from '../../errors/terminal-error.ts'
import type { Backoff, ErrorPolicy } from '../../functions/error-policy.ts'
import type { Transformation } from '../../graph/transformation.ts'
import type { Outputs } from '../flow-control/outputs.ts'
import type { Reply } from '../flow-control/packet.ts'
import type { Book } from '../metrics/book.ts'
import type { Replay } from '../dead-letters/given-up.ts'
import type { StrandLetters } from '../dead-letters/strand-letters.ts'

/** The failing call: which operator, which record, how often it has been tried. */
export interface Failure {
  readonly node: Transformation
  readonly book: Book
  readonly error: unknown
  readonly record: unknown
  /** False where there is no record: a source that throws, a timer, an end. */
  readonly hasRecord: boolean
  /** Calls made so far, at least 1. */
  readonly attempts: number
  /** The record is an array of records, each with a fate of its own. */
  readonly batched: boolean
  /** False where calling again would emit twice what was emitted already. */
  readonly retryable: boolean
  /** True where no policy applies, because there is no record that it could set aside; absent: it does. */
  readonly fatal?: boolean
  /** Of the record; undefined: it has none. */
  readonly key?: unknown
  /** Of the record, in milliseconds; NaN or absent: it has none. */
  readonly eventTime?: number
  /** By which input of the operator the record came; absent: the first. */
  readonly input?: number
  /** What the record had come in as, where it had been put back. */
  readonly replay?: Replay | null
  /** Who waits for the answer to the request that the record is, or null: the error is then theirs, not the job's. */
  readonly reply: Reply | null
}

/** What no policy absorbs. */
const terminal = [TerminalError]

/** Applies operators' error policies, and keeps the books of failures. One per strand. */
export class FailureHandler {
  readonly #outputs: Outputs
  readonly #now: () => number
  readonly #letters: Pick<StrandLetters, 'givenUp'>

  /** @param letters takes the dead letters that nobody consumes. */
  constructor(outputs: Outputs, now: () => number, letters: Pick<StrandLetters, 'givenUp'>) {
    this.#outputs = outputs
    this.#now = now
    this.#letters = letters
  }

  /**
   * Milliseconds until the call is to be made again, or null when the record is given up (skipped, dead-lettered).
   * @throws OperatorError when the policy is to fail the job.
   */
  handle(failure: Failure): number | null {
    const { node, book, attempts } = failure
    book.errors++
    const policy = failure.fatal === true || hasCause(failure.error, terminal) ? 'fail' : node.onError
    if (typeof policy === 'object' && failure.retryable && attempts <= policy.retry.attempts) {
      return backoffDelay(policy.retry.backoff ?? 0, attempts)
    }
    const records = failure.batched ? (failure.record as readonly unknown[]) : [failure.record]
    const count = failure.hasRecord ? records.length : 0
    switch (lastResort(policy)) {
      case 'skip':
        book.dropped += count
        failure.reply?.resolve(undefined)
        return null
      case 'dead-letter':
        book.deadLettered += count
        for (const record of records) this.#deadLetter(failure, record)
        failure.reply?.reject(failure.error)
        return null
      case 'fail':
        if (failure.reply !== null) {
          book.dropped += count
          failure.reply.reject(failure.error)
          return null
        }
        book.failed += count
        throw operatorError(failure)
    }
  }

  #deadLetter(failure: Failure, record: unknown): void {
    const { node, error, attempts } = failure
    const letter = { record, operator: node.name, nodeId: node.id, error, attempts, at: this.#now() }
    if (this.#outputs.deadLetter(letter)) return
    const { key, eventTime = NaN, input = 0, replay = null, hasRecord, reply } = failure
    const final = hasRecord ? (reply === null ? null : 'request') : 'no-record'
    this.#letters.givenUp({ ...letter, key, eventTime, input, replay, final })
  }
}

function lastResort(policy: ErrorPolicy): 'fail' | 'skip' | 'dead-letter' {
  return typeof policy === 'object' ? (policy.then ?? 'fail') : policy
}

/** Milliseconds before the call after `attempts` calls. */
export function backoffDelay(backoff: Backoff, attempts: number): number {
  if (typeof backoff === 'number') return backoff
  if (backoff.initial === 0) return 0 // which times Infinity, where a factor has grown to that, is NaN
  return Math.min(backoff.max ?? 30_000, backoff.initial * (backoff.factor ?? 2) ** (attempts - 1))
}

function operatorError({ node, record, hasRecord, error, attempts }: Failure): OperatorError {
  const tried = attempts > 1 ? ` after ${attempts} attempts` : ''
  return new OperatorError(
    `${node.kind === 'source' ? 'Source' : 'Operator'} '${node.name}' failed${tried}: ${reasonOf(error)}`,
    {
      operator: node.name,
      site: node.site,
      record: hasRecord ? excerpt(record) : undefined,
      cause: error,
      remedy: remedyOf(node, error),
    },
  )
}

/** An error of ours knows best what to do about itself. */
function remedyOf(node: Transformation, error: unknown): string {
  if (error instanceof MillraceError && error.remedy !== undefined) return error.remedy
  return node.kind === 'source'
    ? 'Mend the source; the records it gave before were processed.'
    : "Mend the function, or give the operator onError: 'skip', 'dead-letter' or { retry }."
}
