import type { Cancel, Clock } from '../../time/clock.ts'

/** What of a stream is needed to draw on it. */
export interface FrameStream {
  write(text: string): boolean
  once(event: 'drain', listener: () => void): unknown
  off(event: 'drain', listener: () => void): unknown
}

/** Milliseconds between two frames. */
export const FRAME_INTERVAL = 100

type Timers = Pick<Clock, 'setTimeout' | 'monotonic'>

/**
 * Writes the newest of the frames it is given: at most one in FRAME_INTERVAL, and none while the stream is full. Those
 * in between are never made into text, so that a slow terminal gets fewer frames, not older ones. It holds one frame.
 */
export class NewestFrame<T> {
  readonly #stream: FrameStream
  readonly #clock: Timers
  readonly #render: (frame: T) => string
  #waiting: { readonly frame: T } | null = null
  #earliest = -Infinity
  #cancel: Cancel | null = null
  #isFull = false

  /** @param render what to write to get from the frame before to this one. */
  constructor(stream: FrameStream, clock: Timers, render: (frame: T) => string) {
    this.#stream = stream
    this.#clock = clock
    this.#render = render
  }

  show(frame: T): void {
    this.#waiting = { frame }
    this.#draw()
  }

  /** Writes what waits at once, however full the stream is: for the last frame. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = null
    if (this.#waiting !== null) this.#write(this.#waiting.frame)
  }

  /** Forgets what waits, and whether the stream is full. */
  close(): void {
    this.#waiting = null
    this.#cancel?.()
    this.#cancel = null
    this.#isFull = false
    this.#stream.off('drain', this.#onDrain)
  }

  #draw(): void {
    if (this.#waiting === null || this.#isFull || this.#cancel !== null) return
    const early = this.#earliest - this.#clock.monotonic()
    if (early <= 0) return this.#write(this.#waiting.frame)
    this.#cancel = this.#clock.setTimeout(() => {
      this.#cancel = null
      this.#draw()
    }, early)
  }

  #write(frame: T): void {
    this.#waiting = null
    this.#earliest = this.#clock.monotonic() + FRAME_INTERVAL
    const text = this.#render(frame)
    if (text === '' || this.#stream.write(text) || this.#isFull) return
    this.#isFull = true
    this.#stream.once('drain', this.#onDrain)
  }

  readonly #onDrain = (): void => {
    this.#isFull = false
    this.#draw()
  }
}
