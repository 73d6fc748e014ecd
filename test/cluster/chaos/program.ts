import { argv } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { ClusterEnvironment, END, fixedDelay, type PullSource } from '../../../src/index.ts'
import { nats } from '../../../src/nats/index.ts'
import { expected } from './expected.ts'

// A job of two stages with state, whose sources take their time. It prints whether each record was counted once.

const [address = '', size = '1000', pause = '5'] = argv.slice(2)
const records = Number(size)

class Numbers implements PullSource<number> {
  #next = 0

  async next(): Promise<number | typeof END> {
    if (this.#next === records) return END
    if (this.#next % 100 === 0) await delay(Number(pause))
    return this.#next++
  }

  snapshot(): number {
    return this.#next
  }

  restore(next: unknown): void {
    this.#next = next as number
  }
}

const env = new ClusterEnvironment('chaos', {
  engine: nats(address),
  parallelism: 2,
  restart: fixedDelay({ attempts: 20, delay: 100 }),
  logger: { ...console, debug: () => {}, info: () => {} },
})

const counts = env
  .fromSource(Numbers, { name: 'numbers' })
  .flatMap((n) => (n % 3 === 0 ? [n, -n] : [n]))
  .keyBy((n) => Math.abs(n) % 101)
  .scan(({ sum }, n) => ({ key: Math.abs(n) % 101, sum: sum + n }), { key: 0, sum: 0 }, { name: 'sums' })
  .keyBy(({ key }) => key % 7)
  .aggregate<{ count: number }, readonly [number, number]>({
    create: () => ({ count: 0 }),
    add: ({ count }) => ({ count: count + 1 }),
    result: ({ count }, key) => [key, count],
  })
  .collect()

const { status, restarts } = await env.submit({ autostop: true })
const found = [...counts.values].sort(([a], [b]) => a - b)
const wanted = expected(records)
console.log(
  JSON.stringify({
    status,
    restarts,
    isExact: JSON.stringify(found) === JSON.stringify(wanted),
    found,
    wanted,
  }),
)
