import { excerpt } from '../../errors/excerpt.ts'
import { checkCount } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { checkOptionNames, optionNames } from '../../graph/option-names.ts'
import {
  checkStream,
  type Connect,
  type JetStreamConnectionOptions,
  resolveConnection,
} from './connection.ts'
import type { JetStreamMessage } from './jetstream-message.ts'
import { checkSubject, findOverlap } from './subjects.ts'

/** Where a source begins: at the first message there is, behind the last, at a number, or at a time. */
export type JetStreamStart =
  | 'first'
  | 'new'
  | { readonly sequence: number }
  /** Messages that were stored from then on; milliseconds since the epoch, or a Date. */
  | { readonly time: number | Date }

export interface JetStreamSourceOptions<T = JetStreamMessage> extends JetStreamConnectionOptions {
  /** Its name. It has to be there. */
  readonly stream: string
  /**
   * Which of its messages are read; default all. It may have wildcards. Of several, which may not overlap, the i-th is
   * read by subtask i mod parallelism: only so do subtasks share a stream.
   */
  readonly subject?: string | readonly string[]
  /** Where a job begins that does not go on from a checkpoint; default 'first'. */
  readonly from?: JetStreamStart
  /** 'end': at the last message there was when it began. Default: it goes on for ever. */
  readonly until?: 'end'
  /** Makes a record of a message; undefined: there is none in it. What it throws fails the job. Default: the message. */
  readonly decode?: (message: JetStreamMessage) => T | undefined
}

/** Checked, with every default filled in. */
export interface SourceSettings<T> {
  readonly connect: Connect
  readonly stream: string
  /** Empty: all. */
  readonly subjects: readonly string[]
  readonly from: 'first' | 'new' | { readonly sequence: number } | { readonly time: number }
  readonly isBounded: boolean
  readonly decode: (message: JetStreamMessage) => T | undefined
}

const names = optionNames<JetStreamSourceOptions>({
  servers: true,
  user: true,
  pass: true,
  token: true,
  credsFile: true,
  nkeySeed: true,
  tls: true,
  stream: true,
  subject: true,
  from: true,
  until: true,
  decode: true,
})
const who = 'jetStreamSource'

/** @throws InvalidArgumentError for options that can never work. */
export function resolveSource<T>(options: JetStreamSourceOptions<T>): SourceSettings<T> {
  checkOptionNames(who, who, options, names)
  const { stream, subject = [], from = 'first', until, decode } = options
  if (until !== undefined && until !== 'end') {
    throw invalidArgument(who, `until cannot be ${excerpt(until)}`, "pass 'end', or leave it out")
  }
  const given = typeof subject === 'string' ? [subject] : subject
  const subjects = given.map((each) => checkSubject(who, 'subject', each, true))
  const twice = findOverlap(subjects)
  if (twice !== undefined) {
    const message = `the subjects '${twice[0]}' and '${twice[1]}' overlap`
    throw invalidArgument(who, message, 'pass subjects of which no two match the same message')
  }
  return {
    connect: resolveConnection(who, options),
    stream: checkStream(who, stream),
    subjects,
    from: startOf(from),
    isBounded: until === 'end',
    decode: decode ?? ((message: JetStreamMessage): T => message as T),
  }
}

function startOf(from: JetStreamStart): SourceSettings<unknown>['from'] {
  if (from === 'first' || from === 'new') return from
  const { sequence, time } = Object(from) as { sequence?: unknown; time?: unknown }
  if (sequence !== undefined) return { sequence: checkCount(who, 'from.sequence', sequence) }
  if (time !== undefined && Number.isFinite(Number(time))) return { time: Number(time) }
  const message = `from cannot be ${excerpt(from)}`
  throw invalidArgument(who, message, "pass 'first', 'new', { sequence } or { time }")
}
