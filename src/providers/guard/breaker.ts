import type { Clock } from '../../time/clock.ts'
import type { GuardSettings } from './guard-options.ts'

/** `open`: the provider is left alone. `half-open`: one call finds out whether it is well again. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** Whether a call may be made now; `probe`: it is the one that finds out. If not, when it is worth asking again. */
export type Admission =
  { readonly admitted: true; readonly probe: boolean } | { readonly admitted: false; readonly wait: number }

/** `undecided`: nothing was learned of the provider, as its caller has lost interest. */
export type CallOutcome = 'succeeded' | 'failed' | 'undecided'

/**
 * Counts the failures of a provider, and leaves it alone when there are too many in a row. Time passes by looking at the
 * clock: it holds no timer. Whoever is admitted must tell once how the call went.
 */
export class Breaker {
  readonly #settings: GuardSettings['breaker']
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #onChange: (state: BreakerState) => void
  #failures = 0
  /** When it may be tried again; undefined: it is closed. */
  #openUntil: number | undefined
  #cooldown: number
  #probing = false
  #told: BreakerState = 'closed'

  constructor(
    settings: GuardSettings['breaker'],
    clock: Pick<Clock, 'monotonic'>,
    onChange: (state: BreakerState) => void,
  ) {
    this.#settings = settings
    this.#clock = clock
    this.#onChange = onChange
    this.#cooldown = Math.min(settings.cooldown, settings.longest)
  }

  get state(): BreakerState {
    if (this.#openUntil === undefined) return 'closed'
    return this.#clock.monotonic() >= this.#openUntil ? 'half-open' : 'open'
  }

  /** Milliseconds until it may be tried again. */
  get pause(): number {
    return this.#openUntil === undefined ? 0 : Math.max(0, this.#openUntil - this.#clock.monotonic())
  }

  admit(): Admission {
    const { state } = this
    if (state === 'closed') return { admitted: true, probe: false }
    if (state === 'open') return { admitted: false, wait: this.pause }
    // How long the one that finds out will take, nobody knows.
    if (this.#probing) return { admitted: false, wait: this.#settings.cooldown }
    this.#probing = true
    this.#tell('half-open')
    return { admitted: true, probe: true }
  }

  settle(probe: boolean, outcome: CallOutcome): void {
    if (probe) this.#probing = false
    if (outcome === 'succeeded') this.#close()
    else if (outcome === 'failed') this.#fail(probe)
  }

  #close(): void {
    this.#failures = 0
    this.#openUntil = undefined
    this.#cooldown = Math.min(this.#settings.cooldown, this.#settings.longest)
    this.#tell('closed')
  }

  #fail(probe: boolean): void {
    this.#failures++
    // What was still under way when it opened tells nothing new.
    if (this.#openUntil !== undefined && !probe) return
    if (!probe && this.#failures < this.#settings.failures) return
    if (probe) this.#cooldown = Math.min(this.#cooldown * 2, this.#settings.longest)
    this.#openUntil = this.#clock.monotonic() + this.#cooldown
    this.#tell('open')
  }

  #tell(state: BreakerState): void {
    if (state === this.#told) return
    this.#told = state
    this.#onChange(state)
  }
}
