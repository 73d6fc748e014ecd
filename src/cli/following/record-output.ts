import { once } from 'node:events'
import process from 'node:process'
import type { StreamFormat } from './stream-format.ts'

interface Output {
  write(text: string): boolean
}

/** Writes records to stdout as they come, as fast as whoever reads there takes them. */
export class RecordOutput<T> {
  readonly #format: StreamFormat
  readonly #textOf: (record: T) => string | Promise<string>
  readonly #signal: AbortSignal
  readonly #output: Output & NodeJS.EventEmitter
  #count = 0

  constructor(
    format: StreamFormat,
    {
      textOf,
      signal,
    }: { readonly textOf: (record: T) => string | Promise<string>; readonly signal: AbortSignal },
    output: Output & NodeJS.EventEmitter = process.stdout,
  ) {
    this.#format = format
    this.#textOf = textOf
    this.#signal = signal
    this.#output = output
  }

  async write(record: T): Promise<void> {
    const text = this.#format === 'text' ? await this.#textOf(record) : JSON.stringify(record)
    const before = this.#format !== 'json' ? '' : this.#count === 0 ? '[\n  ' : ',\n  '
    this.#count++
    const isTaken = this.#output.write(`${before}${text}${this.#format === 'json' ? '' : '\n'}`)
    if (!isTaken) await once(this.#output, 'drain', { signal: this.#signal })
  }

  /** What was written is whole then, however it has come to an end. */
  end(): void {
    if (this.#format === 'json') this.#output.write(this.#count === 0 ? '[]\n' : '\n]\n')
  }
}
