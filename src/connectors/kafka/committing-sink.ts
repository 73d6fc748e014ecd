import { randomUUID } from 'node:crypto'
import type { Admin } from '@platformatic/kafka'
import type { AnyServices } from '../../functions/any-services.ts'
import type { TransactionalSink } from '../../functions/user-functions.ts'
import { pack, unpack } from '../common/packed-messages.ts'
import { CommitChain } from './commit-chain.ts'
import { type KafkaClient, loadClient, topicOf } from './connection.ts'
import { KafkaError, kafkaError } from './kafka-error.ts'
import { type OutgoingHead, type OutgoingMessage, OVERHEAD } from './outgoing-message.ts'
import type { SinkSettings } from './sink-options.ts'

/** What a checkpoint holds of a sink: what is to be sent, and by whom. */
export interface PreparedMessages {
  readonly format: 1
  /** Of the instance that prepared it. */
  readonly chain: string
  /** Counted from 1. */
  readonly commit: number
  readonly messages: Uint8Array
}

/** Keeps what is written until its checkpoint is safe, and sends it then, in a transaction. */
export class CommittingSink<T> implements TransactionalSink<T, PreparedMessages, AnyServices, unknown> {
  readonly #settings: SinkSettings<T>
  readonly #name: string
  #client: KafkaClient | null = null
  #admin: Admin | null = null
  #chain: CommitChain | null = null
  #commits = 0
  #waiting: OutgoingMessage[] = []
  #bytes = 0

  constructor(settings: SinkSettings<T>, id: string) {
    this.#settings = settings
    this.#name = `${id}-${randomUUID()}`
  }

  async open(): Promise<void> {
    const { base, topic } = this.#settings
    this.#client = await loadClient('kafkaSink')
    this.#admin = new this.#client.Admin(base)
    this.#chain = this.#chainOf(this.#name)
    try {
      await topicOf(this.#admin, topic)
    } catch (error) {
      await this.close()
      throw this.#error(error)
    }
  }

  async recover(prepared: readonly PreparedMessages[]): Promise<void> {
    for (const name of new Set(prepared.map(({ chain }) => chain))) {
      const chain = this.#chainOf(name)
      try {
        for (const { commit, messages } of prepared.filter((each) => each.chain === name))
          await chain.publish(commit, unpack<OutgoingHead>(messages))
      } catch (error) {
        throw this.#error(error)
      } finally {
        await chain.close()
      }
    }
  }

  write(value: T): void {
    const message = this.#settings.messageOf(value)
    this.#bytes += message.data.length + OVERHEAD
    if (this.#bytes > this.#settings.capacity) {
      throw new KafkaError(`More than ${this.#settings.capacity} bytes wait for a checkpoint.`, {
        remedy: 'Take checkpoints more often, or raise capacity, which costs memory.',
      })
    }
    this.#waiting.push(message)
  }

  prepare(): PreparedMessages | undefined {
    if (this.#waiting.length === 0) return undefined
    const messages = pack(this.#waiting)
    this.#waiting = []
    this.#bytes = 0
    return { format: 1, chain: this.#name, commit: ++this.#commits, messages }
  }

  /** What fails is certain again after the next start, which looks whether it is there. */
  async commit({ commit, messages }: PreparedMessages): Promise<void> {
    try {
      await this.#chain!.publish(commit, unpack<OutgoingHead>(messages))
    } catch (error) {
      throw this.#error(error)
    }
  }

  async close(): Promise<void> {
    await this.#chain?.close()
    await this.#admin?.close()
  }

  #chainOf(name: string): CommitChain {
    const { base, topic } = this.#settings
    return new CommitChain(this.#client!, base, this.#admin!, { name, topic })
  }

  #error(error: unknown): Error {
    return kafkaError(`Cannot write to the topic '${this.#settings.topic}'`, error)
  }
}
