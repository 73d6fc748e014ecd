import type { Readable } from 'node:stream'
import type { LogLine } from '../../protocol/job-info.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import { LineSplitter } from './line-splitter.ts'

export type NewLine = Omit<LogLine, 'seq'>

/** Lines and characters of one batch, about. */
const BATCH_LINES = 500
const BATCH_CHARACTERS = 262_144
/** Milliseconds from the first line of a batch to when it is written. */
const BATCH_DELAY = 50
/** Characters of a line: at three bytes each fewer than a store cuts lines at. */
const LONGEST_LINE = 4_096

interface Source {
  readonly name: 'stdout' | 'stderr'
  readonly stream: Readable
  readonly splitter: LineSplitter
  ended: boolean
}

/**
 * Reads what a process writes, in batches of lines. While a batch is full nothing is read, so that a process that
 * writes more than that per `BATCH_DELAY` waits until its pipe has room, and no more is held here than a batch and what
 * each pipe gives in one piece. So a flood costs the server a few percent of its time.
 */
export class LogCapture {
  /** Resolves when both streams have ended and their last lines are written. */
  readonly ended: Promise<void>
  readonly #clock: Clock
  readonly #write: (lines: readonly NewLine[]) => void
  readonly #sources: readonly Source[]
  #batch: NewLine[] = []
  #characters = 0
  #timer: Cancel | undefined
  #onEnd: () => void = () => {}

  constructor(
    streams: { readonly stdout: Readable; readonly stderr: Readable },
    clock: Clock,
    write: (lines: readonly NewLine[]) => void,
  ) {
    this.#clock = clock
    this.#write = write
    this.ended = new Promise((resolve) => (this.#onEnd = resolve))
    this.#sources = (['stdout', 'stderr'] as const).map((name) => this.#read(name, streams[name]))
  }

  /** The process waits until what it has written is read. */
  get throttling(): boolean {
    return this.#batch.length >= BATCH_LINES || this.#characters >= BATCH_CHARACTERS
  }

  /** Gives up what has not been read yet. */
  destroy(): void {
    for (const { stream } of this.#sources) stream.destroy()
  }

  #read(name: Source['name'], stream: Readable): Source {
    const source: Source = { name, stream, splitter: new LineSplitter(LONGEST_LINE), ended: false }
    stream.on('data', (bytes: Buffer) => {
      source.splitter.push(bytes)
      this.#take()
    })
    // A pipe that breaks has ended.
    stream.on('error', () => {})
    stream.once('close', () => {
      source.ended = true
      source.splitter.end()
      this.#take()
      this.#timer ??= this.#clock.setTimeout(this.#flush, BATCH_DELAY)
    })
    return source
  }

  #take(): void {
    for (const source of this.#sources) this.#takeFrom(source)
    if (this.throttling) for (const { stream } of this.#sources) stream.pause()
    if (this.#batch.length > 0) this.#timer ??= this.#clock.setTimeout(this.#flush, BATCH_DELAY)
  }

  #takeFrom({ name, splitter }: Source): void {
    while (!this.throttling) {
      const text = splitter.next()
      if (text === undefined) return
      this.#characters += text.length
      this.#batch.push({ at: new Date(this.#clock.now()).toISOString(), stream: name, text })
    }
  }

  readonly #flush = (): void => {
    this.#timer = undefined
    const lines = this.#batch
    this.#batch = []
    this.#characters = 0
    if (lines.length > 0) this.#write(lines)
    this.#take()
    if (this.throttling) return
    if (this.#batch.length === 0 && this.#sources.every(({ ended }) => ended)) return this.#onEnd()
    for (const { stream } of this.#sources) stream.resume()
  }
}
