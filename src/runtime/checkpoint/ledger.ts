import { addBook, Book } from '../metrics/book.ts'
import type { StageState } from '../state/stage-state.ts'

/** What one strand keeps for one operator in one subtask: its books, and its state. */
export class LedgerEntry {
  readonly stateId: string
  readonly subtask: number
  readonly parallelism: number
  readonly state: StageState
  readonly #books: Book[] = []
  /** Those of the whole operator, for its result. */
  readonly #shared: Book[]

  constructor(stateId: string, subtask: number, parallelism: number, state: StageState, shared: Book[]) {
    this.stateId = stateId
    this.subtask = subtask
    this.parallelism = parallelism
    this.state = state
    this.#shared = shared
  }

  keep(book: Book): void {
    this.#books.push(book)
    this.#shared.push(book)
  }

  /** The books up to now, those of before a restart included. */
  total(): Record<keyof Book, number> {
    const sum = new Book()
    for (const book of this.#books) addBook(sum, book)
    return { ...sum, handled: sum.handled }
  }

  /** Goes on from books that a checkpoint has kept. */
  carry(saved: Readonly<Record<string, number>>): void {
    const book = new Book()
    for (const column of columns) book[column] = saved[column] ?? 0
    this.keep(book)
  }
}

const columns = ['in', 'dropped', 'deadLettered', 'failed', 'unfinished', 'out', 'errors'] as const
