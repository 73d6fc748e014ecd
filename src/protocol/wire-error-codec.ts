import { excerpt } from '../errors/excerpt.ts'
import type { MillraceError } from '../errors/millrace-error.ts'
import {
  type Decoding,
  type Encoding,
  fromPortableError,
  hide,
  thrownBy,
  toPortableError,
} from '../errors/portable-error-codec.ts'
import type { DeadLetter } from '../functions/error-policy.ts'
import { JobCancelledError, JobFailedError } from '../job/job-errors.ts'
import type { WireDeadLetter, WireError } from './wire-error.ts'

/** Characters of a dead letter's record in JSON; a larger one travels as an excerpt. */
const LARGEST_RECORD = 4_096

const encoding: Encoding = {
  more: (error: MillraceError & Partial<JobFailedError>, depth) => ({
    result: error.result,
    deadLetters: error.deadLetters?.map((letter) => encodeLetter(letter, depth - 1)),
  }),
}

const decoding: Decoding = {
  classes: new Map<string, { readonly prototype: object }>([
    ['JobFailedError', JobFailedError],
    ['JobCancelledError', JobCancelledError],
  ]),
  restore: (error, { result, deadLetters }: WireError) => {
    if (result !== undefined) hide(error, 'result', result)
    if (deadLetters !== undefined) hide(error, 'deadLetters', deadLetters.map(fromLetter))
  },
}

/** What was thrown, as plain data. Never throws, whatever it is. It may hold secrets: redact it before it leaves. */
export function toWireError(thrown: unknown): WireError {
  return toPortableError(thrown, encoding)
}

function encodeLetter(letter: DeadLetter, depth: number): WireDeadLetter {
  const { operator, nodeId, attempts, at } = letter
  const error = toPortableError(letter.error, { ...encoding, depth: Math.max(1, depth) })
  return { record: plain(letter.record), operator, nodeId, error, attempts, at }
}

/** As it is, where JSON gives it back the same. */
function plain(record: unknown): unknown {
  try {
    const text = JSON.stringify(record)
    if (text.length <= LARGEST_RECORD) return JSON.parse(text) as unknown
  } catch {
    // It goes round in a circle, or is nothing that JSON has.
  }
  return excerpt(record)
}

/** An error of the same class as far as this process knows it, and of the same name where it does not. */
export function fromWireError(wire: WireError): Error {
  return fromPortableError(wire, decoding)
}

function fromLetter(letter: WireDeadLetter): DeadLetter {
  return { ...letter, record: letter.record, error: thrownBy(letter.error, decoding) }
}
