import type { Cancel } from '../time/clock.ts'
import type { JetStream } from './jetstream.ts'
import { isPassing } from './link.ts'
import { type Delivery, EdgeConsumer, READ_AHEAD, STALLED_AFTER } from './log/edge-consumer.ts'

/** More is asked for when no more than so many bytes wait to be taken. */
const LOW_WATER = 256 * 1024

export interface WhatToRead {
  readonly stream: string
  /** Subjects, which may have wildcards and do not overlap. */
  readonly filters: readonly string[]
  /** The number of the message behind which it begins. */
  readonly after: number
  /** Bytes asked for at a time: no message may be larger. Default: room for the largest of ours. */
  readonly readAhead?: number
}

/**
 * Reads a stream with consumers, one after the other: each goes on behind the last message that one before it has
 * delivered. At most one request stands, and it is made when little waits, which bounds what is read ahead.
 */
export class MessageReader {
  readonly #js: JetStream
  readonly #what: WhatToRead
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

  constructor(js: JetStream, what: WhatToRead) {
    this.#js = js
    this.#what = what
    this.#last = what.after
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

  /** What has arrived and was not taken, in order. */
  get waiting(): readonly Delivery[] {
    return this.#waiting
  }

  /** Resolves when something waits; one waits for it at a time. @throws why there will be nothing more */
  async arrived(): Promise<void> {
    while (this.#over === null) {
      if (this.#waiting.length > 0) return
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    throw this.#over.reason
  }

  /** The first that wait, at most `count` of them. */
  take(count: number = this.#waiting.length): readonly Delivery[] {
    const all = this.#waiting
    const taken = count >= all.length ? all : all.slice(0, count)
    this.#waiting = count >= all.length ? [] : all.slice(count)
    for (const { message } of taken) this.#bytes -= message.data.length
    if (this.#bytes <= LOW_WATER) this.#consumer?.ask()
    return taken
  }

  /** @throws why there is nothing more to be had */
  throwIfOver(): void {
    if (this.#over !== null) throw this.#over.reason
  }

  async close(reason: unknown): Promise<void> {
    this.#finish(reason)
    await Promise.all(this.#unsettled)
  }

  #start(): void {
    const { stream, readAhead = READ_AHEAD } = this.#what
    const events = {
      onDelivery: (delivery: Delivery): void => {
        if (this.#consumer === consumer) this.#onDelivery(delivery)
      },
      onAnswered: (): void => {
        if (this.#consumer === consumer && this.#bytes <= LOW_WATER) consumer.ask()
      },
      onBroken: (): void => {
        if (this.#consumer === consumer) this.#replace()
      },
    }
    const consumer: EdgeConsumer = new EdgeConsumer(this.#js, stream, events, readAhead)
    this.#consumer = consumer
    this.#settle(this.#startUp(consumer))
  }

  async #startUp(consumer: EdgeConsumer): Promise<void> {
    try {
      await consumer.start(this.#what.filters, this.#last + 1)
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
