import type { Slot } from './slot.ts'

/** Slots one behind the other, linked through `behind`: nothing is moved or allocated when one comes or goes. */
export class SlotLine {
  #first: Slot | null = null
  #last: Slot | null = null

  get first(): Slot | null {
    return this.#first
  }

  push(slot: Slot): void {
    if (this.#last === null) this.#first = slot
    else this.#last.behind = slot
    this.#last = slot
  }

  /** Takes the first out; there must be one. */
  shift(): Slot {
    const slot = this.#first as Slot
    this.#first = slot.behind
    if (this.#first === null) this.#last = null
    slot.behind = null
    return slot
  }

  /** Takes one out, wherever it stands. */
  remove(slot: Slot): void {
    if (slot === this.#first) {
      this.shift()
      return
    }
    let before = this.#first as Slot
    while (before.behind !== slot) before = before.behind as Slot
    before.behind = slot.behind
    if (this.#last === slot) this.#last = before
    slot.behind = null
  }

  *[Symbol.iterator](): Generator<Slot, void> {
    for (let slot = this.#first; slot !== null; slot = slot.behind) yield slot
  }
}
