import process from 'node:process'

// What a command is asked for goes to stdout; all that it says beside that goes to stderr.

export const print = (text: string): void => void process.stdout.write(`${text}\n`)

export const note = (text: string): void => void process.stderr.write(`${text}\n`)

/** Columns of the terminal; 80 where there is none. */
export const columns = (): number => process.stdout.columns || 80

/** A line on stderr that is written over. Where stderr is no terminal, it is only written when it is another. */
export class ProgressLine {
  #shown = ''

  show(text: string): void {
    if (text === this.#shown) return
    if (process.stderr.isTTY) {
      // The last column stays empty: a terminal may go to the next line there.
      const width = (process.stderr.columns || 80) - 1
      process.stderr.write(`\r\u001b[K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`)
    } else note(text)
    this.#shown = text
  }

  clear(): void {
    if (this.#shown !== '' && process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    this.#shown = ''
  }
}
