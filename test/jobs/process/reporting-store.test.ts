import * as assert from 'uvu/assert'
import { ReportingStore } from '../../../src/jobs/process/reporting-store.ts'
import type { CheckpointManifest } from '../../../src/storage/checkpoint-store.ts'
import { MemoryCheckpointStore } from '../../../src/storage/memory-checkpoint-store.ts'
import { storeContract } from '../../storage/support/store-contract.ts'
import { HandClock } from '../../runtime/task/support/hand-clock.ts'
import { suite } from '../../support/suite.ts'

storeContract('ReportingStore', async () => {
  const store = new ReportingStore(new MemoryCheckpointStore(), new HandClock(), {
    found: () => {},
    committed: () => {},
    removed: () => {},
  })
  return { store: () => store, crash: (claim) => claim.release() }
})

const operator = { stateId: 'n0', named: false, name: 'a', kind: 'map', parallelism: 1, subtasks: [] }

const manifest = (id: number, operators: CheckpointManifest['operators']): CheckpointManifest => ({
  format: 1,
  job: 'job',
  run: 'run',
  id,
  kind: 'checkpoint',
  takenAt: '2025-01-31T12:00:00.000Z',
  operators,
})

suite('a store that reports', (test) => {
  test('tells of checkpoints when they are there, and when they are gone', async () => {
    const told: string[] = []
    const inner = new MemoryCheckpointStore()
    const clock = new HandClock()
    const store = new ReportingStore(inner, clock, {
      found: (summaries) => told.push(`found ${summaries.map(({ id }) => id).join()}`),
      committed: ({ id, location }, ms) => told.push(`committed ${id} ${location} after ${ms} ms`),
      removed: (locations) => told.push(`removed ${locations.join()}`),
    })
    const before = await inner.claim('job')
    const earlier = await (await before.begin(1, 'checkpoint')).commit(manifest(1, [operator]))
    await before.release()

    const claim = await store.claim('job')
    await claim.list()
    const begun = claim.begin(2, 'checkpoint')
    clock.time += 70
    const { location } = await (await begun).commit(manifest(2, [operator]))
    assert.equal(told.splice(0), ['found 1', `committed 2 ${location} after 70 ms`])
    // That the job has ended is told in another way.
    const end = await (await claim.begin(3, 'checkpoint')).commit(manifest(3, []))
    await (await claim.begin(4, 'checkpoint')).abort()
    assert.equal(told, [])
    await claim.remove([1, 2, 3, 17])
    assert.equal(told, [`removed ${[earlier.location, location, end.location].join()}`])
    await claim.release()
  })
})
