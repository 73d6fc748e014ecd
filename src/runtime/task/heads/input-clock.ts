import type { Watermark } from '../../flow-control/packet.ts'
import type { Inlet } from './inlet.ts'

/**
 * Event time over several inputs: as far as the one that is furthest behind. Inputs that are idle or have ended hold
 * nobody back, nor does what comes back in a feedback loop, whose own time follows from the loop's.
 */
export class InputClock {
  readonly #inlets: readonly Inlet[]
  #time = -Infinity
  #idle = false

  constructor(inlets: readonly Inlet[]) {
    this.#inlets = inlets
  }

  /** What has changed since the last call, or null. */
  move(): Watermark | null {
    let time = Infinity
    let live = false
    let active = false
    for (const inlet of this.#inlets) {
      if (inlet.feedback || inlet.spent) continue
      live = true
      if (inlet.idle) continue
      active = true
      if (inlet.watermark < time) time = inlet.watermark
    }
    // At the end there is nothing to say: the end itself is told otherwise.
    if (!live) return null
    const idle = !active
    const next = active && time > this.#time ? time : this.#time
    if (next === this.#time && idle === this.#idle) return null
    this.#time = next
    this.#idle = idle
    return { kind: 'watermark', time: next, idle }
  }
}
