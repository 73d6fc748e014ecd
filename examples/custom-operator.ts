// Any RxJS operator works inside a pipeline, and so does one of your own: `pipe` takes them as Observables do.
//
//   node --import tsx examples/custom-operator.ts

import { map, type MonoTypeOperatorFunction, Observable, pairwise } from 'rxjs'
import { LocalEnvironment } from '../src/index.ts'

/** An operator in plain RxJS that knows nothing of Millrace: passes a value only when it differs enough from the last. */
function deadband(tolerance: number): MonoTypeOperatorFunction<number> {
  return (source) =>
    new Observable((subscriber) => {
      let last = Number.NaN
      return source.subscribe({
        next: (value) => {
          if (Math.abs(value - last) <= tolerance) return
          last = value
          subscriber.next(value)
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    })
}

const env = new LocalEnvironment('custom-operator')

env
  .fromBatch([20, 20.2, 20.4, 21.5, 21.4, 25, 24.8, 20])
  .pipe(
    deadband(0.5),
    pairwise(),
    map(([before, after]) => after - before),
  )
  .sink((change) => console.log(`${change > 0 ? 'up' : 'down'} ${Math.abs(change).toFixed(1)}`))

await env.submit({ autostop: true })
