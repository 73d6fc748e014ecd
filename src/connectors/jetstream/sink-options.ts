import { excerpt } from '../../errors/excerpt.ts'
import { checkPositiveInteger } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { checkOptionNames, optionNames } from '../../graph/option-names.ts'
import {
  checkStream,
  type Connect,
  type JetStreamConnectionOptions,
  resolveConnection,
} from './connection.ts'
import type { OutgoingMessage } from './outgoing-message.ts'
import { checkSubject } from './subjects.ts'

/** Where a sink that publishes with checkpoints does so. */
export interface JetStreamCommits {
  /** The one that takes all subjects. It has to have `allow_atomic`. */
  readonly stream: string
  /** A subject of that stream, `<marker>.<id>`, takes one small message for each run of each subtask. */
  readonly marker: string
}

export interface JetStreamSinkOptions<T> extends JetStreamConnectionOptions {
  /** Where a record is published. */
  readonly subject: string | ((record: T) => string)
  /** The bytes of a record, or its text; default: text and bytes as they are, all else as JSON. */
  readonly encode?: (record: T) => string | Uint8Array
  readonly headers?: (record: T) => Readonly<Record<string, string>>
  /**
   * An id of a record, sent as Nats-Msg-Id: the stream passes over a second message with the same one, as far back as
   * its `duplicate_window` reaches.
   */
  readonly messageId?: (record: T) => string
  /** Publishes with checkpoints, so that each record is in the stream once. Default: at once, and at least once. */
  readonly exactlyOnce?: JetStreamCommits
  /**
   * Bytes that may wait: to be acknowledged, where records are published at once (then the sink holds back; default
   * 1 MiB), or for their checkpoint, with `exactlyOnce` (then the job fails; default 64 MiB).
   */
  readonly capacity?: number
}

/** Checked, with every default filled in. */
export interface SinkSettings<T> {
  readonly connect: Connect
  readonly exactlyOnce: JetStreamCommits | null
  readonly capacity: number
  readonly messageOf: (record: T) => OutgoingMessage
}

const names = optionNames<JetStreamSinkOptions<unknown>>({
  servers: true,
  user: true,
  pass: true,
  token: true,
  credsFile: true,
  nkeySeed: true,
  tls: true,
  subject: true,
  encode: true,
  headers: true,
  messageId: true,
  exactlyOnce: true,
  capacity: true,
})
const who = 'jetStreamSink'
const MIB = 1024 * 1024

/** @throws InvalidArgumentError for options that can never work. */
export function resolveSink<T>(options: JetStreamSinkOptions<T>): SinkSettings<T> {
  checkOptionNames(who, who, options, names)
  const { subject, encode = defaultEncode, headers, messageId, exactlyOnce } = options
  const { capacity = exactlyOnce === undefined ? MIB : 64 * MIB } = options
  if (exactlyOnce !== undefined && messageId !== undefined) {
    const message = 'exactlyOnce and messageId exclude each other'
    throw invalidArgument(
      who,
      message,
      'leave out messageId: a batch with an id that is known is refused whole',
    )
  }
  if (typeof subject !== 'function') checkSubject(who, 'subject', subject)
  const subjectOf =
    typeof subject === 'function'
      ? (record: T): string => checkSubject(who, 'subject', subject(record))
      : (): string => subject
  return {
    connect: resolveConnection(who, options),
    exactlyOnce: exactlyOnce === undefined ? null : checkCommits(exactlyOnce),
    capacity: checkPositiveInteger(who, 'capacity', capacity),
    messageOf(record) {
      const content = encode(record)
      const data = typeof content === 'string' ? Buffer.from(content) : content
      const id = messageId?.(record)
      const own = headers?.(record)
      const all = id === undefined ? own : { ...own, 'Nats-Msg-Id': id }
      const subject = subjectOf(record)
      return { head: all === undefined ? { subject } : { subject, headers: all }, data }
    },
  }
}

function checkCommits(given: JetStreamCommits): JetStreamCommits {
  if (typeof given !== 'object' || given === null) {
    const message = `exactlyOnce cannot be ${excerpt(given)}`
    throw invalidArgument(who, message, 'pass { stream, marker }, or leave it out')
  }
  checkOptionNames(who, 'exactlyOnce', given, ['stream', 'marker'])
  const { stream, marker } = given
  return { stream: checkStream(who, stream), marker: checkSubject(who, 'exactlyOnce.marker', marker) }
}

function defaultEncode(record: unknown): string | Uint8Array {
  if (typeof record === 'string' || record instanceof Uint8Array) return record
  const text = JSON.stringify(record) as string | undefined
  if (text !== undefined) return text
  throw invalidArgument(who, `there is no JSON for ${excerpt(record)}`, 'pass encode, or map records before')
}
