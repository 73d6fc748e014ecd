// A job without an end: it runs until somebody stops it. Ctrl-C ends its input early: what is in flight is processed,
// aggregates are flushed, sinks are closed, and `submit` returns a result. A second Ctrl-C aborts.
//
//   node --import tsx examples/long-running.ts        stop it with Ctrl-C
//   node --import tsx examples/long-running.ts 500    stops by itself after 500 ms

import { LocalEnvironment } from '../src/index.ts'

const env = new LocalEnvironment('long-running')

const ticks = env.fromInterval(10, { name: 'clock' })

// One line per 20 ticks, or per second where ticks are slow.
ticks
  .map((tick) => (tick % 7) + 1)
  .batch({ size: 20, interval: 1_000 })
  .sink((batch) => console.log(`${batch.length} ticks, mean ${(sum(batch) / batch.length).toFixed(2)}`))

// A total is emitted when the input has ended: stopping is an end.
ticks.count().sink((total) => console.log(`${total} ticks in all`))

const [limit] = process.argv.slice(2)
if (limit !== undefined) setTimeout(() => void env.stop(), Number(limit))

const { status } = await env.submit({ autostop: true })
console.log(status)

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
