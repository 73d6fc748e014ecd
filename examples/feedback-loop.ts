// A feedback loop that converges: numbers go round until they have become 1 (Collatz). The job ends by itself when
// the source has run dry and nothing is left inside the loop; nobody has to count.
//
//   node --import tsx examples/feedback-loop.ts

import { LocalEnvironment } from '../src/index.ts'

interface Walk {
  readonly start: number
  readonly at: number
  readonly steps: number
}

const env = new LocalEnvironment('feedback-loop')

// A stream whose records come later: from `fillFuture`, below.
const again = env.fromFuture<Walk>('again')

const walks = env
  .fromBatch([1, 6, 7, 27, 97])
  .map((start): Walk => ({ start, at: start, steps: 0 }))
  .union(again)

const arrived = walks.filter(({ at }) => at === 1)

walks
  .filter(({ at }) => at !== 1)
  .map(({ start, at, steps }): Walk => ({ start, at: at % 2 === 0 ? at / 2 : 3 * at + 1, steps: steps + 1 }))
  .fillFuture(again)

arrived.sink(({ start, steps }) => console.log(`${start} takes ${steps} steps`))

await env.submit({ autostop: true })
