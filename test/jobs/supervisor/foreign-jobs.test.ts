import { deepEqual, equal, match, rejects, throws } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ForeignJobError } from '../../../src/errors/job-server-errors.ts'
import { MillraceError } from '../../../src/errors/millrace-error.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { foreignJobInfo } from '../../../src/jobs/store/foreign-changes.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { tell } from '../store/support/observed-jobs.ts'
import { Managed } from './support/managed.ts'

const day = 24 * 3_600_000

const isForeign = (error: unknown): true => {
  if (!(error instanceof ForeignJobError)) throw error
  match(error.message, /runs at ray/)
  match(String(error.remedy), /\w/)
  return true
}

suite('jobs that run elsewhere, in the manager', (test) => {
  test('are shown with its own, with their history, logs and events', async (context) => {
    const store = new MemoryJobStore()
    const { manager } = await Managed.open(context, { store })
    const { job } = tell(store, { status: 'queued', logs: [{ text: 'a' }] })
    deepEqual(manager.get(job.id), foreignJobInfo(store.foreign.get(job.id)!))
    equal(manager.list({ limit: 9, provider: ['ray'] }).total, 1)
    equal(manager.transitions(job.id, { limit: 9 }).total, 1)
    deepEqual(
      manager.logs(job.id, 0, 9).lines.map(({ text }) => text),
      ['a'],
    )
    deepEqual(
      manager.events.read({ since: 0, limit: 9, job: job.id }).map(({ type }) => type),
      ['job_submitted'],
    )
    const { running, queued, jobs } = manager.status
    deepEqual([running, queued, jobs], [0, 0, 1])
  })

  test('have their lines followed, whoever reads them, until they are deleted', async (context) => {
    const store = new MemoryJobStore()
    const { manager } = await Managed.open(context, { store })
    const { job } = tell(store, { status: 'completed' })
    const seen: string[] = []
    manager.log$(job.id).subscribe({ next: ({ text }) => seen.push(text), complete: () => seen.push('end') })
    store.foreign.addLogs(job.id, 0, [{ text: 'a' }], 0)
    store.foreign.addLogs(job.id, 0, [{ text: 'a' }, { text: 'b' }], 0)
    tell(store, { logs: ['a', 'b', 'c'].map((text) => ({ text })) })
    await manager.delete(job.id, { force: false })
    deepEqual(seen, ['a', 'b', 'c', 'end'])
    throws(() => manager.log$(job.id), { code: 'ERR_JOB_NOT_FOUND' })
    await manager.close({ drain: false })
    tell(store, { externalId: 'x2', logs: [{ text: 'a' }] })
  })

  test('are not asked for what is done where they run', async (context) => {
    const store = new MemoryJobStore()
    const { manager } = await Managed.open(context, { store })
    for (const status of ['running', 'stopped', 'completed'] as const) {
      const { job } = tell(store, { externalId: status, status })
      const { id } = job
      throws(() => manager.stop(id, { cause: 'x' }), isForeign)
      throws(() => manager.cancel(id, 'x'), isForeign)
      throws(() => manager.continue(id, 'x'), isForeign)
      throws(() => manager.checkpoints(id), isForeign)
      await rejects(manager.savepoint(id), isForeign)
      await rejects(manager.restart(id, { force: true, by: 'x' }), isForeign)
      await rejects(manager.collected(id, 'x'), isForeign)
      deepEqual(store.foreign.get(id), job)
    }
    throws(() => manager.stop('nobody', { cause: 'x' }), { code: 'ERR_JOB_NOT_FOUND' })
    await rejects(manager.collected('nobody', 'x'), { code: 'ERR_JOB_NOT_FOUND' })
  })

  test('are forgotten when they are deleted, active ones only by force', async (context) => {
    const store = new MemoryJobStore()
    const { manager } = await Managed.open(context, { store })
    const { job } = tell(store, { status: 'running' })
    await rejects(manager.delete(job.id, { force: false }), (error: unknown) => {
      equal(error instanceof MillraceError && error.code, 'ERR_JOB_ACTIVE')
      return true
    })
    await manager.delete(job.id, { force: true })
    throws(() => manager.get(job.id), { code: 'ERR_JOB_NOT_FOUND' })
    await rejects(manager.delete(job.id, { force: true }), { code: 'ERR_JOB_NOT_FOUND' })
    equal(tell(store, { status: 'running' }).created.length, 0)
    deepEqual(
      manager.events.read({ since: 1, limit: 9 }).map(({ type }) => type),
      ['job_deleted'],
    )
  })

  test('take no place of its own, and wait in no queue', async (context) => {
    const store = new MemoryJobStore()
    for (let n = 0; n < 5; n++) {
      tell(store, { externalId: `q${n}`, status: 'queued' })
      tell(store, { externalId: `r${n}`, status: 'running' })
      tell(store, { externalId: `s${n}`, status: 'restarting' })
    }
    const managed = await Managed.open(context, { store, maxRunning: 1, maxQueued: 1 })
    const id = await managed.submit('complete')
    await managed.reaches(id, 'completed')
    deepEqual(store.foreign.activeCounts(), { ray: 15 })
  })

  test('go when they are old, and do not come back', async (context) => {
    const store = new MemoryJobStore()
    const clock = new ManualClock()
    const managed = await Managed.open(context, { store, clock, retention: { jobs: 3 * day } })
    const { manager } = managed
    const ended = (ago: number): string => new Date(clock.now() - ago).toISOString()
    const old = tell(store, { externalId: 'old', status: 'failed', endedAt: ended(4 * day) }).job
    const late = tell(store, { externalId: 'late', status: 'failed', endedAt: ended(2 * day) }).job
    while (store.foreign.get(old.id) !== undefined) await clock.advance(60_000)
    equal(manager.get(late.id).status, 'failed')
    equal(tell(store, { externalId: 'old', status: 'failed' }).created.length, 0)
    deepEqual(readdirSync(join(managed.data, 'jobs')), [])
  })
})
