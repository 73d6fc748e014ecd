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

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get values(): readonly T[] {
    return this.#values
  }

  /** @throws CollectOverflowError when the buffer is full; the record is not kept. */
  write(value: T): void {
    if (this.#values.length >= this.#capacity) {
      throw new CollectOverflowError(`collect() holds ${this.#capacity} records, and one more came`, {
        remedy: 'write to a sink, read with toAsyncIterable(), or raise collect({ capacity })',
      })
    }
    this.#values.push(value)
  }

  reset(): void {
    this.#values = []
  }
}
