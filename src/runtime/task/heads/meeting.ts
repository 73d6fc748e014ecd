import type { Waker } from '../../flow-control/channel.ts'

/**
 * Subtasks that share one input take a barrier together: whoever has taken it reads on when all have, so that what was
 * read before it is the input's beginning, without a gap.
 */
export class Meeting {
  #expected: number
  readonly #onDissolved: () => void
  #closed = false
  readonly #arrived = new Set<Waker>()

  /**
   * @param expected the subtasks that share the input.
   * @param onDissolved called when those who waited may read on, before they are woken.
   */
  constructor(expected: number, onDissolved: () => void = () => {}) {
    this.#expected = expected
    this.#onDissolved = onDissolved
  }

  /** Whether that subtask waits for others. */
  holds(subtask: Waker): boolean {
    return this.#arrived.has(subtask)
  }

  arrive(subtask: Waker): void {
    if (this.#closed) return
    this.#arrived.add(subtask)
    this.#look()
  }

  /** A subtask reads no more. */
  leave(): void {
    this.#expected--
    this.#look()
  }

  /** All of the input has been given: whoever reads on changes nothing. */
  close(): void {
    this.#closed = true
    this.dissolve()
  }

  /** Nobody waits any more. */
  dissolve(): void {
    const arrived = [...this.#arrived]
    this.#arrived.clear()
    this.#onDissolved()
    for (const subtask of arrived) subtask.wake()
  }

  #look(): void {
    if (this.#arrived.size >= this.#expected) this.dissolve()
  }
}
