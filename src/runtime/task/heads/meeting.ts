import type { Waker } from '../../flow-control/channel.ts'

/**
 * Subtasks that share one input take a barrier together: whoever has taken it reads on when all have, so that what was
 * read before it is the input's beginning, without a gap.
 */
export class Meeting {
  #expected: number
  readonly #arrived = new Set<Waker>()

  /** @param expected the subtasks that share the input. */
  constructor(expected: number) {
    this.#expected = expected
  }

  /** Whether that subtask waits for others. */
  holds(subtask: Waker): boolean {
    return this.#arrived.has(subtask)
  }

  arrive(subtask: Waker): void {
    this.#arrived.add(subtask)
    this.#look()
  }

  /** A subtask reads no more. */
  leave(): void {
    this.#expected--
    this.#look()
  }

  /** Nobody waits any more. */
  dissolve(): void {
    const arrived = [...this.#arrived]
    this.#arrived.clear()
    for (const subtask of arrived) subtask.wake()
  }

  #look(): void {
    if (this.#arrived.size >= this.#expected) this.dissolve()
  }
}
