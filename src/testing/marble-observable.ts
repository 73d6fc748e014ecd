import { Observable, Subject, type Subscriber, type Subscription } from 'rxjs'
import type { Marble, SubscriptionFrames } from './parse-marbles.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A source drawn as a diagram, which knows who subscribed to it and when. */
export interface MarbleObservable<T> extends Observable<T> {
  /** In the order they began. */
  readonly subscriptions: readonly SubscriptionFrames[]
}

/** Plays its diagram to each subscriber, from the frame of the subscription on. */
export function coldObservable<T>(marbles: readonly Marble<T>[], clock: VirtualClock): MarbleObservable<T> {
  return logged(clock, (subscriber) => {
    for (const marble of marbles) subscriber.add(play(marble, subscriber, clock))
  })
}

/**
 * Plays its diagram once, from now on, whoever listens. What lies before `^` is never heard: nobody can subscribe
 * before the test begins.
 * @param script takes what is scheduled, so that it can be taken back.
 */
export function hotObservable<T>(
  marbles: readonly Marble<T>[],
  clock: VirtualClock,
  script: Subscription,
): MarbleObservable<T> {
  const subject = new Subject<T>()
  for (const marble of marbles) if (marble.frame >= 0) script.add(play(marble, subject, clock))
  return logged(clock, (subscriber) => subscriber.add(subject.subscribe(subscriber)))
}

function play<T>(
  marble: Marble<T>,
  observer: Subject<T> | Subscriber<T>,
  { scheduler }: VirtualClock,
): Subscription {
  return scheduler.schedule(() => {
    if (marble.kind === 'next') observer.next(marble.value)
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
