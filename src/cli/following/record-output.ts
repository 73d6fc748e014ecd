import { once } from 'node:events'
import process from 'node:process'
import type { StreamFormat } from './stream-format.ts'

export interface RecordTexts<T> {
  readonly textOf: (record: T) => string | Promise<string>
  /** Default: as JSON has it. */
  readonly jsonOf?: (record: T) => string
  /** Ends the wait for whoever reads. */
  readonly signal: AbortSignal
}

interface Output extends NodeJS.EventEmitter {
  write(text: string): boolean
}

/** Writes records to stdout as they come, as fast as whoever reads there takes them. */
export class RecordOutput<T> {
  readonly #format: StreamFormat
  readonly #texts: RecordTexts<T>
  readonly #output: Output
  #count = 0

  constructor(format: StreamFormat, texts: RecordTexts<T>, output: Output = process.stdout) {
    this.#format = format
    this.#texts = texts
    this.#output = output
  }

  async write(record: T): Promise<void> {
    const { textOf, jsonOf = JSON.stringify, signal } = this.#texts
    const text = this.#format === 'text' ? await textOf(record) : jsonOf(record)
    const isFirst = this.#count++ === 0
    const written = this.#format === 'json' ? `${isFirst ? '[\n  ' : ',\n  '}${text}` : `${text}\n`
    if (!this.#output.write(written)) await once(this.#output, 'drain', { signal })
  }

  /** To be called however it has come to an end: an array is whole then. */
  end(): void {
    if (this.#format === 'json') this.#output.write(this.#count === 0 ? '[]\n' : '\n]\n')
  }
}
