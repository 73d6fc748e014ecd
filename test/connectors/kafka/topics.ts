import { Admin, type MessageToProduce, Producer } from '@platformatic/kafka'
import { END } from '../../../src/functions/user-functions.ts'
import {
  type KafkaMessage,
  kafkaSource,
  type KafkaSourceOptions,
} from '../../../src/connectors/kafka/index.ts'
import { topicOf } from '../../../src/connectors/kafka/connection.ts'
import { offsetsAt } from '../../../src/connectors/kafka/offsets.ts'
import { startKafka } from '../../support/kafka/start-kafka.ts'
import type { TestContext } from '../../support/suite.ts'
import { openSource } from '../source-contract.ts'

/** A broker with topics of this test, as the bare client sees it. */
export interface Topics {
  readonly brokers: string
  readonly admin: Admin
  readonly producer: Producer
  /** @returns a name that no other test has */
  create(partitions: number): Promise<string>
  send(topic: string, texts: readonly string[], partition?: number): Promise<void>
  /** How far its partitions reach together, with the ends of transactions. */
  reach(topic: string): Promise<number>
  /** What readers of what is committed see, in the order of each partition. */
  texts(topic: string): Promise<string[]>
}

let made = 0

export async function openTopics(context: Pick<TestContext, 'cleanup'>): Promise<Topics> {
  const brokers = await startKafka()
  const base = { clientId: 'test', bootstrapBrokers: [brokers], retries: 20, retryDelay: 200 }
  const admin = new Admin(base)
  const producer = new Producer({ ...base, idempotent: true, acks: -1 })
  context.cleanup(() => admin.close())
  context.cleanup(() => producer.close(true))
  return {
    brokers,
    admin,
    producer,
    async create(partitions) {
      const topic = `t-${process.pid}-${++made}`
      await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
      return topic
    },
    async send(topic, texts, partition) {
      const messages = texts.map((text): MessageToProduce => ({
        topic,
        value: Buffer.from(text),
        ...(partition === undefined ? {} : { partition }),
      }))
      await producer.send({ messages })
    },
    async reach(topic) {
      const { leaders } = await topicOf(admin, topic)
      const ends = await offsetsAt(admin, topic, [...leaders.keys()], 'end')
      return [...ends.values()].reduce((sum, end) => sum + end, 0)
    },
    async texts(topic) {
      const messages = await allOf({ brokers, topic, until: 'end' })
      return messages.map(({ value }) => String(value))
    },
  }
}

/** Reads to the end. */
export async function allOf(options: KafkaSourceOptions): Promise<KafkaMessage[]> {
  const opened = await openSource(kafkaSource(options))
  const messages: KafkaMessage[] = []
  for (let next = await opened.next(); next !== END; next = await opened.next()) messages.push(next)
  await opened.close()
  return messages
}
