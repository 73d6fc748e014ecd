import { Observable } from 'rxjs'

/**
 * What a generator gives, as an Observable: each subscriber runs one of its own, and the next value is asked for when
 * the subscriber has taken the one before. To unsubscribe aborts the signal; what the generator throws then is dropped.
 */
export function fromGenerator<T>(run: (signal: AbortSignal) => AsyncIterable<T>): Observable<T> {
  return new Observable<T>((subscriber) => {
    const control = new AbortController()
    const follow = async (): Promise<void> => {
      try {
        for await (const value of run(control.signal)) {
          subscriber.next(value)
          if (subscriber.closed) return
        }
        subscriber.complete()
      } catch (error) {
        if (!control.signal.aborted) subscriber.error(error)
      }
    }
    void follow()
    return () => control.abort(new Error('unsubscribed'))
  })
}
