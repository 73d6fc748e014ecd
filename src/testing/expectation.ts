import { AssertionError } from 'node:assert'
import type { Comparison } from './marble-text.ts'

/** How the job came out, as far as expectations care. */
export interface Outcome {
  /** What the job failed with: what the user's code threw. */
  readonly failure: { readonly error: unknown } | null
}

/** Something a test said would happen, looked at when the job is over. */
export interface Expectation {
  /** What it was said of, as in `expectStream(map)`. */
  readonly subject: string
  /** Whether it says that the job fails. */
  readonly failure: boolean
  /** How it differs from what happened, or undefined. */
  compare(outcome: Outcome): Comparison | undefined
}

/** The line of the test an error is to point at. */
export type CallSite = string

/** The stack from the caller of `below` on. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- what Node's captureStackTrace takes
export function callSite(below: Function): CallSite {
  const holder = { stack: '' }
  Error.captureStackTrace(holder, below)
  return holder.stack.split('\n').slice(1).join('\n')
}

export interface FailureDetails {
  readonly site?: CallSite | undefined
  readonly comparisons?: readonly Comparison[]
  readonly cause?: unknown
}

/** The error of a test that failed, for any test runner. */
export function failedTest(message: string, details: FailureDetails = {}): AssertionError {
  const { site, comparisons = [], cause } = details
  const text = `${message}\n`
  const error = new AssertionError({
    message: text,
    actual: comparisons.map(({ actual }) => actual).join('\n'),
    expected: comparisons.map(({ expected }) => expected).join('\n'),
    operator: 'marbles',
  })
  if (site !== undefined) error.stack = `AssertionError: ${text}\n${site}`
  if (cause !== undefined) error.cause = cause
  return error
}
