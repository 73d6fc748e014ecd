import process from 'node:process'
import { Readable } from 'node:stream'
import type { ReadStream } from 'node:tty'

/**
 * The keyboard as the shell's editor has it. While a command runs it is lent to that: nothing that is typed then comes
 * here, so that questions and full-screen programs have it to themselves, and Ctrl-C is a signal. It comes line by line,
 * so that of lines that are pasted together each waits for the command before it.
 */
export class ShellInput extends Readable {
  readonly isTTY = true
  readonly #keyboard: ReadStream
  #isLent = false
  #waiting = ''

  constructor(keyboard: ReadStream = process.stdin) {
    super({ encoding: 'utf8' })
    this.#keyboard = keyboard
    keyboard.setEncoding('utf8')
    keyboard.on('data', this.#take)
    keyboard.on('end', this.#end)
  }

  get isRaw(): boolean {
    return this.#keyboard.isRaw
  }

  setRawMode(mode: boolean): this {
    this.#keyboard.setRawMode(mode)
    return this
  }

  async lend<T>(work: () => Promise<T>): Promise<T> {
    const { isRaw } = this
    this.#isLent = true
    this.#keyboard.off('data', this.#take)
    this.#keyboard.pause()
    this.setRawMode(false)
    try {
      return await work()
    } finally {
      this.setRawMode(isRaw)
      this.#isLent = false
      this.#keyboard.on('data', this.#take)
      this.#keyboard.resume()
    }
  }

  /** Also where the editor has waited for what could stand at the end of a line. */
  override resume(): this {
    super.resume()
    // The editor first does what it has waited for.
    void Promise.resolve().then(() => this.goOn())
    return this
  }

  /** Hands on what came together with a key that something is done for: each waits until that is done. */
  goOn(): void {
    while (!this.#isLent && !this.isPaused() && this.#waiting !== '') {
      const end = /\r\n|[\r\n\t]/.exec(this.#waiting)
      const length = end === null ? this.#waiting.length : end.index + end[0].length
      const piece = this.#waiting.slice(0, length)
      this.#waiting = this.#waiting.slice(length)
      this.push(piece)
    }
  }

  /** The keyboard keeps the process alive no more. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#keyboard.off('data', this.#take)
    this.#keyboard.off('end', this.#end)
    this.#keyboard.pause()
    done(error)
  }

  override _read(): void {
    // It comes when it is typed.
  }

  readonly #take = (text: string): void => {
    this.#waiting += text
    this.goOn()
  }

  readonly #end = (): void => void this.push(null)
}
