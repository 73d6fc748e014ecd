import type { BaseOptions } from '@platformatic/kafka'
import { excerpt } from '../../errors/excerpt.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { checkOptionNames, optionNames } from '../../graph/option-names.ts'
import { checkTopic, type KafkaConnectionOptions, resolveConnection } from './connection.ts'
import type { KafkaMessage } from './kafka-message.ts'

/** Where a source begins in each partition: at the first message there is, behind the last, or at a time. */
export type KafkaStart = 'first' | 'new' | { readonly time: number | Date }

export interface KafkaSourceOptions<T = KafkaMessage> extends KafkaConnectionOptions {
  /** Its name. It has to be there. */
  readonly topic: string
  /** Where a job begins that does not go on from a checkpoint; default 'first'. */
  readonly from?: KafkaStart
  /** 'end': at the last messages there were when it began. Default: it goes on for ever. */
  readonly until?: 'end'
  /** Makes a record of a message; undefined: there is none in it. What it throws fails the job. Default: the message. */
  readonly decode?: (message: KafkaMessage) => T | undefined
}

/** Checked, with every default filled in. */
export interface SourceSettings<T> {
  readonly base: BaseOptions
  readonly topic: string
  readonly from: 'first' | 'new' | { readonly time: number }
  readonly isBounded: boolean
  readonly decode: (message: KafkaMessage) => T | undefined
}

const names = optionNames<KafkaSourceOptions>({
  brokers: true,
  tls: true,
  sasl: true,
  topic: true,
  from: true,
  until: true,
  decode: true,
})
const who = 'kafkaSource'

/** @throws InvalidArgumentError for options that can never work. */
export function resolveSource<T>(options: KafkaSourceOptions<T>): SourceSettings<T> {
  checkOptionNames(who, who, options, names)
  const { topic, from = 'first', until, decode } = options
  if (until !== undefined && until !== 'end') {
    throw invalidArgument(who, `until cannot be ${excerpt(until)}`, "pass 'end', or leave it out")
  }
  return {
    base: resolveConnection(who, options),
    topic: checkTopic(who, topic),
    from: startOf(from),
    isBounded: until === 'end',
    decode: decode ?? ((message: KafkaMessage): T => message as T),
  }
}

function startOf(from: KafkaStart): SourceSettings<unknown>['from'] {
  if (from === 'first' || from === 'new') return from
  const { time } = Object(from) as { time?: unknown }
  if (time !== undefined && Number.isFinite(Number(time))) return { time: Number(time) }
  throw invalidArgument(who, `from cannot be ${excerpt(from)}`, "pass 'first', 'new' or { time }")
}
