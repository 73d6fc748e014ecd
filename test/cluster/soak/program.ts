import { argv } from 'node:process'
import { ClusterEnvironment, END, type PullSource } from '../../../src/index.ts'
import { nats } from '../../../src/nats/index.ts'

// A job that goes on for as long as it is told: records with state by key, some of which goes with time, in two stages.

const [address = '', until = '0'] = argv.slice(2)

class Numbers implements PullSource<number> {
  #next = 0

  async next(): Promise<number | typeof END> {
    if (this.#next % 500 === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (Date.now() > Number(until)) return END
    }
    return this.#next++
  }

  snapshot(): number {
    return this.#next
  }

  restore(next: unknown): void {
    this.#next = next as number
  }
}

const env = new ClusterEnvironment('soak', { engine: nats(address), parallelism: 2 })

const counts = env
  .fromSource(Numbers, { name: 'numbers' })
  .keyBy((n) => n % 5_000)
  .scan(({ seen }, n) => ({ n, seen: seen + 1 }), { n: 0, seen: 0 }, { name: 'seen' })
  .keyBy(({ n }) => n % 7)
  .count({ name: 'counts' })
  .collect()

const { status, nodes } = await env.submit({ autostop: true })
const out = nodes.find(({ name }) => name === 'numbers')!.out
const counted = counts.values.reduce((sum, [, count]) => sum + count, 0)
console.log(JSON.stringify({ status, out, counted }))
