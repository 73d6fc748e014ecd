import { argv } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { ClusterEnvironment } from '../../../src/index.ts'
import { nats } from '../../../src/nats/index.ts'
import { ray } from '../../../src/ray/index.ts'

// A program for workers that Ray runs for it. It prints what came of its job as JSON.

const [engine = '', dashboard = ''] = argv.slice(2)
const words = ['ape', 'bee', 'cat', 'dog', 'eel']

const env = new ClusterEnvironment('on Ray', {
  engine: nats(engine),
  workers: ray(dashboard, { count: 2 }),
  parallelism: 2,
  logger: { ...console, warn: (message) => console.error(message), debug: () => {}, info: () => {} },
})

async function* input(): AsyncGenerator<number> {
  for (let i = 0; i < 1_000; i++) {
    await delay(10)
    yield i
  }
}

const counts = env
  .fromBatch(input)
  .map((i) => `a ${words[i % words.length]!}`)
  .keyBy((word) => word)
  .count()
  .collect()

env.progress$.subscribe(({ read }) => {
  if ((read ?? 0) > 100) console.log('under way')
})
await env.submit({ autostop: true })
console.log(JSON.stringify(counts.values.toSorted(([a], [b]) => (a < b ? -1 : 1))))
process.exit()
