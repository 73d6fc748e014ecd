import { Book } from './book.ts'

/**
 * The books of an operator that runs as two stages: the first has the intake and leaves `out` to the second, which
 * has everything else. Their sum is the operator's.
 */
export function partialBook(ignored: 'in' | 'out'): Book {
  const book = new Book()
  Object.defineProperty(book, ignored, { get: () => 0, set: () => {} })
  return book
}
