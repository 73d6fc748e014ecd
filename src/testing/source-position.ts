import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'

/** Where a source that is a list stands, over restarts of its job. */
export class SourcePosition {
  /** The index of what comes next. */
  next = 0
  #restored: number | null = null
  #open = 0

  /** True for the first subtask that opens the source: then it stands where it was restored to, or at the beginning. */
  open(): boolean {
    const first = this.#open++ === 0
    if (first) this.next = this.#restored ?? 0
    this.#restored = null
    return first
  }

  close(): void {
    this.#open--
  }

  /** @throws InvalidArgumentError when several subtasks share the list: none of them knows what the others have. */
  snapshot(): number {
    if (this.#open <= 1) return this.next
    throw new InvalidArgumentError('a source of the testing kit is read by several subtasks, and saved', {
      remedy: 'pass { parallelism: 1 } to fromSource where the job takes checkpoints',
    })
  }

  restore(next: number): void {
    this.#restored = next
  }
}
