import { isThenable } from '../../util/is-thenable.ts'

/** The function of a join, as it is called. */
export type Join = (left: unknown, right: unknown, key: unknown) => unknown

/** What one call gave. */
export interface Joined {
  readonly joined: unknown
}

/** Passes what a join function gives: nothing for undefined, and the value of a promise. */
export class JoinedIterator implements Iterable<unknown> {
  readonly #pull: () => Joined | null

  /** @param pull makes the next call; null: there is none. */
  constructor(pull: () => Joined | null) {
    this.#pull = pull
  }

  [Symbol.iterator](): Iterator<unknown> {
    // The loop takes steps that are promises from any iterator.
    return this as unknown as Iterator<unknown>
  }

  next(): IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>> {
    for (;;) {
      const pulled = this.#pull()
      if (pulled === null) return { done: true, value: undefined }
      const { joined } = pulled
      if (isThenable(joined)) {
        return Promise.resolve(joined).then((value) =>
          value === undefined ? this.next() : { done: false, value },
        )
      }
      if (joined !== undefined) return { done: false, value: joined }
    }
  }
}

/** What is due at once and emits nothing is let go of so many at a time, before the strand has a break. */
const AT_ONCE = 1024

/** Breaks for work that emits nothing, which the loop could not interrupt. */
export class Breather {
  #left = AT_ONCE

  /** Called for each piece of work; not null when it is time for a break, to be returned from a pull. */
  take(): Joined | null {
    if (--this.#left > 0) return null
    this.#left = AT_ONCE
    return { joined: Promise.resolve(undefined) }
  }
}
