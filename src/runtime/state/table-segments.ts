import type { BlobRef } from '../../storage/checkpoint-store.ts'

/** So many differences are read again at the latest: then the table is written as a whole. */
const MOST_DIFFERENCES = 64

/** Where a table is in the store: as a whole once, and then what has changed, checkpoint by checkpoint. */
export class TableSegments {
  /** Oldest first. */
  readonly refs: readonly BlobRef[]
  readonly #wholeBytes: number
  readonly #differenceBytes: number
  readonly #differences: number

  private constructor(
    refs: readonly BlobRef[],
    wholeBytes: number,
    differenceBytes: number,
    differences: number,
  ) {
    this.refs = refs
    this.#wholeBytes = wholeBytes
    this.#differenceBytes = differenceBytes
    this.#differences = differences
  }

  /** Null when there is nothing that a difference could be told from. */
  static whole(refs: readonly BlobRef[]): TableSegments | null {
    return refs.length === 0 ? null : new TableSegments(refs, bytesOf(refs), 0, 0)
  }

  /** @param refs these, and those of one difference more. */
  extended(refs: readonly BlobRef[]): TableSegments {
    const added = refs.slice(this.refs.length)
    if (added.length === 0) return this
    return new TableSegments(
      refs,
      this.#wholeBytes,
      this.#differenceBytes + bytesOf(added),
      this.#differences + 1,
    )
  }

  /** Whether the table as a whole would be less to read than all this. */
  get worn(): boolean {
    return this.#differences >= MOST_DIFFERENCES || this.#differenceBytes > this.#wholeBytes
  }
}

function bytesOf(refs: readonly BlobRef[]): number {
  return refs.reduce((bytes, { length }) => bytes + length, 0)
}
