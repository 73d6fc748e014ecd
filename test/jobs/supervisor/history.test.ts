import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import type { JobHistory } from '../../../src/protocol/job-history.ts'
import { suite } from '../../support/suite.ts'
import { tell } from '../store/support/observed-jobs.ts'
import { Managed } from './support/managed.ts'

type Summed = 'checkpoints' | 'restarts'

const total = ({ points }: JobHistory, of: Summed): number =>
  points.reduce((sum, point) => sum + point[of], 0)

const read = ({ points }: JobHistory): number =>
  Math.round(points.reduce((sum, point) => sum + (point.read ?? 0) * point.seconds, 0))

suite('the history of a job', (test) => {
  test('grows while it runs, and has what comes behind the last heartbeat', async (context) => {
    const managed = await Managed.open(context)
    const { manager } = managed
    const id = await managed.submit('heartbeat heartbeat-2 checkpoint wait-for-file')
    await managed.when(id, () => manager.checkpoints(id).length === 1)
    const { points, ...rest } = manager.history(id)
    deepEqual(rest, { job: id, interval: 1 })
    ok(points.length > 0)
    equal(Math.max(...points.map(({ rssBytes }) => rssBytes!)), 2_000_000)
    managed.say(id, 'go')
    await managed.reaches(id, 'completed')
    equal(total(manager.history(id), 'checkpoints'), 1)
    equal(manager.history(id, Date.parse(points.at(-1)!.at) + 60_000).points.length, 0)
    await manager.delete(id, { force: false })
    throws(() => manager.history(id), { code: 'ERR_JOB_NOT_FOUND' })
  })

  test('goes on over restarts of the job and of the server', async (context) => {
    const first = await Managed.open(context)
    const id = await first.submit(
      'heartbeat checkpoint restart checkpoint-2 first-time wait heartbeat-2 complete',
    )
    await first.when(id, ({ restarts, status }) => restarts === 1 && status === 'running')
    await first.manager.close({ drain: true })
    const second = await Managed.open(context, { data: first.data })
    const before = second.manager.history(id)
    ok(before.points.length > 0)
    await second.reaches(id, 'completed')
    await second.manager.close({ drain: true })
    const { manager } = await Managed.open(context, { data: first.data })
    const history = manager.history(id)
    // The point that was under way has grown.
    ok(history.points[0]!.at >= before.points[0]!.at)
    equal(total(history, 'restarts'), manager.get(id).restarts)
    ok(total(history, 'checkpoints') > total(before, 'checkpoints'))
    equal(read(history), read(before) + 1)
  })

  test('is empty before it runs, and of a job elsewhere', async (context) => {
    const store = new MemoryJobStore()
    const { manager } = await Managed.open(context, { store })
    const { job } = tell(store, { status: 'running' })
    deepEqual(manager.history(job.id), { job: job.id, interval: 1, points: [] })
  })
})
