import type { Cancel, Clock } from '../../time/clock.ts'
import type { Records } from '../engine/records.ts'
import { fromJson, toJson } from '../protocol/json.ts'
import {
  firstWatch,
  type Found,
  LEADER_KEY,
  type LeaderRecord,
  lookAtLeader,
  RENEWAL,
  TERM_LOST,
} from './election.ts'

export interface CandidateEvents {
  /** It leads from now on. */
  readonly elected: (term: number) => void
  /** It leads no more, or cannot tell whether it does. */
  readonly deposed: () => void
  readonly warn: (message: string, error: unknown) => void
}

/** Stands for election for as long as it is not closed. */
export class Candidate {
  readonly #id: string
  readonly #records: Records
  readonly #clock: Clock
  readonly #events: CandidateEvents
  #watch = firstWatch
  /** When its last renewal began; null: it does not lead. */
  #renewedAt: number | null = null
  #cancel: Cancel = () => {}
  #cancelDoubt: Cancel = () => {}
  #looking: Promise<void> = Promise.resolve()
  #closed = false

  constructor(id: string, records: Records, clock: Clock, events: CandidateEvents) {
    this.#id = id
    this.#records = records
    this.#clock = clock
    this.#events = events
  }

  start(): void {
    this.#looking = this.#look()
  }

  /** Leaves the lead to whoever looks next. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancel()
    await this.#looking
    this.#cancelDoubt()
    if (this.#renewedAt === null) return
    this.#depose()
    try {
      const found = await this.#found()
      if (found?.value.id !== this.#id) return
      const free: LeaderRecord = { ...found.value, id: '' }
      await this.#records.put(LEADER_KEY, toJson(free), found.revision)
    } catch (error) {
      // They find out by themselves.
      this.#events.warn('The lead could not be left to others', error)
    }
  }

  async #look(): Promise<void> {
    try {
      await this.#stand()
    } catch (error) {
      this.#events.warn('The leader of the cluster could not be looked for', error)
    }
    if (!this.#closed) this.#cancel = this.#clock.setTimeout(() => this.start(), RENEWAL)
  }

  async #stand(): Promise<void> {
    const at = this.#clock.monotonic()
    const found = await this.#found()
    const { watch, write } = lookAtLeader(this.#watch, found, this.#id, at)
    this.#watch = watch
    const isMine = write !== null && (await this.#write(write, found))
    if (!isMine) return this.#depose()
    const isNew = this.#renewedAt === null
    this.#renewedAt = at
    this.#cancelDoubt()
    this.#cancelDoubt = this.#clock.setTimeout(() => this.#depose(), TERM_LOST)
    if (isNew) this.#events.elected(write.term)
  }

  async #write(record: LeaderRecord, found: Found): Promise<boolean> {
    return (await this.#records.put(LEADER_KEY, toJson(record), found?.revision ?? 0)) !== null
  }

  async #found(): Promise<Found> {
    const record = await this.#records.get(LEADER_KEY)
    return record && { value: fromJson<LeaderRecord>(record.value), revision: record.revision }
  }

  #depose(): void {
    this.#cancelDoubt()
    if (this.#renewedAt === null) return
    this.#renewedAt = null
    this.#events.deposed()
  }
}
