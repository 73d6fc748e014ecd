import type { GivenUp, Replay } from './given-up.ts'
import type { JobLetters } from './job-letters.ts'

/** What a strand tells of a letter; it knows the rest itself. */
export type StrandLetter = Omit<GivenUp, 'subtask' | 'after'>

/**
 * The dead letters of one strand: those that it gives up, and the records that are to be put back into it, which wait here
 * for its turn.
 */
export class StrandLetters {
  /** No record goes in any more. */
  closed = false
  /** The record that is put back and at work. */
  current: Replay | null = null
  readonly #job: JobLetters
  readonly #subtask: number
  /** Bounded by who hands them in. */
  readonly #waiting: Replay[] = []
  /** The last barrier that has passed. */
  #passed: number | null = null

  constructor(job: JobLetters, subtask: number) {
    this.#job = job
    this.#subtask = subtask
  }

  /** Some record waits to be put back. */
  get waiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Or one is at work. */
  get any(): boolean {
    return this.current !== null || this.#waiting.length > 0
  }

  givenUp(letter: StrandLetter): void {
    this.#job.givenUp({ ...letter, subtask: this.#subtask, after: this.#after })
  }

  add(replay: Replay): void {
    this.#waiting.push(replay)
  }

  /** The next goes in. Whatever barrier comes from now on, its checkpoint has what becomes of it. */
  take(): Replay {
    const replay = this.#waiting.shift() as Replay
    this.current = replay
    this.#job.entered(replay.letter, this.#after)
    return replay
  }

  /** What was put back is through, or waits elsewhere for its call. */
  done(): void {
    this.current = null
  }

  passed(checkpoint: number): void {
    this.#passed = checkpoint
  }

  /** The strand's head has ended, or its last barrier has passed: what waits does not go in any more. */
  close(): void {
    this.closed = true
    this.#job.refused(this.#waiting.splice(0).map(({ letter }) => letter))
  }

  /** The attempt is over: what waits is handed in again when there is another. */
  abandon(): void {
    this.closed = true
    this.#waiting.length = 0
  }

  get #after(): number {
    return this.#passed ?? this.#job.origin
  }
}
