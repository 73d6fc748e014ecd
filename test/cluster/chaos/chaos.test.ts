import assert from 'node:assert/strict'
import { natsSuite } from '../../support/nats/nats-suite.ts'
import { freezeWorker, killSlot, killWorker } from './process-misfortunes.ts'
import { runChaos } from './run-chaos.ts'

natsSuite(
  'chaos, for a short while (for longer: npm run test:chaos)',
  (test) => {
    test('no record is lost and none doubled while workers are killed, and frozen and woken', async (context) => {
      const { left, met, ...outcome } = await runChaos(context, {
        seed: 7,
        nodes: 1,
        workers: 2,
        records: 30_000,
        pause: 40,
        every: 3_000,
        most: 4,
        misfortunes: [killSlot, killWorker, freezeWorker],
      })
      assert.deepEqual(outcome.found, outcome.wanted)
      assert.equal(outcome.status, 'completed')
      assert.ok(met.length > 0)
      assert.deepEqual(left, [])
    })
  },
  { timeout: 240_000 },
)
