import { MOST_MARKERS, type Signal } from './packet.ts'

/** The records between two signals: how many of them are still inside. */
export interface Epoch {
  inside: number
  /** What follows them; null while they still come. */
  signal: Signal | null
}

/**
 * The signals among the records of a pool, whose results may overtake each other: a signal is let go when every record
 * before it has left. Watermarks with no record between them are one. Bounded by the records inside, and MOST_MARKERS.
 */
export class SignalLine {
  #last: Epoch = { inside: 0, signal: null }
  readonly #epochs: Epoch[] = [this.#last]
  #markers = 0

  /** A record goes in; it leaves by the epoch returned. */
  enter(): Epoch {
    this.#last.inside++
    return this.#last
  }

  add(signal: Signal): void {
    if (signal.kind === 'marker') {
      if (this.#markers === MOST_MARKERS) return
      this.#markers++
    }
    const before = this.#epochs.at(-2)
    if (this.#last.inside === 0 && before?.signal?.kind === 'watermark' && signal.kind === 'watermark') {
      before.signal = signal
      return
    }
    this.#last.signal = signal
    this.#last = { inside: 0, signal: null }
    this.#epochs.push(this.#last)
  }

  /** The signal whose time has come, or null. */
  get next(): Signal | null {
    const first = this.#epochs[0] as Epoch
    return first.inside === 0 ? first.signal : null
  }

  /** Takes `next` out of the line. */
  shift(): void {
    if (this.#epochs.shift()?.signal?.kind === 'marker') this.#markers--
  }
}
