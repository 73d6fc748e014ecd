import type { Cancel, Clock } from '../../time/clock.ts'
import type { JobInstance } from './job-instance.ts'
import { summarise } from './summarise.ts'

/**
 * Watches a job that is to stop: it may take as long as records move, but no longer than the timeout for one that does
 * not. Closing has a timeout of its own, and what comes after it is still to be flushed.
 */
export class StopWatch {
  readonly #clock: Clock
  readonly #timeout: number
  readonly #onStandstill: () => void
  #cancel: Cancel | null = null

  constructor(clock: Clock, timeout: number, onStandstill: () => void) {
    this.#clock = clock
    this.#timeout = timeout
    this.#onStandstill = onStandstill
  }

  start(instance: JobInstance): void {
    let seen = movedIn(instance)
    const look = (): void => {
      const moved = movedIn(instance)
      const closing = instance.strands.some(({ strand }) => strand.closing)
      if (moved === seen && !closing) {
        this.#onStandstill()
        return
      }
      seen = moved
      this.#cancel = this.#clock.setTimeout(look, this.#timeout)
    }
    this.#cancel = this.#clock.setTimeout(look, this.#timeout)
  }

  stop(): void {
    this.#cancel?.()
  }
}

function movedIn(instance: JobInstance): number {
  for (const { strand } of instance.strands) strand.publish()
  return summarise(instance).reduce((sum, node) => sum + node.in + node.out + node.errors, 0)
}
