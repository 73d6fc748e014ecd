import type { OperatorContext } from '../functions/context.ts'
import { END, type End, type PullSource } from '../functions/user-functions.ts'
import type { AnyServices } from '../functions/any-services.ts'
import { InBand } from './in-band.ts'
import { type Barrier, type Crash, isInBand } from './marks.ts'
import type { Marble, SubscriptionFrames } from './parse-marbles.ts'
import { SourcePosition } from './source-position.ts'
import { onBind } from './test-host.ts'
import type { VirtualClock } from './virtual-clock.ts'

/**
 * A diagram as a source that is pulled, for `env.fromSource`. A record is there from its frame on, counted from the
 * first `open`, and waits to be asked for, so that a slow pipeline holds it back. The end is END, an error is thrown;
 * after a diagram without either it stays silent until it is stopped. A job that is restarted reads on from its last
 * checkpoint, or from the beginning, and what lies in the past is there at once.
 */
export class MarbleSource<T> implements PullSource<T, AnyServices> {
  /** One per `open`, ended by `close`. */
  readonly subscriptions: SubscriptionFrames[] = []
  /** What was handed over, in the frame it was; what is read again is there again. */
  readonly reads: Marble<T | Barrier | Crash>[] = []
  readonly #marbles: readonly Marble<T | Barrier | Crash>[]
  readonly #clock: VirtualClock
  readonly #inBand = new InBand()
  readonly #position = new SourcePosition()
  #start = 0

  constructor(marbles: readonly Marble<T | Barrier | Crash>[], clock: VirtualClock) {
    this.#marbles = marbles
    this.#clock = clock
    onBind(this, (host) => this.#inBand.bind(host))
  }

  open(): void {
    const { frame } = this.#clock
    if (this.#position.open() && this.#inBand.begin()) this.#start = frame
    this.subscriptions.push({ subscribedFrame: frame, unsubscribedFrame: Infinity })
  }

  next({ signal }: Pick<OperatorContext, 'signal'>): T | End | Promise<T | End> {
    const place = this.#position.next
    const marble = this.#marbles[place]
    if (marble === undefined) return this.#wait(Infinity, signal, () => END)
    // Subtasks share the diagram; each of them is to see its end.
    if (marble.kind !== 'complete') this.#position.next++
    const wait = this.#start + marble.frame - this.#clock.frame
    const give = (): T | End | Promise<T | End> => this.#give(marble, place, signal)
    return wait > 0 ? this.#wait(wait, signal, give) : give()
  }

  snapshot(): number {
    return this.#position.snapshot()
  }

  restore(position: number): void {
    this.#position.restore(position)
  }

  close(): void {
    this.#position.close()
    const at = this.subscriptions.findIndex(({ unsubscribedFrame }) => unsubscribedFrame === Infinity)
    const { subscribedFrame } = this.subscriptions[at]!
    this.subscriptions[at] = { subscribedFrame, unsubscribedFrame: this.#clock.frame }
  }

  #give(marble: Marble<T | Barrier | Crash>, place: number, signal: AbortSignal): T | End | Promise<T | End> {
    if (this.#inBand.isDone(place)) return this.next({ signal })
    this.reads.push({ ...marble, frame: this.#clock.frame })
    if (marble.kind === 'error') throw marble.error
    if (marble.kind === 'complete') return END
    const { value } = marble
    if (!isInBand(value)) return value
    return this.#inBand.pass(value, place, signal).then(() => (signal.aborted ? END : this.next({ signal })))
  }

  #wait(ms: number, signal: AbortSignal, then: () => T | End | Promise<T | End>): Promise<T | End> {
    return this.#clock.delay(ms, signal).then(then, () => END)
  }
}
