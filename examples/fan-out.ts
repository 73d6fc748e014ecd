// One stream, two sinks: each gets every record, and the source goes at the pace of the slower one.
//
//   node --import tsx examples/fan-out.ts

import { setTimeout as sleep } from 'node:timers/promises'
import { LocalEnvironment } from '../src/index.ts'

const env = new LocalEnvironment('fan-out')

let read = 0
let archived = 0
let farthestAhead = 0

function* measurements(): Generator<number> {
  for (let n = 1; n <= 20_000; n++) {
    farthestAhead = Math.max(farthestAhead, ++read - archived)
    yield n
  }
}

const stream = env.fromBatch(measurements, { name: 'measurements' })

// A fast branch.
const sum = stream.reduce((total, n) => total + n).collect()

// A slow one: batches of 1000, each of which takes two milliseconds to write.
stream.sink(
  async (batch) => {
    await sleep(2)
    archived += batch.length
  },
  { name: 'archive', batch: { size: 1000 } },
)

await env.submit({ autostop: true })

console.log(`sum ${sum.values[0]}, archived ${archived}`)
console.log(farthestAhead < 10_000 ? 'the source waited for the archive' : 'the source ran away')
