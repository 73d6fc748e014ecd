import { reasonOf } from '../../errors/reason-of.ts'
import { FileFormatError } from './file-errors.ts'
import { type LineFormat, LineReader } from './line-reader.ts'
import type { ReaderStart, RecordReader } from './record-reader.ts'

const blank = /^\s*$/

/** A JSON value per line; blank lines are passed over. */
export class JsonLineReader<T> implements RecordReader<T> {
  readonly header = undefined
  readonly #lines: LineReader
  readonly #path: string
  readonly #report: ReaderStart['report']

  constructor(start: ReaderStart, format: LineFormat) {
    this.#lines = new LineReader(start, format)
    this.#path = start.path
    this.#report = start.report
  }

  get done(): boolean {
    return this.#lines.done
  }

  get offset(): number {
    return this.#lines.offset
  }

  get lines(): number | undefined {
    return this.#lines.lines
  }

  feed(bytes: Buffer): void {
    this.#lines.feed(bytes)
  }

  finish(): void {
    this.#lines.finish()
  }

  take(): T | undefined {
    for (;;) {
      // A line of which nothing else is known than that it ends begins where the one before ended.
      const { offset } = this.#lines
      const text = this.#lines.take()
      if (text === undefined) return undefined
      try {
        return JSON.parse(text) as T
      } catch (cause) {
        if (!blank.test(text)) this.#refuse(text, offset, cause)
      }
    }
  }

  #refuse(text: string, offset: number, cause: unknown): void {
    const problem = `the line is not JSON: ${reasonOf(cause)}`
    const remedy = `mend the line, or pass onBadLine: 'skip' or a function that is told of such lines`
    const place = { path: this.#path, line: this.#lines.lines, offset }
    this.#report(new FileFormatError(place, problem, { text, cause, remedy }))
  }
}
