import type { AnyServices } from '../../functions/any-services.ts'
import type { OperatorContext } from '../../functions/context.ts'
import type { TransactionalSink } from '../../functions/user-functions.ts'
import type { JetStream } from '../../nats/jetstream.ts'
import { headersFrom } from './commit-chain.ts'
import { jetStreamError } from './jetstream-error.ts'
import type { OutgoingMessage } from './outgoing-message.ts'
import type { SinkSettings } from './sink-options.ts'

/** What a message takes beside its content, about. */
const OVERHEAD = 256

/** Publishes at once. It is transactional only in that a checkpoint waits for what is on its way. */
export class PublishingSink<T> implements TransactionalSink<T, never, AnyServices, unknown> {
  readonly #settings: SinkSettings<T>
  #js: JetStream | null = null
  /** Bytes on their way. */
  #bytes = 0
  #failure: Error | null = null
  readonly #waiting: (() => void)[] = []

  constructor(settings: SinkSettings<T>) {
    this.#settings = settings
  }

  async open(ctx: OperatorContext): Promise<void> {
    this.#js = await this.#settings.connect(ctx)
  }

  recover(): void {
    // Whatever was not acknowledged comes again.
  }

  write(value: T): void | Promise<void> {
    if (this.#failure !== null) throw this.#failure
    const message = this.#settings.messageOf(value)
    const size = message.data.length + OVERHEAD
    this.#bytes += size
    void this.#publish(message)
      .catch((error: unknown) => {
        this.#failure ??= jetStreamError(`Cannot publish to '${message.head.subject}'`, error)
      })
      .finally(() => {
        this.#bytes -= size
        for (const wake of this.#waiting.splice(0)) wake()
      })
    if (this.#bytes >= this.#settings.capacity) return this.#until(this.#settings.capacity - 1)
  }

  /** There is nothing to commit, once everything is there. */
  async prepare(): Promise<undefined> {
    await this.#until(0)
  }

  commit(): void {}

  async close(): Promise<void> {
    await this.#js?.link.close()
  }

  async #publish({ head: { subject, headers }, data }: OutgoingMessage): Promise<void> {
    const js = this.#js!
    await js.link.patiently(() => js.publish(subject, data, headersFrom(js, headers)))
  }

  /** Waits until no more than so many bytes are on their way. */
  async #until(bytes: number): Promise<void> {
    while (this.#bytes > bytes && this.#failure === null)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.#failure !== null) throw this.#failure
  }
}
