import { setMaxListeners } from 'node:events'
import { ProviderUnavailableError } from '../../errors/provider-errors.ts'
import type { Cancel } from '../../time/clock.ts'
import { activeJobs, MOST_IN_ROUND } from './active-jobs.ts'
import { failureReason } from './failure-reason.ts'
import type { ForeignContext } from './foreign-context.ts'
import { Lease } from './lease.ts'
import { firstPoll, pollDelay } from './poll-delay.ts'
import { RefreshRound } from './refresh-round.ts'
import type { WatchedProvider } from './watched-provider.ts'

/** Part of the interval over which the requests of a round are spread, and the longest pause between two, in ms. */
const SPREAD = 0.5
const LONGEST_PAUSE = 200

export interface PollerDetails {
  readonly interval: number
  /** Of its lease. */
  readonly owner: string
}

/** What a poller has done since the server was started. */
export interface PollFigures {
  /** Rounds that came to their end, and rounds that did not. */
  readonly done: number
  readonly failed: number
  /** Milliseconds since the active jobs were last polled to the end; null where another server does that. */
  readonly age: number | null
}

/**
 * Asks one provider for its active jobs, round by round, as long as this server has the lease. A round is of all of them.
 * One that fails makes the next one later; none begins before the last has ended.
 */
export class ProviderPoller {
  readonly #watched: WatchedProvider
  readonly #context: ForeignContext
  readonly #details: PollerDetails
  readonly #lease: Lease
  readonly #startedAt: number
  #timer: Cancel = () => {}
  /** Aborted when the lease is lost, and when the server closes. */
  #stop = new AbortController()
  #round: Promise<void> = Promise.resolve()
  /** Rounds in a row that failed. */
  #failures = 0
  /** Number of the job that the last round has ended at, before it was through. */
  #after = 0
  #done = 0
  #failed = 0

  constructor(watched: WatchedProvider, context: ForeignContext, details: PollerDetails) {
    this.#watched = watched
    this.#context = context
    this.#details = details
    this.#startedAt = context.clock.now()
    const { interval, owner } = details
    this.#lease = new Lease(context.store, context.clock, {
      name: `poll ${watched.name}`,
      owner,
      interval,
      onChange: (held) => (held ? this.#begin() : this.#end()),
    })
  }

  get figures(): PollFigures {
    const since = this.#watched.polledAt ?? this.#startedAt
    const age = this.#lease.held ? this.#context.clock.now() - since : null
    return { done: this.#done, failed: this.#failed, age }
  }

  open(): void {
    this.#lease.open()
  }

  /** Resolves when it asks nothing any more. */
  async close(): Promise<void> {
    this.#end()
    this.#lease.close()
    await this.#round
  }

  #begin(): void {
    this.#stop = new AbortController()
    setMaxListeners(0, this.#stop.signal)
    const { interval } = this.#details
    this.#timer = this.#context.clock.setTimeout(
      () => this.#poll(),
      firstPoll(interval, this.#context.random()),
    )
  }

  #end(): void {
    this.#timer()
    this.#stop.abort(new Error('polling has ended'))
  }

  #poll(): void {
    const { clock, random } = this.#context
    const { interval } = this.#details
    const { signal } = this.#stop
    const began = clock.monotonic()
    // A round of a lease that was lost may still be ending.
    this.#round = this.#round
      .then(() => this.#pollOnce(signal))
      .then((retryAfter) => {
        if (signal.aborted) return
        const after = pollDelay({ interval, failures: this.#failures, retryAfter }, random())
        this.#timer = clock.setTimeout(() => this.#poll(), Math.max(0, began + after - clock.monotonic()))
      })
  }

  /** Never rejects. @returns milliseconds for which the provider wants to be left alone */
  async #pollOnce(signal: AbortSignal): Promise<number | undefined> {
    const { store, clock } = this.#context
    const { interval } = this.#details
    try {
      const references = activeJobs(store, this.#watched.name, this.#after)
      const round = new RefreshRound(this.#watched, this.#context, {
        references,
        cause: `seen at ${this.#watched.name}, in a poll`,
        spacing: Math.min(LONGEST_PAUSE, (interval * SPREAD) / Math.max(1, references.length)),
      })
      await round.run(signal)
      const { waiting } = round.report
      if (round.stoppedBy !== null) {
        this.#after = (waiting[0]?.number ?? 1) - 1
        return this.#failedWith(round.stoppedBy)
      }
      this.#after = references.length < MOST_IN_ROUND ? 0 : references.at(-1)!.number
      this.#ended(clock.now())
    } catch (error) {
      if (!signal.aborted) return this.#failedWith(error)
    }
    return undefined
  }

  #ended(at: number): void {
    if (this.#failures > 0) this.#context.logger.info(`Jobs of ${this.#watched.name} can be polled again.`)
    this.#watched.polledAt = at
    this.#failures = 0
    this.#done++
  }

  #failedWith(error: unknown): number | undefined {
    const { name } = this.#watched
    if (this.#failures === 0) {
      this.#context.logger.warn(`Jobs of ${name} cannot be polled: ${failureReason(error)}`, { error })
    }
    this.#failures++
    this.#failed++
    return error instanceof ProviderUnavailableError ? error.retryAfter : undefined
  }
}
