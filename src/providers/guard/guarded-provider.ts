import { setMaxListeners } from 'node:events'
import { Deadline } from '../../client/deadline.ts'
import {
  ProviderCannotError,
  ProviderClosedError,
  ProviderJobNotFoundError,
  ProviderUnavailableError,
} from '../../errors/provider-errors.ts'
import type { Clock } from '../../time/clock.ts'
import { delay } from '../../time/delay.ts'
import { realClock } from '../../time/real-clock.ts'
import { realRandom } from '../../time/real-random.ts'
import type {
  JobProvider,
  ListQuery,
  LogQuery,
  ObservedJob,
  ObservedLine,
  ObservedPage,
  ProviderCall,
  ProviderCapabilities,
} from '../job-provider.ts'
import { Breaker, type BreakerState } from './breaker.ts'
import { CallLine } from './call-line.ts'
import { failureOf, isPassing, outcomeOf, retryAfterIn } from './failures.ts'
import { type GuardOptions, type GuardSettings, resolveGuard } from './guard-options.ts'

/** Milliseconds that a provider is left alone at most, whatever it asks for. */
const LONGEST_QUIET = 3_600_000

export interface GuardContext {
  readonly clock?: Clock | undefined
  /** From 0 up to 1, for the jitter of waits. */
  readonly random?: (() => number) | undefined
}

/**
 * A provider that can be asked without a thought for how it is: each attempt has a timeout, what may pass is tried again,
 * a Retry-After is heeded by every call, a provider that fails again and again is left alone for a while, and no more than
 * so many calls are under way. A caller's signal ends everything, waits included.
 *
 * Errors: those of JobProvider; ProviderUnavailableError at once while the provider is left alone; ProviderBusyError when
 * as many calls wait as may; ProviderClosedError; the signal's reason.
 */
export class GuardedProvider implements JobProvider {
  readonly #inner: JobProvider
  readonly #settings: GuardSettings
  readonly #clock: Clock
  readonly #random: () => number
  readonly #breaker: Breaker
  readonly #line: CallLine
  readonly #closed = new AbortController()
  readonly #pending = new Set<Promise<unknown>>()
  readonly #listeners = new Set<(state: BreakerState) => void>()
  /** Until when the provider wants to be left alone, by the monotonic clock. */
  #quietUntil = -Infinity
  #lastError: string | null = null
  #closing: Promise<void> | undefined

  constructor(inner: JobProvider, options: GuardOptions = {}, context: GuardContext = {}) {
    const { clock = realClock, random = realRandom } = context
    this.#inner = inner
    this.#settings = resolveGuard(options)
    this.#clock = clock
    this.#random = random
    this.#breaker = new Breaker(this.#settings.breaker, clock, (state) => {
      for (const listener of this.#listeners) listener(state)
    })
    this.#line = new CallLine({ provider: inner.name, ...this.#settings })
    setMaxListeners(0, this.#closed.signal)
  }

  get name(): string {
    return this.#inner.name
  }

  get type(): string {
    return this.#inner.type
  }

  get capabilities(): ProviderCapabilities {
    return this.#inner.capabilities
  }

  get breaker(): BreakerState {
    return this.#breaker.state
  }

  /** Why its last call failed; null: it did not. That a job is not there, or cannot be cancelled, is no failure. */
  get lastError(): string | null {
    return this.#lastError
  }

  /** Milliseconds for which calls are refused at once, because it fails or has asked for it; 0: they are made. */
  get pause(): number {
    const quiet = this.#quietUntil - this.#clock.monotonic()
    return Math.max(this.#breaker.pause, quiet > this.#settings.retry.max ? quiet : 0)
  }

  /** Calls that are under way, waits between attempts included, and calls that wait for their turn. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#line.running, waiting: this.#line.waiting }
  }

  /** Called with every change of `breaker`; that it is half-open is told when there is a call. @returns how to stop it. */
  onBreaker(listener: (state: BreakerState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  list(query: ListQuery, call: ProviderCall): Promise<ObservedPage> {
    return this.#call(call, (inner) => this.#inner.list(query, inner))
  }

  get(externalId: string, call: ProviderCall): Promise<ObservedJob> {
    return this.#call(call, (inner) => this.#inner.get(externalId, inner))
  }

  cancel(externalId: string, call: ProviderCall): Promise<void> {
    return this.#call(call, (inner) => this.#inner.cancel(externalId, inner), { urgent: true })
  }

  logs(externalId: string, query: LogQuery, call: ProviderCall): Promise<readonly ObservedLine[]> {
    return this.#call(call, (inner) => this.#inner.logs(externalId, query, inner))
  }

  get webhook(): JobProvider['webhook'] {
    return this.#inner.webhook?.bind(this.#inner)
  }

  /** Ends all that is under way or waits, and the provider itself. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#closed.abort(new ProviderClosedError(this.name))
    await Promise.allSettled(this.#pending)
    this.#listeners.clear()
    await this.#inner.close()
  }

  #call<T>(
    { signal }: ProviderCall,
    work: (call: ProviderCall) => Promise<T>,
    { urgent = false }: { readonly urgent?: boolean } = {},
  ): Promise<T> {
    // One signal may be for any number of calls.
    setMaxListeners(0, signal)
    const signals = [this.#closed.signal, signal]
    const pending = this.#inTurn(signals, work, urgent).finally(() => this.#pending.delete(pending))
    this.#pending.add(pending)
    return pending
  }

  async #inTurn<T>(
    signals: readonly AbortSignal[],
    work: (call: ProviderCall) => Promise<T>,
    urgent: boolean,
  ): Promise<T> {
    await this.#line.enter(signals, urgent)
    try {
      for (let failures = 1; ; failures++) {
        await this.#silence(signals)
        const probe = this.#admit()
        try {
          const value = await this.#attempt(signals, probe, work)
          this.#lastError = null
          return value
        } catch (error) {
          await this.#mayRetry(error, failures, signals)
        }
      }
    } finally {
      this.#line.leave()
    }
  }

  /** One request. What it throws is an error of a provider, or a signal's reason. */
  async #attempt<T>(
    signals: readonly AbortSignal[],
    probe: boolean,
    work: (call: ProviderCall) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(this.#clock, this.#settings.timeout, signals)
    try {
      const value = await deadline.run(() => work({ signal: deadline.signal }))
      this.#breaker.settle(probe, 'succeeded')
      return value
    } catch (thrown) {
      const error = deadline.explain(thrown, (cause) => failureOf(this.name, cause))
      this.#breaker.settle(probe, signals.some(({ aborted }) => aborted) ? 'undecided' : outcomeOf(error))
      throw error
    }
  }

  /** Waits until it is time to try again. @throws the error, where there is nothing to be gained. */
  async #mayRetry(error: unknown, failures: number, signals: readonly AbortSignal[]): Promise<void> {
    if (signals.some(({ aborted }) => aborted)) throw error
    const isWell = error instanceof ProviderJobNotFoundError || error instanceof ProviderCannotError
    this.#lastError = isWell ? null : sentenceOf(error)
    const { attempts, initial, max, jitter } = this.#settings.retry
    const asked = retryAfterIn(error)
    if (asked !== undefined) {
      const until = this.#clock.monotonic() + Math.min(asked, LONGEST_QUIET)
      this.#quietUntil = Math.max(this.#quietUntil, until)
    }
    const tooLong = asked !== undefined && asked > max
    if (!isPassing(error) || failures > attempts || tooLong || this.#breaker.state === 'open') throw error
    const wait = Math.min(max, initial * 2 ** (failures - 1))
    await delay(this.#clock, wait * (1 + jitter * (2 * this.#random() - 1)), signals)
  }

  /** Leaves the provider alone as long as it has asked for, unless that is too long. */
  async #silence(signals: readonly AbortSignal[]): Promise<void> {
    const wait = this.#quietUntil - this.#clock.monotonic()
    if (wait <= 0) return
    if (wait > this.#settings.retry.max) {
      throw this.#leftAlone(wait, 'has asked to be left alone')
    }
    await delay(this.#clock, wait, signals)
  }

  /** @returns whether the call is the one that finds out whether the provider is well again. */
  #admit(): boolean {
    const admission = this.#breaker.admit()
    if (admission.admitted) return admission.probe
    throw this.#leftAlone(admission.wait, `has failed, and is left alone (${this.#lastError ?? 'no answer'})`)
  }

  #leftAlone(ms: number, why: string): ProviderUnavailableError {
    const seconds = Math.ceil(ms / 1_000)
    return new ProviderUnavailableError(`The provider '${this.name}' ${why} for ${seconds} s`, {
      provider: this.name,
      retryAfter: Math.ceil(ms),
      remedy: 'wait until then; nothing needs to be done',
    })
  }
}

/** The message without what MillraceError has added to it. */
function sentenceOf(error: unknown): string {
  return String((error as Error).message).split('\n', 1)[0] as string
}
