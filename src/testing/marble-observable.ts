import { Observable, Subject, type Subscriber, type Subscription } from 'rxjs'
import { InBand } from './in-band.ts'
import { type Barrier, type Crash, isInBand } from './marks.ts'
import type { Marble, SubscriptionFrames } from './parse-marbles.ts'
import type { TestHost } from './test-host.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A source drawn as a diagram, which knows who subscribed to it and when. */
export interface MarbleObservable<T> extends Observable<T> {
  /** In the order they began. */
  readonly subscriptions: readonly SubscriptionFrames[]
}

type Diagram<T> = readonly Marble<T | Barrier | Crash>[]

/** Plays its diagram to each subscriber, from the frame of the subscription on. */
export function coldObservable<T>(marbles: Diagram<T>, host: TestHost): MarbleObservable<T> {
  const inBand = new InBand(host)
  return logged(host.clock, (subscriber) => {
    inBand.begin()
    marbles.forEach((marble, i) => subscriber.add(play(marble, i, subscriber, inBand, host.clock)))
  })
}

/**
 * Plays its diagram once, from now on, whoever listens. What lies before `^` is never heard: nobody can subscribe
 * before the test begins.
 * @param script takes what is scheduled, so that it can be taken back.
 */
export function hotObservable<T>(
  marbles: Diagram<T>,
  host: TestHost,
  script: Subscription,
): MarbleObservable<T> {
  const subject = new Subject<T>()
  const inBand = new InBand(host)
  marbles.forEach((marble, i) => {
    if (marble.frame >= 0) script.add(play(marble, i, subject, inBand, host.clock))
  })
  return logged(host.clock, (subscriber) => subscriber.add(subject.subscribe(subscriber)))
}

/** Nobody waits for its checkpoints: an Observable cannot be held back. */
function play<T>(
  marble: Diagram<T>[number],
  place: number,
  observer: Subject<T> | Subscriber<T>,
  inBand: InBand,
  { scheduler }: VirtualClock,
): Subscription {
  return scheduler.schedule(() => {
    if (marble.kind === 'next' && isInBand(marble.value)) inBand.play(marble.value, place)
    else if (marble.kind === 'next') observer.next(marble.value as T)
    else if (marble.kind === 'error') observer.error(marble.error)
    else observer.complete()
  }, marble.frame)
}

function logged<T>(clock: VirtualClock, subscribe: (subscriber: Subscriber<T>) => void): MarbleObservable<T> {
  const subscriptions: SubscriptionFrames[] = []
  const observable = new Observable<T>((subscriber) => {
    const subscribedFrame = clock.frame
    const at = subscriptions.push({ subscribedFrame, unsubscribedFrame: Infinity }) - 1
    subscriber.add(() => {
      subscriptions[at] = { subscribedFrame, unsubscribedFrame: clock.frame }
    })
    subscribe(subscriber)
  })
  return Object.assign(observable, { subscriptions })
}
