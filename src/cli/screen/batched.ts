import { Observable, type OperatorFunction } from 'rxjs'
import type { Cancel, Clock } from '../../time/clock.ts'

/**
 * Gives values together that come in quick succession: when the wait of one of them is over, or there are `most`. The
 * last ones are given before the end; an error overtakes them.
 *
 * @param waitOf milliseconds that a value may wait for others.
 */
export function batched<T>(
  clock: Pick<Clock, 'setTimeout' | 'monotonic'>,
  waitOf: (value: T) => number,
  most: number,
): OperatorFunction<T, readonly T[]> {
  return (source) =>
    new Observable((subscriber) => {
      let batch: T[] = []
      let dueAt = Infinity
      let cancel: Cancel | null = null
      const give = (): void => {
        cancel?.()
        cancel = null
        dueAt = Infinity
        const given = batch
        batch = []
        if (given.length > 0) subscriber.next(given)
      }
      const subscription = source.subscribe({
        next: (value) => {
          batch.push(value)
          if (batch.length >= most) return give()
          const wait = waitOf(value)
          const at = clock.monotonic() + wait
          if (at >= dueAt) return
          cancel?.()
          dueAt = at
          cancel = clock.setTimeout(give, wait)
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          give()
          subscriber.complete()
        },
      })
      return () => {
        cancel?.()
        subscription.unsubscribe()
      }
    })
}
