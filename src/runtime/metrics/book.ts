/**
 * The books of one operator in one subtask: every record that enters has exactly one fate. `handled` is what
 * remains of `in` once the other fates are taken off, so the hot path counts only what is unusual.
 */
export class Book {
  in = 0
  dropped = 0
  deadLettered = 0
  failed = 0
  unfinished = 0
  out = 0
  /** Calls that threw, retries included. */
  errors = 0

  get handled(): number {
    return this.in - this.dropped - this.deadLettered - this.failed - this.unfinished
  }
}

/** Adds what a book holds to a sum. */
export function addBook(sum: Book, book: Book): void {
  sum.in += book.in
  sum.dropped += book.dropped
  sum.deadLettered += book.deadLettered
  sum.failed += book.failed
  sum.unfinished += book.unfinished
  sum.out += book.out
  sum.errors += book.errors
}
