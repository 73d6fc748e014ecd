import { CollectOverflowError } from '../errors/overflow-errors.ts'

/** What `collect()` has received: during the run, and after it until the next. */
export interface Collected<T> {
  /** In order of arrival. A new array for each job. */
  readonly values: readonly T[]
}

/** The array behind `collect()`. The runtime calls `reset` as a job starts, then `write` per record. */
export class CollectBuffer<T> implements Collected<T> {
  readonly #capacity: number
  #values: T[] = []
  /** Which subtask each is from, where a restart may have to take some back. */
  #writers: number[] | null = null
  #kept = false

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get values(): readonly T[] {
    return this.#values
  }

  /** Whoever goes on from a checkpoint may be another process: values are part of what is saved. */
  keep(): void {
    this.#kept = true
  }

  /** What a checkpoint is to hold of a subtask that has written `count`: the values, or only how many there were. */
  saved(subtask: number, count: number): number | readonly T[] {
    if (!this.#kept) return count
    return this.#values.filter((_, i) => this.#writers?.[i] === subtask)
  }

  /** A subtask goes on from what was saved. @returns how many values are its own. */
  restore(subtask: number, saved: number | readonly T[]): number {
    if (typeof saved === 'number') {
      this.rewind(subtask, saved)
      return saved
    }
    this.rewind(subtask, 0)
    for (const value of saved) void this.write(value, subtask)
    return saved.length
  }

  /** Values may have to be taken back: from now on it is known who wrote them. */
  track(): void {
    this.#writers ??= []
  }

  /**
   * Resolves when there is room for another; undefined: there is.
   * @throws CollectOverflowError when the buffer is full; the record is not kept.
   */
  write(value: T, subtask = 0): Promise<void> | undefined {
    if (this.#values.length >= this.#capacity) {
      throw new CollectOverflowError(`collect() holds ${this.#capacity} records, and one more came`, {
        remedy: 'write to a sink, read with toAsyncIterable(), or raise collect({ capacity })',
      })
    }
    this.#values.push(value)
    this.#writers?.push(subtask)
    return undefined
  }

  /** Takes back what a subtask has written but for the first `count`. */
  rewind(subtask: number, count: number): void {
    let kept = 0
    const stays = (_: unknown, i: number): boolean => this.#writers?.[i] !== subtask || kept++ < count
    const values = this.#values.filter(stays)
    kept = 0
    this.#writers = this.#writers?.filter(stays) ?? null
    this.#values = values
  }

  reset(): void {
    this.#values = []
    this.#writers = null
  }
}
