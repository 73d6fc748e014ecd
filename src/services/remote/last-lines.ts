/** Of what a process wrote. */
const LINES = 20
const CHARACTERS = 4_096

/** The last lines of a stream of text. */
export class LastLines {
  #text = ''

  write(text: string): void {
    this.#text = (this.#text + text).slice(-CHARACTERS)
  }

  /** At most twenty lines, and a few thousand characters. */
  get text(): string {
    return this.#text.trimEnd().split('\n').slice(-LINES).join('\n')
  }
}
