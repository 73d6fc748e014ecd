import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJobManager } from '../../../src/jobs/supervisor/create-job-manager.ts'
import { resolveJobManagerOptions } from '../../../src/jobs/supervisor/job-manager-options.ts'
import { suite } from '../../support/suite.ts'
import { dataFolder } from './support/managed.ts'

suite('options of a job manager', (test) => {
  test('all but the folder have defaults', () => {
    const { limits, retention, drainTimeout } = resolveJobManagerOptions({ data: 'x', maxQueued: undefined })
    ok(limits.maxRunning >= 2)
    deepEqual(
      { ...limits, maxRunning: 2 },
      {
        maxRunning: 2,
        maxQueued: 10_000,
        memoryMb: 1_024,
        heartbeat: 1_000,
        heartbeatTimeout: 30_000,
        orphanDeadline: 10_000,
      },
    )
    deepEqual(retention, { jobs: 604_800_000, events: 100_000 })
    equal(drainTimeout, 30_000)
    equal(resolveJobManagerOptions({ data: 'x', retention: { jobs: Infinity } }).retention.jobs, Infinity)
  })

  test('what can never work is refused', () => {
    const wrong = [
      undefined,
      {},
      { data: '' },
      { data: 'x', maxRunning: 0 },
      { data: 'x', heartbeat: 0.5 },
      { data: 'x', memoryMb: '1' },
      { data: 'x', maxRuning: 2 },
      { data: 'x', retention: { jobs: -1 } },
      { data: 'x', retention: { event: 1 } },
    ]
    for (const options of wrong) {
      throws(() => resolveJobManagerOptions(options as never), { code: 'ERR_INVALID_ARGUMENT' })
    }
  })

  test('a folder that cannot be used is said at once', async (context) => {
    const data = await dataFolder(context)
    writeFileSync(join(data, 'jobs'), '')
    await rejects(createJobManager({ data }), { code: 'ERR_STORE' })
  })
})
