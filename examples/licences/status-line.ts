import type { WriteStream } from 'node:tty'

/** What a status line needs of a stream: process.stderr has it. */
export type StatusStream = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>

/** Milliseconds between lines where they cannot be rewritten, as in a log file. */
const PERIOD = 5_000

/** One line that says how far things are: rewritten in place on a terminal, elsewhere a new one now and then. */
export class StatusLine {
  readonly #stream: StatusStream
  readonly #live: boolean
  #shownAt = -Infinity
  #visible = false

  constructor(stream: StatusStream) {
    this.#stream = stream
    this.#live = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  }

  show(text: string): void {
    if (this.#live) {
      // A line that fills the terminal would wrap, and could not be taken back.
      this.#stream.write(`\r\x1b[2K${text.slice(0, (this.#stream.columns || 80) - 1)}`)
      this.#visible = true
    } else if (performance.now() - this.#shownAt >= PERIOD) {
      this.#shownAt = performance.now()
      this.#stream.write(`${text}\n`)
    }
  }

  /** Takes the line back, so that something else can be written. */
  clear(): void {
    if (this.#visible) this.#stream.write('\r\x1b[2K')
    this.#visible = false
  }
}
