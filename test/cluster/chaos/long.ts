import {
  freezeServer,
  freezeWorker,
  killServer,
  killSlot,
  killTwoServers,
  killWorker,
} from './process-misfortunes.ts'
import { runChaos } from './run-chaos.ts'
import { runRounds } from './run-rounds.ts'

// One job after the other that meets with misfortunes, on three servers and three workers, until the time is over.
// npm run test:chaos -- --minutes 5 --seed 1

await runRounds('test:chaos', ({ context, seed, say }) =>
  runChaos(context, {
    seed,
    nodes: 3,
    workers: 3,
    records: 60_000,
    pause: 40,
    every: 4_000,
    most: 8,
    misfortunes: [killSlot, killWorker, freezeWorker, killServer, freezeServer, killTwoServers],
    say,
  }),
)
