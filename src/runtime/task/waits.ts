import type { Outputs } from '../flow-control/outputs.ts'
import type { Waker } from '../flow-control/channel.ts'
import { Wait, type WaitFor } from './wait.ts'

/**
 * What a strand waits for: one promise at a time. While it is the source's `next`, the strand may set that aside to see
 * to other work, and take it up again. Nothing is kept back from consumers meanwhile.
 */
export class Waits {
  readonly #outputs: Pick<Outputs, 'flush'>
  readonly #waker: Waker
  #present: Wait | null = null
  #aside: Wait | null = null

  /** @param waker is woken when the promise has settled. */
  constructor(outputs: Pick<Outputs, 'flush'>, waker: Waker) {
    this.#outputs = outputs
    this.#waker = waker
  }

  get any(): boolean {
    return this.#present !== null
  }

  /** It is the head's answer that is waited for. */
  get forHead(): boolean {
    return this.#present?.at === 'head'
  }

  /** The head has yet to answer, and other work goes first. */
  get hasAside(): boolean {
    return this.#aside !== null
  }

  /** The promise not seen to yet, or null. */
  get pending(): Wait | null {
    return this.#present ?? this.#aside
  }

  readonly begin: WaitFor = (at, promise, resume) => {
    this.#present = new Wait(at, promise, resume, (wait) => {
      if (this.#present === wait || this.#aside === wait) this.#waker.wake()
    })
    this.#outputs.flush()
  }

  /** Takes the wait that is over, or null. */
  settled(): Wait | null {
    const wait = this.#present
    if (wait?.settled !== true) return null
    this.#present = null
    return wait
  }

  setAside(): void {
    this.#aside = this.#present
    this.#present = null
  }

  /** Goes back to what was set aside: the wait if it is over by now, else null, and it is waited for again. */
  takeUp(): Wait | null {
    this.#present = this.#aside
    this.#aside = null
    const wait = this.settled()
    if (wait === null) this.#outputs.flush()
    return wait
  }

  /** Whatever it is, it is not waited for. */
  drop(): void {
    this.#present = null
  }

  /** What the head has yet to give is not waited for; what it has given is still seen to. */
  dropHead(): void {
    if (this.forHead && !this.#present!.settled) this.#present = null
    this.#aside = null
  }
}
