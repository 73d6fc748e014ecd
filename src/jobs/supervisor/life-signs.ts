import type { Cancel, Clock } from '../../time/clock.ts'
import { memoryOf } from './leftover-process.ts'

export interface LifeSignsOptions {
  readonly pid: number
  /** Milliseconds between looks. */
  readonly interval: number
  /** Milliseconds without a sign. */
  readonly timeout: number
  /** Bytes that the process may have. */
  readonly memory: number
  /** The process may be waiting for us. */
  readonly throttled: () => boolean
  /** Called once. */
  readonly onTrouble: (trouble: 'memory' | 'silence') => void
}

/** Watches whether a process lives, and within its means. */
export class LifeSigns {
  readonly #options: LifeSignsOptions
  readonly #clock: Clock
  #silence = 0
  #lookedAt: number
  #timer: Cancel

  constructor(options: LifeSignsOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    this.#lookedAt = clock.monotonic()
    this.#timer = clock.setTimeout(this.#look, options.interval)
  }

  /** It has said something: how much memory it has, among others. */
  heard(memory: number): void {
    this.#silence = 0
    if (memory > this.#options.memory) this.#trouble('memory')
  }

  close(): void {
    this.#timer()
  }

  readonly #look = (): void => {
    const { pid, interval, timeout, memory, throttled } = this.#options
    const now = this.#clock.monotonic()
    // Where this server itself stood still, what the process said meanwhile has not been heard yet.
    if (!throttled()) this.#silence += Math.min(now - this.#lookedAt, 2 * interval)
    this.#lookedAt = now
    // One that is busy, or takes memory quickly, says nothing of it.
    if ((memoryOf(pid) ?? 0) > memory) return this.#trouble('memory')
    if (this.#silence >= timeout) return this.#trouble('silence')
    this.#timer = this.#clock.setTimeout(this.#look, interval)
  }

  #trouble(trouble: 'memory' | 'silence'): void {
    this.close()
    this.#options.onTrouble(trouble)
  }
}
