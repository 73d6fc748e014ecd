// The same pipeline across machines: records are dealt out by key over NATS JetStream, counted by whichever worker has
// the key, and each of them counts once, also when a worker dies in the middle.
//
//   nats-server -js
//   npx millrace worker --engine nats://127.0.0.1:4222     (as many as you like, on as many machines)
//   node --import tsx examples/cluster.ts nats://127.0.0.1:4222

import { ClusterEnvironment, END, type PullSource } from '../src/index.ts'
import { nats } from '../src/nats/index.ts'

const [address = 'nats://127.0.0.1:4222', count = '200000'] = process.argv.slice(2)

/** Numbers from 0 on. What `snapshot` gives is where another worker goes on when this one is gone. */
class Numbers implements PullSource<number> {
  #next = 0

  next(): number | typeof END {
    return this.#next === Number(count) ? END : this.#next++
  }

  snapshot(): number {
    return this.#next
  }

  restore(next: unknown): void {
    this.#next = next as number
  }
}

const env = new ClusterEnvironment('last digits', { engine: nats(address), parallelism: 4 })

const counts = env
  .fromSource(Numbers, { name: 'numbers', parallelism: 1 })
  .keyBy((n) => n % 10)
  .count({ name: 'by last digit' })
  .collect()

const { status, nodes } = await env.submit({ autostop: true })
for (const [digit, seen] of counts.values.toSorted(([a], [b]) => a - b)) console.log(`${digit}: ${seen}`)
console.log(`${status}, ${nodes.find(({ name }) => name === 'by last digit')?.in} records counted`)
