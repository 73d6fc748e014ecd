import { parseArgs } from 'node:util'
import process from 'node:process'
import { provideServer } from '../../support/nats/find-server.ts'
import { type Misfortune, runChaos } from './run-chaos.ts'

// One job after the other that meets with misfortunes, on three servers and three workers, until the time is over.
// npm run test:chaos -- --minutes 5 --seed 1

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } },
})
const misfortunes: readonly Misfortune[] = [
  'kill slot',
  'kill worker',
  'freeze worker',
  'kill leading server',
  'freeze server',
  'kill two servers',
]

if (provideServer() === null) {
  console.error('test:chaos needs a nats-server: name one with $NATS_SERVER')
  process.exit(1)
}

const until = Date.now() + Number(values.minutes) * 60_000
let failed = 0
let passed = 0
for (let seed = Number(values.seed); Date.now() < until; seed++) {
  const ends: (() => unknown)[] = []
  const controller = new AbortController()
  const context = { signal: controller.signal, cleanup: (end: () => unknown) => void ends.push(end) }
  console.log(`seed ${seed}`)
  try {
    const outcome = await runChaos(context, {
      seed,
      nodes: 3,
      workers: 3,
      records: 60_000,
      pause: 40,
      every: 4_000,
      most: 8,
      misfortunes,
      say: (text) => console.log(`  ${new Date().toISOString()} ${text}`),
    })
    const isGood = outcome.isExact && outcome.status === 'completed' && outcome.left.length === 0
    console.log(isGood ? '  exact, and nothing is left' : `  NOT SO: ${JSON.stringify(outcome)}`)
    if (isGood) passed++
    else failed++
  } catch (error) {
    failed++
    console.log('  FAILED', error)
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
