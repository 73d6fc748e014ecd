import type { SseFeed } from '../../../src/jobs/events/sse-feed.ts'

/** A feed of frames that a test gives it. */
export class FakeFeed implements SseFeed {
  frames: string[] = []
  ended = false
  closes = 0
  takes = 0
  failure: Error | null = null
  #wake: () => void = () => {}

  get waiting(): number {
    return this.frames.length
  }

  open(wake: () => void): void {
    this.#wake = wake
  }

  take(): string | null {
    this.takes++
    if (this.failure !== null) throw this.failure
    return this.frames.shift() ?? (this.ended ? null : '')
  }

  close(): void {
    this.closes++
  }

  add(...frames: readonly string[]): void {
    this.frames.push(...frames)
    this.#wake()
  }

  end(): void {
    this.ended = true
    this.#wake()
  }
}

const decoder = new TextDecoder()

/** What the next read of a stream gives; null at its end. */
export async function readText(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string | null> {
  const { done, value } = await reader.read()
  return done ? null : decoder.decode(value)
}
