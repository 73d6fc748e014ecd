import type { Output, StagedOutput } from '../engine/job-log.ts'
import { packContents } from './edge-message.ts'

/** Something on its way into the log: here, or beside the log, or on the way there, where it is neither. */
interface Part {
  content: Uint8Array | null
  staged: StagedOutput | null
}

/** The oldest of what is here, which goes beside the log. Until it is there, its place is kept. */
export interface Staging {
  readonly output: Output
  readonly done: (staged: StagedOutput) => void
}

/** What waits for one commit on its way to one end, in order. */
export class OutputQueue {
  readonly end: string
  #parts: Part[] = []
  /** Bytes that are here. */
  bytes = 0

  constructor(end: string) {
    this.end = end
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0
  }

  push(content: Uint8Array): void {
    this.#parts.push({ content, staged: null })
    this.bytes += content.length
  }

  /** All that the other has goes behind what is here. */
  takeOver(other: OutputQueue): void {
    for (const part of other.#parts) this.#parts.push(part)
    this.bytes += other.bytes
    other.clear()
  }

  clear(): void {
    this.#parts = []
    this.bytes = 0
  }

  /** @param most bytes of the message, but for a content that has more by itself */
  stage(most: number): Staging {
    const from = this.#parts.findIndex(({ content }) => content !== null)
    const contents: Uint8Array[] = []
    let size = 0
    for (let at = from; at < this.#parts.length; at++) {
      const { content } = this.#parts[at]!
      if (content === null || (size > 0 && size + content.length > most)) break
      contents.push(content)
      size += content.length
    }
    const part: Part = { content: null, staged: null }
    this.#parts.splice(from, contents.length, part)
    this.bytes -= size
    return {
      output: { end: this.end, bytes: packContents(contents) },
      done: (staged) => (part.staged = staged),
    }
  }

  /** Empties it, into as few messages as there may be. Nothing is on the way. */
  take(most: number): readonly (Output | StagedOutput)[] {
    const outputs: (Output | StagedOutput)[] = []
    let contents: Uint8Array[] = []
    let size = 0
    const cut = (): void => {
      if (contents.length > 0) outputs.push({ end: this.end, bytes: packContents(contents) })
      contents = []
      size = 0
    }
    for (const { content, staged } of this.#parts) {
      if (content === null || (size > 0 && size + content.length > most)) cut()
      if (staged !== null) outputs.push(staged)
      if (content === null) continue
      contents.push(content)
      size += content.length
    }
    cut()
    this.clear()
    return outputs
  }
}
