import { isThenable } from '../../util/is-thenable.ts'
import type { Stamp } from '../task/event-time.ts'
import { iterate } from '../task/loop-state.ts'
import type { Outputs } from '../task/stage.ts'
import type { Firing, WindowLogic } from './window-logic.ts'

type Step = IteratorResult<unknown>

/** Gives the next firing; null when there is none. */
export type NextFiring = () => Firing | null

const DONE: Step = { done: true, value: undefined }

/**
 * What firings emit, made as it is taken: a million windows may fire at once. When a function of the user's throws, its
 * firing is over; whoever made this goes on with the next.
 */
export class Firings implements Iterable<unknown> {
  readonly #due: NextFiring
  readonly #logic: WindowLogic
  readonly #stamp: Stamp
  /** What the firing at work still emits. */
  #rest: Iterator<unknown> | AsyncIterator<unknown> | null = null

  constructor(due: NextFiring, logic: WindowLogic, stamp: Stamp) {
    this.#due = due
    this.#logic = logic
    this.#stamp = stamp
  }

  [Symbol.iterator](): Iterator<unknown> {
    // The loop takes steps that are promises from any iterator.
    return this as unknown as Iterator<unknown>
  }

  next(): Step | PromiseLike<Step> {
    for (;;) {
      if (this.#rest !== null) {
        const step = this.#rest.next()
        if (isThenable(step)) return step.then((settled) => this.#passed(settled))
        if (step.done !== true) return step
        this.#rest = null
      }
      const firing = this.#due()
      if (firing === null) return DONE
      this.#stamp.timestamp = firing.timestamp
      if (this.#logic.outputs === undefined) {
        const value = this.#logic.result(firing)
        return isThenable(value) ? Promise.resolve(value).then(stepOf) : { done: false, value }
      }
      const outputs = this.#logic.outputs(firing)
      if (isThenable(outputs)) {
        return outputs.then((settled) => {
          this.#open(settled)
          return this.next()
        })
      }
      this.#open(outputs)
    }
  }

  /** Nobody wants the rest. */
  return(): unknown {
    const rest = this.#rest
    this.#rest = null
    return rest?.return?.() ?? DONE
  }

  #passed(step: Step): Step | PromiseLike<Step> {
    if (step.done !== true) return step
    this.#rest = null
    return this.next()
  }

  #open(outputs: Outputs): void {
    this.#rest = outputs === undefined || outputs === null ? null : iterate(outputs)
  }
}

function stepOf(value: unknown): Step {
  return { done: false, value }
}

/** Of firings that are there already. */
export function firingsOf(firings: readonly Firing[]): NextFiring {
  let at = 0
  return () => firings[at++] ?? null
}
