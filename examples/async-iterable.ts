// The results of a pipeline in a `for await` loop. The loop holds the job back when it is slower, and leaving it early
// cancels what nobody reads any more: here an endless source.
//
//   node --import tsx examples/async-iterable.ts

import { LocalEnvironment } from '../src/index.ts'

function* naturals(): Generator<number> {
  for (let n = 1; ; n++) yield n
}

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return n > 1
}

const env = new LocalEnvironment('async-iterable')
const primes = env.fromBatch(naturals).filter(isPrime).toAsyncIterable({ capacity: 16 })

// Not awaited before the loop: the job waits for its reader.
const done = env.submit({ autostop: true })

for await (const prime of primes) {
  console.log(prime)
  if (prime > 20) break
}

const { status } = await done
console.log(status)
