import type { Loop } from './loop.ts'

/** Which code a loop runs: closures, generated code that other loops may have left warm, or code of its own. */
export type LoopCode = 'closures' | 'shared' | 'own'

/** A loop that takes its own place with a faster one when its strand has shown that it has many records. */
export class TieredLoop {
  /** Runs records; look it up at each use. */
  run: Loop
  readonly #generate: ((code: 'shared' | 'own') => Loop) | null
  #code: LoopCode = 'closures'

  /** @param generate null where code generation is not allowed: then nothing changes. */
  constructor(closures: Loop, generate: ((code: 'shared' | 'own') => Loop) | null) {
    this.run = closures
    this.#generate = generate
  }

  speedUp(code: 'shared' | 'own'): void {
    if (this.#generate === null || this.#code === code || this.#code === 'own') return
    this.#code = code
    this.run = this.#generate(code)
  }
}
