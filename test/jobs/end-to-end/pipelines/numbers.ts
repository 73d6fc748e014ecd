import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { END } from '../../../../src/index.ts'
import { visit } from './visit.ts'

/** What a source of numbers gives, and where it stops to be looked at. */
export interface NumbersSettings {
  /** It gives 0, 1, 2, ... below this. */
  readonly records: number
  /** Where the test has its gates. */
  readonly gates?: string
  /** It goes through the gate `at <n>` before it gives one of these. */
  readonly at?: readonly number[]
  /** Milliseconds between two groups of 64 numbers: a source that is slow. */
  readonly pace?: number
}

/** Numbers in order, from where a checkpoint was taken. Says on stdout where it begins. */
export class Numbers {
  readonly #settings: NumbersSettings
  #next = 0

  constructor(settings: NumbersSettings) {
    this.#settings = settings
  }

  open(): void {
    console.log(`from ${this.#next}`)
  }

  async next(): Promise<number | typeof END> {
    const { records, gates, at = [], pace } = this.#settings
    if (this.#next >= records) return END
    if (this.#next % 64 === 0) await (pace === undefined ? turn() : delay(pace))
    if (gates !== undefined && at.includes(this.#next)) await visit(gates, `at ${this.#next}`)
    return this.#next++
  }

  snapshot(): number {
    return this.#next
  }

  restore(next: number): void {
    this.#next = next
  }
}
