import type { Producer } from '@platformatic/kafka'
import type { AnyServices } from '../../functions/any-services.ts'
import type { TransactionalSink } from '../../functions/user-functions.ts'
import { loadClient } from './connection.ts'
import { kafkaError } from './kafka-error.ts'
import { inRequests, type OutgoingMessage, OVERHEAD, produced } from './outgoing-message.ts'
import type { SinkSettings } from './sink-options.ts'

/** Every replica in step has stored it. */
const ALL = -1

/** Sends at once. It is transactional only in that a checkpoint waits for what is on its way. */
export class SendingSink<T> implements TransactionalSink<T, never, AnyServices, unknown> {
  readonly #settings: SinkSettings<T>
  #producer: Producer | null = null
  #waiting: OutgoingMessage[] = []
  /** Bytes that wait, or are on their way. */
  #bytes = 0
  #sending = false
  #failure: Error | null = null
  #wakes: (() => void)[] = []

  constructor(settings: SinkSettings<T>) {
    this.#settings = settings
  }

  async open(): Promise<void> {
    const { Producer } = await loadClient('kafkaSink')
    // The brokers pass over what is sent again because an answer was lost.
    this.#producer = new Producer({ ...this.#settings.base, idempotent: true, acks: ALL })
  }

  recover(): void {
    // Whatever was not acknowledged comes again.
  }

  write(value: T): void | Promise<void> {
    if (this.#failure !== null) throw this.#failure
    const message = this.#settings.messageOf(value)
    this.#waiting.push(message)
    this.#bytes += sizeOf(message)
    if (!this.#sending) void this.#send()
    if (this.#bytes >= this.#settings.capacity) return this.#until(this.#settings.capacity - 1)
  }

  /** There is nothing to commit, once everything is there. */
  async prepare(): Promise<undefined> {
    await this.#until(0)
  }

  commit(): void {}

  async close(): Promise<void> {
    await this.#producer?.close()
  }

  /** One request after the other, each with all that waits, so that order is kept. */
  async #send(): Promise<void> {
    this.#sending = true
    const { topic } = this.#settings
    try {
      // What is written in the same turn goes with it.
      await Promise.resolve()
      while (this.#waiting.length > 0) {
        const waiting = this.#waiting
        this.#waiting = []
        for (const messages of inRequests(waiting)) {
          await this.#producer!.send({ messages: messages.map((each) => produced(topic, each)) })
          for (const message of messages) this.#bytes -= sizeOf(message)
          this.#wake()
        }
      }
    } catch (error) {
      this.#failure = kafkaError(`Cannot write to the topic '${topic}'`, error)
      this.#wake()
    }
    this.#sending = false
  }

  /** Waits until no more than so many bytes are on their way. */
  async #until(bytes: number): Promise<void> {
    while (this.#bytes > bytes && this.#failure === null)
      await new Promise<void>((resolve) => this.#wakes.push(resolve))
    if (this.#failure !== null) throw this.#failure
  }

  #wake(): void {
    const wakes = this.#wakes
    this.#wakes = []
    for (const wake of wakes) wake()
  }
}

function sizeOf({ data }: OutgoingMessage): number {
  return data.length + OVERHEAD
}
