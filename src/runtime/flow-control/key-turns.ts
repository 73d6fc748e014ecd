import { KeyedMap } from '../keys/keyed-map.ts'
import type { Slot } from './slot.ts'

/**
 * One call per key at a time: a call whose key is taken is parked behind the last one for that key, and started when it
 * is over.
 */
export class KeyTurns {
  readonly #start: (slot: Slot) => void
  /** The last call for each key that is taken. */
  readonly #last = new KeyedMap<Slot>()
  /** Calls whose key is free now. Bounded by the pool's capacity. */
  readonly #free: Slot[] = []
  #starting = false

  constructor(start: (slot: Slot) => void) {
    this.#start = start
  }

  /** False when the slot is parked: its key is taken, and it is started when its turn has come. */
  take(slot: Slot): boolean {
    const last = this.#last.get(slot.key)
    this.#last.set(slot.key, slot)
    if (last === undefined) return true
    last.follower = slot
    slot.state = 'parked'
    return false
  }

  /** This slot's record is done with as far as its key is concerned: the next call for the key may start. */
  pass(slot: Slot): void {
    const { follower } = slot
    slot.follower = null
    if (follower !== null) this.#startInTurn(follower)
    else if (this.#last.get(slot.key) === slot) this.#last.delete(slot.key)
  }

  /** A call that returns at once passes its turn on: a loop, as a long line of them would use up the stack. */
  #startInTurn(slot: Slot): void {
    this.#free.push(slot)
    if (this.#starting) return
    this.#starting = true
    for (let next; (next = this.#free.shift()) !== undefined;) this.#start(next)
    this.#starting = false
  }
}
