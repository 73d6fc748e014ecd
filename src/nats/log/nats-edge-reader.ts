import type { EdgeMessage, EdgeReader } from '../../cluster/engine/job-log.ts'
import { EngineError } from '../../errors/cluster-errors.ts'
import type { Cancel } from '../../time/clock.ts'
import type { JetStream } from '../jetstream.ts'
import { isPassing } from '../link.ts'
import type { JobNames } from '../names.ts'
import { readPieces } from '../pieces.ts'
import { type Delivery, EdgeConsumer, STALLED_AFTER } from './edge-consumer.ts'
import { parseReference } from './staging.ts'

/** More is asked for when no more than so many bytes wait to be taken. */
const LOW_WATER = 256 * 1024

/**
 * Reads an edge end with consumers, one after the other: each goes on behind the last message that one before it has
 * delivered. At most one request stands, and it is made when little waits, which bounds what is read ahead.
 */
export class NatsEdgeReader implements EdgeReader {
  readonly #js: JetStream
  readonly #names: JobNames
  readonly #end: string
  readonly #inline: string
  /** Not taken yet. */
  #waiting: Delivery[] = []
  #bytes = 0
  /** The last message that was delivered. */
  #last: number
  #consumer: EdgeConsumer | null = null
  #failures = 0
  /** Why there are no more. */
  #over: { readonly reason: unknown } | null = null
  #wake: (() => void) | null = null
  #cancelCheck: Cancel = () => {}
  /** Consumers that are being made or let go of. */
  readonly #unsettled = new Set<Promise<void>>()
  readonly #release: () => void

  constructor(js: JetStream, names: JobNames, end: string, after: number) {
    this.#js = js
    this.#names = names
    this.#end = end
    this.#inline = names.inline(end)
    this.#last = after
    const { link } = js
    const onClosed = (): void => this.#finish(link.closed.reason)
    // What was on its way on the old connection is gone.
    const forget = link.onReturn(() => this.#replace())
    this.#release = () => {
      forget()
      link.closed.removeEventListener('abort', onClosed)
    }
    link.closed.addEventListener('abort', onClosed)
    if (link.closed.aborted) {
      onClosed()
    } else {
      this.#start()
      this.#check()
    }
  }

  async next(): Promise<readonly EdgeMessage[]> {
    while (this.#over === null) {
      if (this.#waiting.length > 0) return await this.#take()
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    throw this.#over.reason
  }

  async close(reason: unknown): Promise<void> {
    this.#finish(reason)
    await Promise.all(this.#unsettled)
  }

  /** What waits up to the first large one; that one alone. */
  async #take(): Promise<readonly EdgeMessage[]> {
    const waiting = this.#waiting
    let count = 0
    while (count < waiting.length && waiting[count]!.message.subject === this.#inline) count++
    if (count === 0) {
      const delivery = waiting[0]!
      const bytes = await this.#large(delivery)
      // It is taken only now: whoever closes the reader meanwhile gets nothing.
      if (this.#over !== null) throw this.#over.reason
      waiting.shift()
      this.#taken(delivery.message.data.length)
      return [{ number: delivery.seq, bytes }]
    }
    const taken = count === waiting.length ? waiting : waiting.slice(0, count)
    this.#waiting = count === waiting.length ? [] : waiting.slice(count)
    let size = 0
    const messages = taken.map(({ seq, message: { data } }) => {
      size += data.length
      return { number: seq, bytes: data }
    })
    this.#taken(size)
    return messages
  }

  async #large({ seq, message }: Delivery): Promise<Uint8Array> {
    const { region, mark, pieces } = parseReference(message.string())
    const base = this.#names.pieces(region, mark)
    const bytes = await readPieces(this.#js, this.#names.stream, (i) => `${base}.${i}`, pieces)
    if (bytes !== null) return bytes
    throw new EngineError(`Message ${seq} of edge end ${this.#end} has lost its content.`)
  }

  #taken(size: number): void {
    this.#bytes -= size
    if (this.#bytes <= LOW_WATER) this.#consumer?.ask()
  }

  #start(): void {
    const consumer: EdgeConsumer = new EdgeConsumer(this.#js, this.#names.stream, {
      onDelivery: (delivery) => {
        if (this.#consumer === consumer) this.#onDelivery(delivery)
      },
      onAnswered: () => {
        if (this.#consumer === consumer && this.#bytes <= LOW_WATER) consumer.ask()
      },
      onBroken: () => {
        if (this.#consumer === consumer) this.#replace()
      },
    })
    this.#consumer = consumer
    this.#settle(this.#startUp(consumer))
  }

  async #startUp(consumer: EdgeConsumer): Promise<void> {
    try {
      await consumer.start(this.#names.end(this.#end), this.#last + 1)
      if (this.#consumer === consumer) {
        if (this.#bytes <= LOW_WATER) consumer.ask()
      } else {
        await consumer.close()
      }
    } catch (error) {
      if (this.#consumer !== consumer) return
      if (isPassing(error)) this.#replace()
      else this.#finish(error)
    }
  }

  #onDelivery(delivery: Delivery): void {
    // A consumer may begin earlier than it was told, on a server that is behind.
    if (delivery.seq <= this.#last) return
    this.#failures = 0
    this.#last = delivery.seq
    this.#bytes += delivery.message.data.length
    this.#waiting.push(delivery)
    this.#arrived()
  }

  /** Goes on with another consumer. */
  #replace(): void {
    if (this.#over !== null) return
    this.#drop()
    const restart = async (): Promise<void> => {
      try {
        await this.#js.link.pause(this.#failures++)
      } catch {
        // The link is closed, and so is this.
      }
      if (this.#over === null && this.#consumer === null) this.#start()
    }
    this.#settle(restart())
  }

  #drop(): void {
    const consumer = this.#consumer
    this.#consumer = null
    if (consumer !== null) this.#settle(consumer.close())
  }

  #settle(work: Promise<void>): void {
    this.#unsettled.add(work)
    void work.finally(() => this.#unsettled.delete(work))
  }

  #check(): void {
    this.#cancelCheck = this.#js.link.clock.setTimeout(() => {
      this.#consumer?.check()
      this.#check()
    }, STALLED_AFTER / 2)
  }

  #finish(reason: unknown): void {
    if (this.#over !== null) return
    this.#over = { reason }
    this.#waiting = []
    this.#cancelCheck()
    this.#release()
    this.#drop()
    this.#arrived()
  }

  #arrived(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}
