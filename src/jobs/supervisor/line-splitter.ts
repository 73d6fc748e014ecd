import { StringDecoder } from 'node:string_decoder'

/**
 * Makes lines of bytes, which come as pipes cut them. What is no UTF-8 becomes U+FFFD. A line longer than `longest`
 * characters is given in pieces of that length, so that no more than one line is ever held back.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #longest: number
  #text = ''
  #at = 0

  constructor(longest: number) {
    this.#longest = longest
  }

  push(bytes: Buffer): void {
    this.#append(this.#decoder.write(bytes))
  }

  /** The next line, without its end; undefined where more bytes are needed for one. */
  next(): string | undefined {
    const end = this.#text.indexOf('\n', this.#at)
    const length = (end === -1 ? this.#text.length : end) - this.#at
    if (length > this.#longest) return this.#piece()
    if (end === -1) return undefined
    const line = this.#text.slice(this.#at, this.#text.charCodeAt(end - 1) === 13 ? end - 1 : end)
    this.#at = end + 1
    return line
  }

  /** No more bytes come: makes a line of what is left, which `next` gives. */
  end(): void {
    this.#append(this.#decoder.end())
    if (this.#at < this.#text.length && !this.#text.endsWith('\n')) this.#append('\n')
  }

  #append(text: string): void {
    this.#text = this.#text.slice(this.#at) + text
    this.#at = 0
  }

  #piece(): string {
    let end = this.#at + this.#longest
    // Not within a surrogate pair.
    if ((this.#text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--
    const piece = this.#text.slice(this.#at, end)
    this.#at = end
    return piece
  }
}
