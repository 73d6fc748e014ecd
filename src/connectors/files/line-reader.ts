import { FileFormatError } from './file-errors.ts'
import type { ReaderStart, RecordReader } from './record-reader.ts'
import type { TextEncoding } from './text-encoding.ts'

export interface LineFormat {
  readonly encoding: TextEncoding
  /** Bytes. */
  readonly maxLineLength: number
}

const LF = 10
const CR = 13
const MARK = 0xfeff
const nothing = Buffer.alloc(0)

/** Lines, which end in \n or \r\n. The last one needs no line break. */
export class LineReader implements RecordReader<string> {
  done = false
  /** Where the line begins that is given next. */
  offset: number
  lines: number | undefined
  readonly header = undefined
  readonly #path: string
  readonly #until: number
  readonly #encoding: TextEncoding
  readonly #maxLength: number
  /** Bytes of a line break. */
  readonly #unit: 1 | 2
  #skipping: boolean
  #chunk: Buffer = nothing
  #at = 0
  /** The beginning of a line, from chunks that are gone; at most `maxLength` bytes and a chunk. */
  #kept: Buffer[] = []
  #keptLength = 0
  #finished = false

  constructor({ path, offset, lines, until, within }: ReaderStart, { encoding, maxLineLength }: LineFormat) {
    this.#path = path
    this.offset = offset
    this.lines = lines
    this.#until = until
    this.#skipping = within
    this.#encoding = encoding
    this.#unit = encoding === 'utf16le' ? 2 : 1
    this.#maxLength = maxLineLength
  }

  feed(bytes: Buffer): void {
    this.#at = 0
    // The half of a character of two bytes: line breaks are looked for at even places.
    const odd = this.#unit === 2 && this.#keptLength % 2 === 1
    this.#chunk = odd ? Buffer.concat([this.#takeBack(), bytes]) : bytes
  }

  finish(): void {
    this.#finished = true
  }

  take(): string | undefined {
    if (this.#skipping) this.#skip()
    if (this.offset >= this.#until) this.done = true
    if (this.done) return undefined
    const chunk = this.#chunk
    const begin = this.#at
    const end = this.#lineBreak(begin)
    if (end === -1) return this.#finished ? this.#last() : this.#keep()
    this.#at = end + this.#unit
    if (this.#keptLength > 0) return this.#joined(chunk.subarray(begin, end))
    return this.#line(chunk, begin, end, this.#unit)
  }

  /** The line of these bytes, which are followed by a line break of `breakLength`. */
  #line(bytes: Buffer, begin: number, end: number, breakLength: number): string | undefined {
    const length = end - begin
    if (length > this.#maxLength) throw this.#tooLong()
    const isFirst = this.offset === 0
    this.offset += length + breakLength
    if (this.lines !== undefined) this.lines++
    const unit = this.#unit
    const cut =
      breakLength > 0 && length >= unit && bytes[end - unit] === CR && (unit === 1 || bytes[end - 1] === 0)
    const text = bytes.toString(this.#encoding, begin, cut ? end - unit : end)
    return isFirst && text.charCodeAt(0) === MARK ? text.slice(1) : text
  }

  #joined(rest: Buffer): string | undefined {
    const bytes = Buffer.concat([...this.#kept, rest])
    this.#forget()
    return this.#line(bytes, 0, bytes.length, this.#unit)
  }

  /** The chunk ends within a line. */
  #keep(): undefined {
    const rest = this.#chunk.subarray(this.#at)
    this.#chunk = nothing
    this.#at = 0
    if (rest.length === 0) return
    // The chunk's bytes are about to be overwritten.
    this.#kept.push(Buffer.from(rest))
    this.#keptLength += rest.length
    if (this.#keptLength > this.#maxLength) throw this.#tooLong()
  }

  #last(): string | undefined {
    this.done = true
    const bytes = Buffer.concat([...this.#kept, this.#chunk.subarray(this.#at)])
    this.#forget()
    if (bytes.length === 0) return undefined
    const onlyMark = this.offset === 0
    const text = this.#line(bytes, 0, bytes.length, 0)
    return onlyMark && text === '' ? undefined : text
  }

  /** Passes over the rest of a line that began before. */
  #skip(): void {
    const end = this.#lineBreak(this.#at)
    const passed = (end === -1 ? this.#chunk.length : end + this.#unit) - this.#at
    this.#at += passed
    this.offset += passed
    this.#skipping = end === -1
    if (this.#skipping && this.#finished) this.done = true
  }

  #lineBreak(from: number): number {
    const chunk = this.#chunk
    if (this.#unit === 1) return chunk.indexOf(LF, from)
    for (let at = from; at + 1 < chunk.length; at += 2) if (chunk[at] === LF && chunk[at + 1] === 0) return at
    return -1
  }

  #takeBack(): Buffer {
    const last = this.#kept.pop()!
    if (last.length > 1) this.#kept.push(last.subarray(0, -1))
    this.#keptLength--
    return last.subarray(-1)
  }

  #forget(): void {
    this.#kept = []
    this.#keptLength = 0
  }

  #tooLong(): FileFormatError {
    const { offset } = this
    const line = this.lines === undefined ? undefined : this.lines + 1
    const problem = `a line is longer than ${this.#maxLength} bytes`
    const remedy = 'raise maxLineLength, or look whether the file is text of this encoding'
    return new FileFormatError({ path: this.#path, line, offset }, problem, { remedy })
  }
}
