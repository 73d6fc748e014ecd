// Work that burns processor time, in worker threads: each loads this program once more, up to the `submit`, and runs the
// subtasks that are dealt to it. Keyed state lives in the thread that has the key.
//
//   node --import tsx examples/threads.ts

import { LocalEnvironment } from '../src/index.ts'

const env = new LocalEnvironment('primes', { threads: { count: 2 } })

const isPrime = (n: number): boolean => {
  for (let by = 2; by * by <= n; by++) if (n % by === 0) return false
  return n > 1
}

const last = env
  .fromBatch(Array.from({ length: 20_000 }, (_, n) => n))
  .filter(isPrime, { name: 'is prime', placement: 'thread', parallelism: 2 })
  .keyBy((n) => n % 10)
  .count({ name: 'by last digit', placement: 'thread', parallelism: 2 })
  .collect()

console.log(env.explain().split('\n').at(-2)!.trim())
const { status } = await env.submit({ autostop: true })
const counts = last.values.toSorted(([a], [b]) => Number(a) - Number(b))
for (const [digit, count] of counts) console.log(`${count} primes end with ${digit}`)
console.log(status)
