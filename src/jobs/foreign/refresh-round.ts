import {
  ProviderJobNotFoundError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../errors/provider-errors.ts'
import type { ObservedJob } from '../../providers/job-provider.ts'
import { delay } from '../../time/delay.ts'
import type { ForeignReference } from '../store/foreign-job-store.ts'
import { failureReason } from './failure-reason.ts'
import type { ForeignContext } from './foreign-context.ts'
import { inParallel } from './in-parallel.ts'
import { listPages } from './listing.ts'
import { goneJob } from './missing-jobs.ts'
import type { WatchedProvider } from './watched-provider.ts'

/** Failures in a row, of a kind that is not the job's own, after which a provider is not asked any more. */
const ENOUGH = 5
/** Jobs whose failure is written down at a time. */
const SLICE = 500

export interface RoundDetails {
  /** Each once. */
  readonly references: readonly ForeignReference[]
  /** Who asks, in a sentence. */
  readonly cause: string
  /** Milliseconds from the beginning of one request to that of the next, at least. */
  readonly spacing: number
}

/** What has come of a round so far. */
export interface RoundReport {
  readonly refreshed: number
  /** By id: why a job could not be. */
  readonly failed: ReadonlyMap<string, string>
  /** Jobs of which nothing has been learned yet. */
  readonly waiting: readonly ForeignReference[]
}

/**
 * Asks a provider once for each of some jobs: by pages of its list while those have several of them, for the rest one by
 * one. What is learned is taken in as it comes. It ends early where the provider itself is the trouble.
 */
export class RefreshRound {
  readonly #watched: WatchedProvider
  readonly #context: ForeignContext
  readonly #details: RoundDetails
  /** Jobs of which nothing has been learned yet, by external id. */
  readonly #waiting: Map<string, ForeignReference>
  readonly #failed = new Map<string, string>()
  #refreshed = 0
  #asked = 0
  #strikes = 0
  #stoppedBy: unknown = null
  /** Answers that are taken in together, on the next turn of the event loop. */
  #answers: ObservedJob[] = []
  /** What the store failed with. */
  #broken: Error | null = null

  constructor(watched: WatchedProvider, context: ForeignContext, details: RoundDetails) {
    this.#watched = watched
    this.#context = context
    this.#details = details
    this.#waiting = new Map(details.references.map((reference) => [reference.externalId, reference]))
  }

  /** What the provider failed with where it is to blame that the round ended early; else null. */
  get stoppedBy(): unknown {
    return this.#stoppedBy
  }

  get report(): RoundReport {
    return { refreshed: this.#refreshed, failed: this.#failed, waiting: [...this.#waiting.values()] }
  }

  /** Resolves at the end of the round, however it went. @throws StoreError, or the reason of the signal */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#list(signal)
      await this.#askEach(signal)
    } finally {
      this.#takeAnswers()
    }
    if (this.#broken !== null) throw this.#broken
    if (this.#stoppedBy !== null) await this.#noteStop()
  }

  get #isOver(): boolean {
    return this.#stoppedBy !== null || this.#broken !== null
  }

  /** A list that cannot be read is not the end: jobs may be asked for one by one. */
  async #list(signal: AbortSignal): Promise<void> {
    try {
      await listPages(this.#watched, this.#waiting, signal, (jobs) => {
        this.#take(jobs)
        return this.#broken === null
      })
    } catch (error) {
      this.#struck(error, signal)
    }
  }

  async #askEach(signal: AbortSignal): Promise<void> {
    const { clock } = this.#context
    const references = [...this.#waiting.values()]
    if (this.#watched.provider.breaker !== 'closed' && !this.#isOver) {
      // One finds out whether it is well again; meanwhile it takes no others.
      for (const first of references.splice(0, 1)) await this.#ask(first, signal)
    }
    const began = clock.monotonic()
    await inParallel(references, this.#watched.concurrency, async (reference) => {
      if (this.#isOver) return
      const wait = began + this.#asked++ * this.#details.spacing - clock.monotonic()
      if (wait > 0) await delay(clock, wait, [signal])
      if (!this.#isOver) await this.#ask(reference, signal)
    })
  }

  async #ask({ id, externalId }: ForeignReference, signal: AbortSignal): Promise<void> {
    const { clock, store } = this.#context
    const { cause } = this.#details
    const { missing } = this.#watched
    try {
      const job = await this.#watched.ask(externalId, signal)
      this.#strikes = 0
      if (this.#answers.push(job) === 1) clock.setImmediate(() => this.#takeAnswers())
    } catch (error) {
      this.#struck(error, signal)
      const why = failureReason(error)
      this.#failed.set(id, why)
      this.#waiting.delete(externalId)
      const lost = error instanceof ProviderJobNotFoundError && missing.miss(externalId, clock.now())
      const gone = goneJob(this.#watched.name, externalId)
      this.#write(() =>
        lost ? this.#watched.take([gone], { cause, create: false }) : store.notRefreshed([id], why),
      )
    }
  }

  #takeAnswers(): void {
    const jobs = this.#answers
    this.#answers = []
    if (jobs.length > 0) this.#take(jobs)
  }

  #take(jobs: readonly ObservedJob[]): void {
    const { cause } = this.#details
    if (!this.#write(() => this.#watched.take(jobs, { cause, create: false }))) return
    for (const { externalId } of jobs) {
      this.#watched.missing.seen(externalId)
      if (this.#waiting.delete(externalId)) this.#refreshed++
    }
  }

  /** @throws the reason of the signal, where that is why it failed */
  #struck(error: unknown, signal: AbortSignal): void {
    signal.throwIfAborted()
    const itself = error instanceof ProviderUnavailableError || error instanceof ProviderRefusedError
    // An answer about one job, whatever it was, shows that the provider answers.
    this.#strikes = itself ? this.#strikes + 1 : 0
    if (this.#strikes >= ENOUGH || (itself && this.#watched.provider.pause > 0)) {
      this.#stoppedBy ??= error
    }
  }

  async #noteStop(): Promise<void> {
    const why = failureReason(this.#stoppedBy)
    const ids = [...this.#waiting.values()].map(({ id }) => id)
    for (let start = 0; start < ids.length; start += SLICE) {
      this.#context.store.notRefreshed(ids.slice(start, start + SLICE), why)
      await new Promise<void>((resolve) => void this.#context.clock.setImmediate(resolve))
    }
  }

  /** @returns whether the store did not fail */
  #write(write: () => unknown): boolean {
    try {
      write()
      return true
    } catch (error) {
      this.#broken ??= error as Error
      return false
    }
  }
}
