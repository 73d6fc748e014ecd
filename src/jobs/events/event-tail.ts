import type { Cancel, Clock } from '../../time/clock.ts'
import type { JobEvent } from '../../protocol/job-event.ts'
import type { EventLog } from '../job-manager.ts'
import { sseFrame } from './sse-frame.ts'

/** Events that are kept as frames. */
const KEPT = 1024
/** Events per read. */
const BATCH = 100

interface Entry {
  readonly id: number
  readonly job: string
  readonly frame: string
}

export interface TailRead {
  readonly frames: string
  /** What has been read up to. */
  readonly cursor: number
  /** The first event that is kept, where some behind `since` are gone. */
  readonly gap: number | null
}

const entryOf = (event: JobEvent): Entry => ({
  id: event.id,
  job: event.job,
  frame: sseFrame({ id: event.id, event: event.type, data: event }),
})

/**
 * The end of the event log, made into frames once for all clients, who are nearly always there. Those who are further
 * behind read the log.
 */
export class EventTail {
  readonly #log: EventLog
  readonly #clock: Clock
  readonly #onEvent: (event: JobEvent) => void
  readonly #listeners = new Set<() => void>()
  /** At most twice what is kept, so that it is not shifted with every event. */
  #entries: Entry[] = []
  #last: number
  readonly #stop: () => void
  #notifying: Cancel | null = null

  constructor(log: EventLog, clock: Clock, onEvent: (event: JobEvent) => void) {
    this.#log = log
    this.#clock = clock
    this.#onEvent = onEvent
    this.#last = log.last
    this.#stop = log.onAppended(() => this.#append())
  }

  /** Number of the newest event. */
  get last(): number {
    return this.#last
  }

  /** Calls `listener` on a later turn of the event loop than what has happened. @returns how to stop it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What is behind `since`, of one job or of all, at most a batch. @throws StoreError */
  read(since: number, job: string | undefined): TailRead {
    if (since === this.#last) return { frames: '', cursor: since, gap: null }
    const first = this.#entries[0]
    if (first !== undefined && since >= first.id - 1 && since < this.#last) {
      return this.#readKept(since, job)
    }
    return this.#readLog(since, job)
  }

  close(): void {
    this.#stop()
    this.#notifying?.()
    this.#notifying = null
    this.#listeners.clear()
    this.#entries = []
  }

  #append(): void {
    try {
      while (this.#readNext() === BATCH);
    } catch {
      // The database is out of order. What could not be read now is read with the next event.
    }
    // Not from inside the transaction that is just over: whoever made it has other things to do first.
    this.#notifying ??= this.#clock.setImmediate(() => {
      this.#notifying = null
      for (const listener of [...this.#listeners]) listener()
    })
  }

  #readNext(): number {
    const events = this.#log.read({ since: this.#last, limit: BATCH })
    for (const event of events) {
      this.#entries.push(entryOf(event))
      this.#last = event.id
      this.#onEvent(event)
    }
    if (this.#entries.length > 2 * KEPT) this.#entries = this.#entries.slice(-KEPT)
    return events.length
  }

  #readKept(since: number, job: string | undefined): TailRead {
    let frames = ''
    let cursor = since
    let count = 0
    for (let at = this.#after(since); at < this.#entries.length && count < BATCH; at++) {
      const entry = this.#entries[at]!
      cursor = entry.id
      if (job !== undefined && job !== entry.job) continue
      frames += entry.frame
      count++
    }
    return { frames, cursor, gap: null }
  }

  #readLog(since: number, job: string | undefined): TailRead {
    const { first, last } = this.#log
    const reset = since > last
    if (reset || (first > 0 && since < first - 1)) {
      const from = Math.max(first, 1)
      return { frames: '', cursor: from - 1, gap: from }
    }
    const events = this.#log.read({ since, limit: BATCH, ...(job === undefined ? {} : { job }) })
    const frames = events.map((event) => entryOf(event).frame).join('')
    // Fewer than asked for: there are no more up to the last one, of this job.
    const cursor = events.length < BATCH ? Math.max(since, last) : events.at(-1)!.id
    return { frames, cursor, gap: null }
  }

  /** Index of the first entry behind `since`. */
  #after(since: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#entries[middle]!.id > since) high = middle
      else low = middle + 1
    }
    return low
  }
}
