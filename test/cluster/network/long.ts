import process from 'node:process'
import { seededRandom } from '../../../src/testing/seeded-random.ts'
import { runChaos } from '../chaos/run-chaos.ts'
import { runRounds } from '../chaos/run-rounds.ts'
import { networkMisfortunes } from './network-misfortunes.ts'
import { Network } from './network.ts'
import { slownessHere, testNetwork } from './test-network.ts'

// One job after the other whose servers, workers and submitter are hosts of a network that fails them: three servers, three
// workers, each in a network namespace of its own. npm run test:network -- --minutes 5 --seed 1

const problem = Network.problem()
if (problem !== null) {
  console.error(`test:network needs ${problem}`)
  process.exit(1)
}
const slowness = slownessHere()
console.log(
  slowness === 'netem'
    ? 'delay and loss are those of netem, on every host'
    : 'this kernel has no netem: delay and loss are those of a TCP proxy between workers and servers',
)
await runRounds('test:network', async ({ context, seed, say }) => {
  const network = await testNetwork(context, slowness, seededRandom(seed + 1_000))
  return runChaos(context, {
    seed,
    nodes: 3,
    workers: 3,
    records: 60_000,
    pause: 40,
    every: 3_000,
    most: 8,
    misfortunes: networkMisfortunes(network),
    places: network.places,
    say,
  })
})
