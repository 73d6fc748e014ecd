import type { LatencyMarker } from '../flow-control/packet.ts'

/**
 * Whether a strand that reads a source is to send a marker when it next looks for work. What it has in hand until then
 * is part of the time that the marker takes: there it does not wait behind records, and they wait all the same.
 */
export class MarkerCue {
  /** Since when; null: it is not. */
  #since: number | null = null
  /** One has left, and the strand has not looked for other work since: it must come to do some. */
  #sent = false

  get given(): boolean {
    return this.#since !== null
  }

  give(now: number): void {
    if (!this.#sent) this.#since ??= now
  }

  /** The marker that leaves now, or null. */
  take(): LatencyMarker | null {
    const at = this.#since
    this.#since = null
    this.#sent = at !== null
    return at === null ? null : { kind: 'marker', at }
  }
}
