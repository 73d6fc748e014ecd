import type { CsvError, Info, Options, Parser } from 'csv-parse'
import { type FilePlace, FileFormatError } from './file-errors.ts'
import type { ReaderStart, RecordReader } from './record-reader.ts'
import type { TextEncoding } from './text-encoding.ts'

export interface CsvFormat {
  readonly encoding: TextEncoding
  readonly maxLineLength: number
  /** True: the names are in the first line. False: records are arrays. */
  readonly columns: boolean | readonly string[]
  readonly delimiter: string
  readonly quote: string | null
  readonly escape: string
  readonly comment: string | null
  readonly trim: boolean
  readonly relaxColumnCount: boolean
}

const endings: ReadonlySet<string> = new Set([
  'CSV_MAX_RECORD_SIZE',
  'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE',
])

type ParserClass = new (options: Options) => Parser

/** Drives csv-parse by hand: a chunk is parsed as it is fed, and its records wait here to be taken. */
export class CsvReader<T> implements RecordReader<T> {
  done = false
  header: readonly string[] | undefined
  offset: number
  lines: number | undefined
  readonly #parser: Parser
  readonly #start: ReaderStart
  readonly #records: T[] = []
  /** Of each record, where it ends, and in which line. */
  readonly #ends: number[] = []
  readonly #lastLines: number[] = []
  #taken = 0
  /** The line of the record passed over last. */
  #passed = -1
  #finished = false
  /** The first error; the records before it come first. */
  #failure: unknown

  constructor(start: ReaderStart, format: CsvFormat, Base: ParserClass) {
    const keep = (record: T, info: Info): void => this.#keep(record, info)
    class Direct extends Base {
      // Records go where they are waited for, and not by the buffer of a stream.
      override push(record: unknown): boolean {
        if (record !== null) keep(record as T, this.info)
        return true
      }
    }
    this.#start = start
    this.offset = start.offset
    this.lines = start.lines
    this.header = start.header
    this.#parser = new Direct(this.#options(format))
    this.#parser.on('error', (error: unknown) => (this.#failure ??= error))
  }

  take(): T | undefined {
    const at = this.#taken
    if (at === this.#records.length) return this.#out()
    this.#taken = at + 1
    this.offset = this.#ends[at]!
    this.lines = this.#lastLines[at]
    return this.#records[at]
  }

  feed(bytes: Buffer): void {
    this.#clear()
    // The parser keeps what it cannot use yet, and the bytes are about to be overwritten.
    this.#parser.write(Buffer.from(bytes))
  }

  finish(): void {
    this.#clear()
    this.#finished = true
    this.#parser.end()
  }

  #out(): undefined {
    const failure = this.#failure ?? this.#parser.errored
    if (failure !== undefined && failure !== null) throw this.#refusal(failure)
    this.done = this.#finished
    return undefined
  }

  #clear(): void {
    this.#taken = 0
    this.#records.length = 0
    this.#ends.length = 0
    this.#lastLines.length = 0
  }

  #keep(record: T, info: Info): void {
    this.#records.push(record)
    this.#ends.push(this.#start.offset + info.bytes)
    this.#lastLines.push((this.#start.lines ?? 0) + info.lines)
  }

  #options(format: CsvFormat): Options {
    const { encoding, maxLineLength, delimiter, quote, escape, comment, trim, relaxColumnCount } = format
    return {
      encoding,
      bom: this.#start.offset === 0,
      max_record_size: maxLineLength,
      delimiter,
      quote,
      escape,
      comment,
      comment_no_infix: true,
      trim,
      relax_column_count: relaxColumnCount,
      record_delimiter: ['\n', '\r\n'],
      skip_empty_lines: true,
      columns: this.#columns(format),
      // Whether to pass over it is up to `report`, which throws otherwise.
      skip_records_with_error: true,
      on_skip: (error) => this.#pass(error!),
    }
  }

  #pass(error: CsvError): undefined {
    const refusal = this.#refusal(error)
    // The parser does not go on behind these, nor does it say so.
    if (!(refusal instanceof FileFormatError) || endings.has(error.code)) throw refusal
    // A record may be wrong in several ways.
    const { lines } = this.#parser.info
    if (lines !== this.#passed) this.#start.report(refusal)
    this.#passed = lines
  }

  #columns({ columns }: CsvFormat): Exclude<Options['columns'], undefined> {
    if (columns === false) return false
    if (columns !== true) return [...columns]
    if (this.header !== undefined) return [...this.header]
    return (names: string[]) => {
      this.header = names
      return names
    }
  }

  #refusal(error: unknown): unknown {
    const { code, message } = error as CsvError
    if (error instanceof FileFormatError || typeof code !== 'string' || !/^(CSV|INVALID)_/.test(code))
      return error
    const { path, offset, lines } = this.#start
    const { info } = this.#parser
    const place: FilePlace = { path, line: (lines ?? 0) + info.lines, offset: offset + info.bytes }
    const remedy = `mend the record, or pass onBadLine: 'skip' or a function that is told of such records`
    return new FileFormatError(place, `the record cannot be read: ${message}`, { cause: error, remedy })
  }
}
