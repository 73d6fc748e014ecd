import type { NatsConnection } from '@nats-io/transport-node'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { TestContext } from '../../support/suite.ts'
import { type NatsServers, startNats } from '../../support/nats/start-nats.ts'

/** A server with streams, as the bare client sees it. */
export interface Streams {
  readonly servers: NatsServers
  readonly address: string
  readonly client: NatsConnection
  create(name: string, subjects: readonly string[], more?: object): Promise<void>
  publish(subject: string, ...texts: readonly string[]): Promise<void>
  /** What a stream holds under a subject, as text. */
  texts(stream: string, subject?: string): Promise<string[]>
  delete(stream: string): Promise<void>
  deleteMessage(stream: string, sequence: number): Promise<void>
  /** How many messages it has, and how many consumers are left of it. */
  count(stream: string): Promise<{ readonly messages: number; readonly consumers: number }>
}

export async function startStreams(context: Pick<TestContext, 'cleanup'>): Promise<Streams> {
  const servers = await startNats(context)
  const client = await servers.client()
  const manager = await jetstreamManager(client)
  const js = jetstream(client)
  return {
    servers,
    address: servers.address,
    client,
    async create(name, subjects, more = {}) {
      await manager.streams.add({ name, subjects: [...subjects], ...more })
    },
    async publish(subject, ...texts) {
      for (const text of texts) await js.publish(subject, text)
    },
    async texts(stream, subject = '>') {
      const { state } = await manager.streams.info(stream, { subjects_filter: subject })
      const found: string[] = []
      const total = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0)
      if (total === 0) return found
      const consumer = await js.consumers.get(stream, { filter_subjects: [subject] })
      for await (const message of await consumer.fetch({ max_messages: total })) found.push(message.string())
      return found
    },
    async delete(stream) {
      await manager.streams.delete(stream)
    },
    async deleteMessage(stream, sequence) {
      await manager.streams.deleteMessage(stream, sequence)
    },
    async count(stream) {
      const { state } = await manager.streams.info(stream)
      return { messages: state.messages, consumers: state.consumer_count }
    },
  }
}
