import type * as client from '@platformatic/kafka'
import { excerpt } from '../../errors/excerpt.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { loadPeer } from '../../util/load-peer.ts'
import { KafkaError } from './kafka-error.ts'

/** The client, which is installed by those who need it. */
export type KafkaClient = typeof client

/** Where the brokers are, and who we are to them. */
export interface KafkaConnectionOptions {
  /** `host:9092`, or several brokers of one cluster. */
  readonly brokers: string | readonly string[]
  /** As of Node's `tls.connect`; `{}`: with what the system trusts. Default: no TLS. */
  readonly tls?: client.ConnectionOptions['tls']
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
    readonly username: string
    readonly password: string
  }
}

export interface TopicInfo {
  /** By which it is told from another of its name. */
  readonly id: string
  /** The broker that leads each partition. */
  readonly leaders: readonly number[]
}

/** Milliseconds that a request may take, and that a transaction may stay open. */
const TIMEOUT = 60_000
const RETRIES = 10
const RETRY_DELAY = 500

/**
 * What all clients are made with.
 * @throws InvalidArgumentError for what can never work.
 */
export function resolveConnection(connector: string, options: KafkaConnectionOptions): client.BaseOptions {
  const { brokers, tls, sasl } = options
  const given = typeof brokers === 'string' ? brokers.split(',') : brokers
  if (
    !Array.isArray(given) ||
    given.length === 0 ||
    !given.every((each) => /^[^\s/@]+:\d+$/.test(String(each)))
  ) {
    throw invalidArgument(connector, `brokers cannot be ${excerpt(brokers)}`, "pass 'host:9092', or a list")
  }
  return {
    clientId: 'millrace',
    bootstrapBrokers: [...(given as readonly string[])],
    timeout: TIMEOUT,
    retries: RETRIES,
    retryDelay: RETRY_DELAY,
    autocreateTopics: false,
    ...(tls === undefined ? {} : { tls }),
    ...(sasl === undefined ? {} : { sasl }),
  }
}

/** @throws MissingDependencyError */
export function loadClient(connector: string): Promise<KafkaClient> {
  return loadPeer(connector, '@platformatic/kafka@^1.35', () => import('@platformatic/kafka'))
}

/** @throws KafkaError when it is not there. */
export async function topicOf(base: client.Admin, topic: string): Promise<TopicInfo> {
  const failed = (cause?: unknown): KafkaError =>
    new KafkaError(`There is no topic '${topic}'.`, {
      remedy: 'Make it before the job begins, or correct its name.',
      cause,
    })
  try {
    const found = (await base.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)
    if (found === undefined) throw failed()
    return { id: found.id, leaders: found.partitions.map(({ leader }) => leader) }
  } catch (error) {
    // The client has no code for it.
    if (/^Unknown topic /.test(reasonOf(error)) || hasProblem(error, 'UNKNOWN_TOPIC_OR_PARTITION'))
      throw failed(error)
    throw error
  }
}

/** Whether a broker has answered with that error, somewhere in what the client made of it. */
export function hasProblem(error: unknown, apiId: string): boolean {
  const { findBy } = Object(error) as { findBy?: (property: string, value: unknown) => unknown }
  return typeof findBy === 'function' && Boolean(findBy.call(error, 'apiId', apiId))
}

/** @throws InvalidArgumentError unless Kafka takes it as the name of a topic. */
export function checkTopic(connector: string, topic: unknown): string {
  if (typeof topic === 'string' && /^[\w.-]{1,249}$/.test(topic)) return topic
  const message = `the topic cannot be ${excerpt(topic)}`
  throw invalidArgument(connector, message, 'pass its name: letters, digits, dots, _ and -')
}
