import type { Readable } from 'node:stream'
import type { LiveLines } from '../screen/live-lines.ts'

/** Characters of a line without an end that are kept back. */
const LONGEST = 8192

/** Writes what a program writes above live lines. A line that has no end yet is kept back, as the first of them. */
export class OutputAbove {
  readonly #live: LiveLines
  readonly #parts: { rest: string }[] = []

  constructor(live: LiveLines) {
    this.#live = live
  }

  /** Lines that have no end yet. */
  get open(): readonly string[] {
    // Of a line that is written over, what is seen is behind the last return.
    return this.#parts.flatMap(({ rest }) => (rest === '' ? [] : [rest.slice(rest.lastIndexOf('\r') + 1)]))
  }

  /** @param changed called when an open line is another one. */
  add(input: Readable, output: NodeJS.WriteStream, changed: () => void): void {
    const part = { rest: '' }
    this.#parts.push(part)
    input.setEncoding('utf8')
    input.on('data', (text: string) => {
      const all = part.rest + text
      const end = all.length > LONGEST ? all.length : all.lastIndexOf('\n') + 1
      part.rest = all.slice(end)
      if (end > 0) {
        const whole = all.slice(0, end)
        this.#live.aside(() => output.write(whole.endsWith('\n') ? whole : `${whole}\n`))
      }
      changed()
    })
    input.on('end', () => {
      if (part.rest !== '') this.#live.aside(() => output.write(`${part.rest}\n`))
      part.rest = ''
    })
  }
}
