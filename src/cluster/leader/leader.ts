import type { Cancel, Clock } from '../../time/clock.ts'
import type { EngineConnection } from '../engine/cluster-engine.ts'
import type { Served } from '../engine/calls.ts'
import type { Heartbeat, Orders } from '../protocol/heartbeat.ts'
import { fromJson, toJson } from '../protocol/json.ts'
import { type JobAnswer, JOBS_SUBJECT, type JobQuestion, LEADER_SUBJECT } from '../protocol/leader-calls.ts'
import { advance } from './advance.ts'
import { type ClusterView, emptyView, type Moment } from './cluster-view.ts'
import { hear } from './hear.ts'
import { JobBook } from './job-book.ts'
import { noteRecords } from './note-records.ts'
import { ordersFor } from './orders-for.ts'

/** Milliseconds between looks at the records. */
const LOOK = 500

export interface LeaderOptions {
  /** Who leads. */
  readonly id: string
  readonly term: number
  readonly connection: Pick<EngineConnection, 'records' | 'calls'>
  readonly clock: Clock
  readonly random: () => number
  readonly warn: (message: string, error: unknown) => void
}

/**
 * Decides which slots have what of which jobs, from its election to its end. What it decides is worked out by functions
 * without effects; here is what they are fed with, and what becomes of it.
 */
export class Leader {
  readonly #options: LeaderOptions
  readonly #book: JobBook
  #view: ClusterView
  #served: readonly Served[] = []
  #cancel: Cancel = () => {}
  /** One look at the records at a time: whoever wants one meanwhile gets the next. */
  #looking: Promise<void> | null = null
  #next: Promise<void> | null = null
  #closed = false

  constructor(options: LeaderOptions) {
    this.#options = options
    this.#book = new JobBook(options.connection.records)
    const { term, clock } = options
    // Before the first leader nobody had anything.
    this.#view = term === 1 ? { ...emptyView(0), settledAt: 0 } : emptyView(clock.monotonic())
  }

  /** Nobody is answered before all jobs are known: what is not ordered ends. */
  async start(): Promise<void> {
    const { calls } = this.#options.connection
    while (!this.#closed && !(await this.#look())) await this.#pause()
    if (this.#closed) return
    this.#served = [
      calls.serve(LEADER_SUBJECT, async (bytes) => this.#answer(fromJson<Heartbeat>(bytes))),
      calls.serve(JOBS_SUBJECT, (bytes) => this.#tell(fromJson<JobQuestion>(bytes))),
    ]
    this.#lookLater()
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancel()
    await Promise.all(this.#served.map((one) => one.close().catch(() => {})))
    await this.#looking
  }

  #answer(heartbeat: Heartbeat): Uint8Array {
    const { id, term, random } = this.#options
    const before = this.#view
    this.#decide((view, moment) => hear(view, heartbeat, moment, random))
    if (this.#view.jobs !== before.jobs) void this.#write()
    const orders: Orders = { leader: id, term, parts: ordersFor(this.#view, heartbeat.worker) }
    return toJson(orders)
  }

  async #tell({ job: id }: JobQuestion): Promise<Uint8Array> {
    await this.#lookNow()
    const { jobs, workers } = this.#view
    const job = jobs[id]
    const takers = Object.values(workers).filter(({ heartbeat }) => !heartbeat.draining)
    const answer: JobAnswer = {
      workers: takers.length,
      regions:
        job === undefined
          ? null
          : Object.entries(job.regions).map(([region, place]) => ({
              region,
              worker: 'worker' in place ? place.worker : null,
              slot: 'slot' in place ? place.slot : null,
              report: job.reports[region] ?? null,
            })),
    }
    return toJson(answer)
  }

  #decide(change: (view: ClusterView, moment: Moment) => ClusterView): void {
    const moment = this.#moment()
    this.#view = advance(change(this.#view, moment), moment)
  }

  #lookLater(): void {
    if (this.#closed) return
    this.#cancel = this.#options.clock.setTimeout(
      () => void this.#lookNow().then(() => this.#lookLater()),
      LOOK,
    )
  }

  /** Resolves after a look that has begun by now or later. Never rejects. */
  #lookNow(): Promise<void> {
    if (this.#looking === null) {
      this.#looking = this.#look().then(() => {
        this.#looking = null
      })
      return this.#looking
    }
    this.#next ??= this.#looking.then(() => {
      this.#next = null
      return this.#lookNow()
    })
    return this.#next
  }

  /** Whether it could be done. */
  async #look(): Promise<boolean> {
    try {
      let records = await this.#book.read()
      if (this.#book.isForeign) {
        this.#book.clear()
        records = await this.#book.read()
        this.#view = emptyView(this.#options.clock.monotonic())
      }
      if (this.#closed) return false
      this.#decide((view) => noteRecords(view, records))
      await this.#write()
      return true
    } catch (error) {
      this.#options.warn('The jobs of the cluster could not be read', error)
      return false
    }
  }

  async #write(): Promise<void> {
    if (this.#closed) return
    try {
      await this.#book.write(() => Object.values(this.#view.jobs).map(({ spec, state }) => [spec.id, state]))
    } catch (error) {
      // It is written with the next look.
      this.#options.warn('What has become of a job could not be written', error)
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.setTimeout(resolve, LOOK)
    })
  }

  #moment(): Moment {
    const { clock } = this.#options
    return { at: clock.monotonic(), date: new Date(clock.now()).toISOString() }
  }
}
