import { excerpt } from '../../errors/excerpt.ts'
import type { AnyServices } from '../../functions/any-services.ts'
import type { OperatorContext } from '../../functions/context.ts'
import type { TransactionalSink } from '../../functions/user-functions.ts'
import type { JetStream } from '../../nats/jetstream.ts'
import { pack, unpack } from '../common/packed-messages.ts'
import { CommitChain } from './commit-chain.ts'
import { infoOf, type StreamInfo } from './connection.ts'
import { JetStreamError, jetStreamError } from './jetstream-error.ts'
import type { OutgoingHead, OutgoingMessage } from './outgoing-message.ts'
import type { JetStreamCommits, SinkSettings } from './sink-options.ts'
import { overlap } from './subjects.ts'

/** What a checkpoint holds of a sink: what is to be published, and by whom. */
export interface PreparedMessages {
  readonly format: 1
  /** Of the instance that prepared it. */
  readonly chain: string
  /** Counted from 1. */
  readonly commit: number
  readonly messages: Uint8Array
}

/** What a message takes beside its content: headers of ours, and lengths. */
const OVERHEAD = 1024

/** Keeps what is written until its checkpoint is safe, and publishes it then. */
export class CommittingSink<T> implements TransactionalSink<T, PreparedMessages, AnyServices, unknown> {
  readonly #settings: SinkSettings<T>
  readonly #stream: string
  readonly #marker: string
  #js: JetStream | null = null
  #subjects: readonly string[] = []
  #name = ''
  #chain: CommitChain | null = null
  #commits = 0
  #waiting: OutgoingMessage[] = []
  #bytes = 0

  constructor(settings: SinkSettings<T>, { stream, marker }: JetStreamCommits) {
    this.#settings = settings
    this.#stream = stream
    this.#marker = marker
  }

  async open(ctx: OperatorContext): Promise<void> {
    const js = await this.#settings.connect(ctx)
    this.#js = js
    try {
      const { config } = await infoOf(js, this.#stream)
      this.#subjects = config.subjects ?? []
      this.#name = js.link.unique()
      this.#check(config)
      this.#chain = this.#chainOf(this.#name)
    } catch (error) {
      await js.link.close()
      throw this.#error(error)
    }
  }

  async recover(prepared: readonly PreparedMessages[]): Promise<void> {
    try {
      for (const name of new Set(prepared.map(({ chain }) => chain))) {
        const chain = this.#chainOf(name)
        await chain.claim()
        const commits = prepared.filter((each) => each.chain === name)
        for (const { commit, messages } of commits)
          await chain.publish(commit, unpack<OutgoingHead>(messages))
      }
    } catch (error) {
      throw this.#error(error)
    }
  }

  write(value: T): void {
    const message = this.#settings.messageOf(value)
    const {
      head: { subject },
      data,
    } = message
    if (!this.#subjects.some((pattern) => overlap(pattern, subject)))
      throw this.#refused(value, `the stream '${this.#stream}' does not take the subject '${subject}'`)
    if (data.length > this.#js!.link.maxPayload - OVERHEAD)
      throw this.#refused(value, `${data.length} bytes are more than a message may have`)
    this.#bytes += data.length + OVERHEAD
    if (this.#bytes > this.#settings.capacity) {
      throw new JetStreamError(`More than ${this.#settings.capacity} bytes wait for a checkpoint.`, {
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

  async commit({ commit, messages }: PreparedMessages): Promise<void> {
    try {
      await this.#chain!.publish(commit, unpack<OutgoingHead>(messages))
    } catch (error) {
      throw this.#error(error)
    }
  }

  async close(): Promise<void> {
    await this.#js?.link.close()
  }

  #chainOf(name: string): CommitChain {
    return new CommitChain(this.#js!, this.#stream, `${this.#marker}.${name}`)
  }

  #check({ subjects = [], allow_atomic, retention }: StreamInfo['config']): void {
    const fail = (message: string, remedy: string): never => {
      throw new JetStreamError(message, { remedy })
    }
    const named = `The stream '${this.#stream}'`
    if (allow_atomic !== true)
      fail(`${named} takes no atomic batches.`, 'Set allow_atomic in its configuration (nats-server 2.12).')
    if (retention === 'interest')
      fail(
        `${named} keeps only what somebody waits for.`,
        "Use one with the retention 'limits' or 'workqueue'.",
      )
    if (!subjects.some((pattern) => overlap(pattern, `${this.#marker}.${this.#name}`)))
      fail(
        `${named} does not take the marker '${this.#marker}.*'.`,
        'Add it to its subjects, or choose another.',
      )
  }

  #refused(value: unknown, message: string): JetStreamError {
    const remedy =
      'Add the subject to the stream, raise max_payload of the server, or publish something else.'
    return new JetStreamError(`A record cannot be published: ${message}.`, { record: excerpt(value), remedy })
  }

  #error(error: unknown): Error {
    return jetStreamError(`Cannot publish to the stream '${this.#stream}'`, error)
  }
}
