/** Characters of a line that has no end, after which it gets one. */
const LONGEST = 64 * 1024

/** Writes what comes in pieces line by line, each behind a prefix. */
export class PrefixedLines {
  readonly #prefix: string
  readonly #write: (text: string) => void
  #begun = ''

  constructor(prefix: string, write: (text: string) => void) {
    this.#prefix = prefix
    this.#write = write
  }

  take(text: string): void {
    const lines = (this.#begun + text).split('\n')
    this.#begun = lines.pop()!
    if (this.#begun.length > LONGEST) {
      lines.push(this.#begun)
      this.#begun = ''
    }
    if (lines.length > 0) this.#write(lines.map((line) => `${this.#prefix}${line}\n`).join(''))
  }

  /** Nothing comes any more. */
  end(): void {
    if (this.#begun !== '') this.#write(`${this.#prefix}${this.#begun}\n`)
    this.#begun = ''
  }
}
