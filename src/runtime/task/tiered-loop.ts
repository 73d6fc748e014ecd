import type { Loop } from './loop.ts'

/** A loop that takes its own place with a faster one when its strand has shown that it has many records. */
export class TieredLoop {
  /** Runs records; look it up at each use. */
  run: Loop
  #generate: (() => Loop) | null

  /** @param generate null where code generation is not allowed: then nothing changes. */
  constructor(closures: Loop, generate: (() => Loop) | null) {
    this.run = closures
    this.#generate = generate
  }

  /** Takes effect once. */
  speedUp(): void {
    if (this.#generate === null) return
    this.run = this.#generate()
    this.#generate = null
  }
}
