import type { BaseOptions } from '@platformatic/kafka'
import { excerpt } from '../../errors/excerpt.ts'
import { checkCount, checkPositiveInteger } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { checkOptionNames, optionNames } from '../../graph/option-names.ts'
import { checkTopic, type KafkaConnectionOptions, resolveConnection } from './connection.ts'
import type { OutgoingHead, OutgoingMessage } from './outgoing-message.ts'

export interface KafkaSinkOptions<T> extends KafkaConnectionOptions {
  /** Its name. It has to be there. */
  readonly topic: string
  /** Messages with the same key go to the same partition; default: no key, and partitions take turns. */
  readonly key?: (record: T) => string | Uint8Array | undefined
  /** Which partition, in place of that of the key. */
  readonly partition?: (record: T) => number
  /** The value, of which null says that there is none any more; default: text and bytes as they are, all else as JSON. */
  readonly encode?: (record: T) => string | Uint8Array | null
  readonly headers?: (record: T) => Readonly<Record<string, string>>
  /** Sends with checkpoints, in a transaction for each. Default: at once, and at least once. */
  readonly exactlyOnce?: {
    /** What ids of transactions and the groups in which they are noted begin with: `<id>-<run>`. */
    readonly id: string
  }
  /**
   * Bytes that may wait: to be sent (then the sink holds back; default 1 MiB), or for their checkpoint, with
   * `exactlyOnce` (then the job fails; default 64 MiB).
   */
  readonly capacity?: number
}

/** Checked, with every default filled in. */
export interface SinkSettings<T> {
  readonly base: BaseOptions
  readonly topic: string
  /** Null: at least once. */
  readonly id: string | null
  readonly capacity: number
  readonly messageOf: (record: T) => OutgoingMessage
}

const names = optionNames<KafkaSinkOptions<unknown>>({
  brokers: true,
  tls: true,
  sasl: true,
  topic: true,
  key: true,
  partition: true,
  encode: true,
  headers: true,
  exactlyOnce: true,
  capacity: true,
})
const who = 'kafkaSink'
const MIB = 1024 * 1024
const nothing = new Uint8Array(0)

/** @throws InvalidArgumentError for options that can never work. */
export function resolveSink<T>(options: KafkaSinkOptions<T>): SinkSettings<T> {
  checkOptionNames(who, who, options, names)
  const { topic, key, partition, encode = defaultEncode, headers, exactlyOnce } = options
  const { capacity = exactlyOnce === undefined ? MIB : 64 * MIB } = options
  return {
    base: resolveConnection(who, options),
    topic: checkTopic(who, topic),
    id: exactlyOnce === undefined ? null : checkId(exactlyOnce),
    capacity: checkPositiveInteger(who, 'capacity', capacity),
    messageOf(record) {
      const content = encode(record)
      const own = key?.(record)
      const head: OutgoingHead = {
        ...(own === undefined ? {} : { key: Buffer.from(own as Uint8Array).toString('base64') }),
        ...(partition === undefined ? {} : { partition: checkCount(who, 'partition', partition(record)) }),
        ...(headers === undefined ? {} : { headers: headers(record) }),
        ...(content === null ? { isNull: true } : {}),
      }
      return {
        head,
        data: content === null ? nothing : typeof content === 'string' ? Buffer.from(content) : content,
      }
    },
  }
}

function checkId(given: { readonly id: string }): string {
  if (typeof given === 'object' && given !== null) {
    checkOptionNames(who, 'exactlyOnce', given, ['id'])
    if (/^[\w.-]{1,100}$/.test(given.id)) return given.id
  }
  const message = `exactlyOnce cannot be ${excerpt(given)}`
  throw invalidArgument(who, message, 'pass { id } of letters, digits, dots, _ and -')
}

function defaultEncode(record: unknown): string | Uint8Array {
  if (typeof record === 'string' || record instanceof Uint8Array) return record
  const text = JSON.stringify(record) as string | undefined
  if (text !== undefined) return text
  throw invalidArgument(who, `there is no JSON for ${excerpt(record)}`, 'pass encode, or map records before')
}
