import type { Msg, Subscription } from '@nats-io/transport-node'
import type { JetStream } from '../jetstream.ts'
import { LARGEST_MESSAGE } from '../pieces.ts'

/** How long the server keeps a consumer that nobody asks. */
const FORGOTTEN_AFTER = 30_000
/** How long one request for messages stands. */
const EXPIRES = 30_000
/** How often the server says that it is there, while it has nothing else to say. */
const HEARTBEAT = 1_000
/** Nothing came for so long: whoever held the consumer is gone. */
export const STALLED_AFTER = 2_500
/** Messages of one request. */
const BATCH = 1_000
/** Bytes of one request: there is always room for one message. */
export const READ_AHEAD: number = LARGEST_MESSAGE + 64 * 1024
const nanos = 1_000_000

export interface Delivery {
  readonly seq: number
  readonly message: Msg
}

export interface ConsumerEvents {
  onDelivery(delivery: Delivery): void
  /** It has delivered what was asked for, or nothing came for long. */
  onAnswered(): void
  /** It delivers no more. At most once. */
  onBroken(): void
}

/**
 * A consumer of the server that delivers the messages of subjects once, without acknowledgements, from memory of a
 * single server. It breaks when that server is gone; another goes on where it was.
 */
export class EdgeConsumer {
  readonly #js: JetStream
  readonly #stream: string
  readonly #events: ConsumerEvents
  readonly #name: string
  readonly #inbox: string
  readonly #readAhead: number
  #subscription: Subscription | null = null
  #broken = false
  /** Messages delivered. */
  #delivered = 0
  /** Messages of the request that stands; -1: none does. */
  #left = -1
  /** When anything came last. */
  #heard: number

  /** @param readAhead bytes of one request: no message may be larger */
  constructor(js: JetStream, stream: string, events: ConsumerEvents, readAhead: number = READ_AHEAD) {
    this.#js = js
    this.#stream = stream
    this.#events = events
    this.#name = js.link.unique()
    this.#inbox = js.link.inbox()
    this.#readAhead = readAhead
    this.#heard = js.link.clock.monotonic()
  }

  async start(filters: readonly string[], from: number): Promise<void> {
    const wish = {
      stream_name: this.#stream,
      action: 'create',
      config: {
        name: this.#name,
        deliver_policy: 'by_start_sequence',
        opt_start_seq: from,
        ack_policy: 'none',
        max_deliver: 1,
        replay_policy: 'instant',
        ...(filters.length === 1 ? { filter_subject: filters[0] } : { filter_subjects: filters }),
        mem_storage: true,
        num_replicas: 1,
        inactive_threshold: FORGOTTEN_AFTER * nanos,
      },
    }
    // Whoever reads tries again.
    await this.#js.call('make a consumer', `CONSUMER.CREATE.${this.#stream}.${this.#name}`, wish, 0)
    this.#subscription = this.#js.link.subscribe(this.#inbox, (message) => this.#onMessage(message))
  }

  /** Asks for more, unless it is being waited for. */
  ask(): void {
    if (this.#left >= 0 || this.#broken || this.#subscription === null) return
    this.#left = BATCH
    this.#heard = this.#js.link.clock.monotonic()
    const request = {
      batch: BATCH,
      max_bytes: this.#readAhead,
      expires: EXPIRES * nanos,
      idle_heartbeat: HEARTBEAT * nanos,
    }
    try {
      const bytes = Buffer.from(JSON.stringify(request))
      this.#js.link.publish(
        `$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.${this.#name}`,
        bytes,
        undefined,
        this.#inbox,
      )
    } catch {
      this.#break()
    }
  }

  /** Looks whether it is still there. */
  check(): void {
    const isStalled = (): boolean =>
      this.#left >= 0 && this.#js.link.clock.monotonic() - this.#heard > STALLED_AFTER
    if (!isStalled()) return
    // Where this process was busy for long, what came meanwhile is heard first.
    this.#js.link.clock.setImmediate(() => {
      if (isStalled()) this.#break()
    })
  }

  /** Nothing of it is left, as far as the server can be reached. */
  close(): Promise<void> {
    this.#broken = true
    this.#subscription?.unsubscribe()
    this.#subscription = null
    const gone = this.#js.link.request(
      `$JS.API.CONSUMER.DELETE.${this.#stream}.${this.#name}`,
      new Uint8Array(0),
    )
    // Else the server forgets it by itself.
    return gone.then(
      () => {},
      () => {},
    )
  }

  #break(): void {
    if (this.#broken) return
    this.#broken = true
    this.#events.onBroken()
  }

  #onMessage(message: Msg): void {
    if (this.#broken) return
    this.#heard = this.#js.link.clock.monotonic()
    if (message.subject === this.#inbox) return this.#onStatus(message)
    const [seq, count] = positionOf(message.reply ?? '')
    if (count !== ++this.#delivered) return this.#break()
    this.#left--
    this.#events.onDelivery({ seq, message })
    if (this.#left === 0) this.#answered()
  }

  #onStatus({ headers }: Msg): void {
    const code = headers?.code ?? 0
    if (code === 100) return
    const { description = '' } = headers ?? {}
    const isOver = code === 408 || (code === 409 && /MaxBytes|Batch Completed/i.test(description))
    if (!isOver) return this.#break()
    this.#answered()
  }

  #answered(): void {
    this.#left = -1
    this.#events.onAnswered()
  }
}

/**
 * A message's number in the stream, and how many the consumer has delivered with it:
 * `$JS.ACK.(<domain>.<account>.)<stream>.<consumer>.<tries>.<seq>.<count>.<time>.<pending>`.
 */
function positionOf(reply: string): readonly [seq: number, count: number] {
  const words = reply.split('.')
  const start = words.length > 9 ? 7 : 5
  return [Number(words[start]), Number(words[start + 1])]
}
