import type { OperatorContext } from '../functions/context.ts'
import { END, type End, type PullSource } from '../functions/user-functions.ts'
import type { AnyServices } from '../functions/any-services.ts'
import type { Marble, SubscriptionFrames } from './parse-marbles.ts'
import type { VirtualClock } from './virtual-clock.ts'

/**
 * A diagram as a source that is pulled, for `env.fromSource`. A record is there from its frame on, counted from the
 * first `open`, and waits to be asked for, so that a slow pipeline holds it back. The end is END, an error is thrown;
 * after a diagram without either it stays silent until it is stopped.
 */
export class MarbleSource<T> implements PullSource<T, AnyServices> {
  /** One per `open`, ended by `close`. */
  readonly subscriptions: SubscriptionFrames[] = []
  /** What was handed over, in the frame it was. */
  readonly reads: Marble<T>[] = []
  readonly #marbles: readonly Marble<T>[]
  readonly #clock: VirtualClock
  #next = 0
  #start = 0
  #open = 0

  constructor(marbles: readonly Marble<T>[], clock: VirtualClock) {
    this.#marbles = marbles
    this.#clock = clock
  }

  open(): void {
    const { frame } = this.#clock
    if (this.#open++ === 0) {
      this.#start = frame
      this.#next = 0
    }
    this.subscriptions.push({ subscribedFrame: frame, unsubscribedFrame: Infinity })
  }

  next({ signal }: Pick<OperatorContext, 'signal'>): T | End | Promise<T | End> {
    const marble = this.#marbles[this.#next]
    if (marble === undefined) return this.#wait(Infinity, signal, () => END)
    // Subtasks share the diagram; each of them is to see its end.
    if (marble.kind !== 'complete') this.#next++
    const wait = this.#start + marble.frame - this.#clock.frame
    return wait > 0 ? this.#wait(wait, signal, () => this.#give(marble)) : this.#give(marble)
  }

  close(): void {
    this.#open--
    const at = this.subscriptions.findIndex(({ unsubscribedFrame }) => unsubscribedFrame === Infinity)
    const { subscribedFrame } = this.subscriptions[at]!
    this.subscriptions[at] = { subscribedFrame, unsubscribedFrame: this.#clock.frame }
  }

  #give(marble: Marble<T>): T | End {
    this.reads.push({ ...marble, frame: this.#clock.frame })
    if (marble.kind === 'error') throw marble.error
    return marble.kind === 'complete' ? END : marble.value
  }

  #wait(ms: number, signal: AbortSignal, then: () => T | End): Promise<T | End> {
    return this.#clock.delay(ms, signal).then(then, () => END)
  }
}
