import { deepEqual, equal, match, rejects, throws } from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { JobStore } from '../../../src/jobs/store/job-store.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { suite } from '../../support/suite.ts'
import { Managed } from './support/managed.ts'

const queued = { maxRunning: 1 }

suite('stop, continue and cancel', (test) => {
  test('a stop takes a savepoint, and continue goes on from there', async (context) => {
    const managed = await Managed.open(context)
    const { manager } = managed
    const id = await managed.submit('order first-time wait complete')
    await managed.reaches(id, 'running')
    const stopping = manager.stop(id, { cause: 'enough' })
    equal(stopping.status, 'stopping')
    equal(manager.stop(id, { cause: 'again' }).status, 'stopping')
    const stopped = await managed.reaches(id, 'stopped')
    equal(stopped.savepoint?.id, 101)
    equal(stopped.result?.status, 'stopped')
    equal(stopped.error, null)
    deepEqual(
      manager.checkpoints(id).map(({ kind }) => kind),
      ['savepoint'],
    )
    equal(manager.stop(id, { cause: 'again' }).status, 'stopped')
    equal(manager.cancel(id, 'again').status, 'stopped')

    const again = manager.continue(id, 'go on')
    equal(again.result, null)
    await managed.reaches(id, 'completed')
    equal(managed.path(id), 'queued running stopping stopped queued running completed')
    const [, started, asked, , , restarted] = managed.causes(id)
    match(started!, /begins\./)
    equal(asked, 'enough')
    match(restarted!, /goes on from savepoint 101/)
    deepEqual(managed.resumes(id), [null, { savepoint: stopped.savepoint.location }])
  })

  test('a stop without a savepoint drains, and continue begins again', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('first-time wait complete')
    await managed.reaches(id, 'running')
    managed.manager.stop(id, { savepoint: false, cause: 'enough' })
    const { savepoint } = await managed.reaches(id, 'stopped')
    equal(savepoint, null)
    managed.manager.continue(id, 'go on')
    await managed.reaches(id, 'completed')
    match(managed.causes(id)[5]!, /begins again/)
  })

  test('a job that keeps no checkpoints has no savepoints', async (context) => {
    const managed = await Managed.open(context)
    const { manager } = managed
    const id = await managed.submit('wait', { options: { checkpointed: false } })
    await managed.reaches(id, 'running')
    throws(() => manager.stop(id, { savepoint: true, cause: 'x' }), /keeps no checkpoints/)
    await rejects(manager.savepoint(id), /keeps no checkpoints/)
    manager.stop(id, { cause: 'x' })
    equal((await managed.reaches(id, 'stopped')).savepoint, null)
  })

  test('a job that does not stop in time is killed, and can be continued from its checkpoint', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('ignore-orders checkpoint hello wait', { options: { stopTimeout: 200 } })
    await managed.logs(id, 'hello')
    managed.manager.stop(id, { cause: 'enough' })
    const { savepoint } = await managed.reaches(id, 'stopped')
    equal(savepoint?.id, 1)
    match(managed.causes(id).at(-1)!, /did not end in time.*goes on from checkpoint 1/)
  })

  test('one without a checkpoint fails then', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('ignore-orders hello wait', { options: { stopTimeout: 200 } })
    await managed.logs(id, 'hello')
    managed.manager.stop(id, { cause: 'enough' })
    const { error } = await managed.reaches(id, 'failed')
    match(error!.message, /did not end in time when it was told to stop/)
  })

  test('a crash while it stops is the same', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('abort-on-stop checkpoint hello wait')
    await managed.logs(id, 'hello')
    managed.manager.stop(id, { cause: 'enough' })
    const { savepoint } = await managed.reaches(id, 'stopped')
    equal(savepoint?.id, 1)
  })

  test('a job that stops by itself is stopped', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('stop-itself')
    await managed.reaches(id, 'stopped')
    equal(managed.path(id), 'queued running stopping stopped')
  })

  test('a queued job is stopped at once, and keeps what it would have gone on from', async (context) => {
    const managed = await Managed.open(context, queued)
    const { manager } = managed
    const first = await managed.submit('wait')
    const id = await managed.submit('complete')
    equal(manager.stop(id, { cause: 'not now' }).status, 'stopped')
    manager.cancel(first, 'enough')
    await managed.reaches(first, 'cancelled')
    equal(manager.get(id).status, 'stopped')
    manager.continue(id, 'now')
    await managed.reaches(id, 'completed')
  })

  test('cancel aborts a job that runs', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('wait')
    await managed.reaches(id, 'running')
    managed.manager.cancel(id, 'not wanted any more')
    const { error } = await managed.reaches(id, 'cancelled')
    equal(error?.code, 'ERR_JOB_CANCELLED')
    equal(managed.causes(id).at(-1), 'not wanted any more')
    equal(managed.manager.cancel(id, 'again').status, 'cancelled')
    throws(() => managed.manager.continue(id, 'go on'), { code: 'ERR_ILLEGAL_TRANSITION' })
  })

  test('a job that does not heed a cancel is killed', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('ignore-orders hello wait', { options: { stopTimeout: 200 } })
    await managed.logs(id, 'hello')
    managed.manager.cancel(id, 'enough')
    await managed.reaches(id, 'cancelled')
  })

  test('a queued job, and one whose process is being made, are cancelled at once', async (context) => {
    const managed = await Managed.open(context, queued)
    const { manager } = managed
    const first = await managed.submit('wait')
    const second = await managed.submit('wait')
    equal(manager.cancel(first, 'enough').status, 'cancelled')
    equal(manager.cancel(second, 'enough').status, 'cancelled')
    const third = await managed.submit('complete')
    await managed.reaches(third, 'completed')
    equal(managed.path(first), 'queued cancelled')
  })

  test('a cancel while the end of its process is looked into counts', async (context) => {
    const store = new MemoryJobStore()
    // Where a process has ended without an outcome, the server looks for checkpoints.
    const slow = Object.assign(Object.create(store) as JobStore, {
      checkpoints: (id: string) => {
        managed.manager.cancel(id, 'enough')
        return store.checkpoints(id)
      },
    })
    for (const name of Object.getOwnPropertyNames(MemoryJobStore.prototype)) {
      const method = Reflect.get(store, name) as unknown
      if (name !== 'checkpoints' && typeof method === 'function') Reflect.set(slow, name, method.bind(store))
    }
    const managed = await Managed.open(context, { store: slow })
    const options = { restart: { type: 'fixed-delay', attempts: 1, delay: 1 } } as const
    const id = await managed.submit('exit-1', { options })
    await managed.reaches(id, 'cancelled')
    equal(managed.path(id), 'queued running cancelled')
  })

  test('a job that restarts within its process is stopped as one that runs', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('restarting wait')
    await managed.reaches(id, 'restarting')
    equal(managed.manager.stop(id, { cause: 'enough' }).status, 'stopping')
    await managed.reaches(id, 'stopped')
  })
})

suite('savepoints', (test) => {
  test('a savepoint is taken while the job runs on', async (context) => {
    const managed = await Managed.open(context)
    const { manager } = managed
    const id = await managed.submit('hello wait')
    await managed.logs(id, 'hello')
    const [first, second] = await Promise.all([manager.savepoint(id), manager.savepoint(id)])
    equal(first.kind, 'savepoint')
    deepEqual(
      manager.checkpoints(id).map(({ location }) => location),
      [second.location, first.location],
    )
    equal(manager.get(id).status, 'running')
  })

  test('what the job says against it is thrown', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('refuse-savepoints hello wait')
    await managed.logs(id, 'hello')
    await rejects(managed.manager.savepoint(id), { name: 'JobFailedError', operator: 'parse' })
  })

  test('there is none of a job that ends meanwhile, or does not run', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('die-on-savepoint hello wait')
    await managed.logs(id, 'hello')
    await rejects(managed.manager.savepoint(id), { code: 'ERR_JOB_NOT_RUNNING' })
    await rejects(managed.manager.savepoint(id), { code: 'ERR_JOB_NOT_RUNNING' })
    await rejects(managed.manager.savepoint('nobody'), { code: 'ERR_JOB_NOT_FOUND' })
  })

  test('no more than 64 wait for an answer', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('ignore-orders hello wait', { options: { stopTimeout: 200 } })
    await managed.logs(id, 'hello')
    const asked = Array.from({ length: 65 }, () => managed.manager.savepoint(id))
    await rejects(asked.pop()!, { code: 'ERR_SERVER_BUSY' })
    managed.manager.cancel(id, 'enough')
    const settled = Promise.allSettled(asked)
    await managed.manager.delete(id, { force: true })
    equal((await settled).filter(({ status }) => status === 'rejected').length, 64)
  })
})

suite('delete and results', (test) => {
  test('a job that is over is removed with its folder', async (context) => {
    const managed = await Managed.open(context)
    const { manager } = managed
    const id = await managed.submit('collect complete')
    await managed.reaches(id, 'completed')
    equal(await text(await manager.collected(id, 'n3')), 'collected bytes')
    await rejects(manager.collected(id, 'n4'), { code: 'ERR_NOTHING_COLLECTED' })
    await rejects(manager.collected(id, '../outcome.json'), { code: 'ERR_NOTHING_COLLECTED' })
    let ended = false
    manager.log$(id).subscribe({ complete: () => (ended = true) })
    await manager.delete(id, { force: false })
    equal(ended, true)
    throws(() => manager.get(id), { code: 'ERR_JOB_NOT_FOUND' })
    deepEqual(readdirSync(join(managed.data, 'jobs')), [])
    await rejects(manager.delete(id, { force: true }), { code: 'ERR_JOB_NOT_FOUND' })
  })

  test('one that runs is removed by force only, when its process is gone', async (context) => {
    const managed = await Managed.open(context, queued)
    const { manager } = managed
    const id = await managed.submit('grandchild wait')
    const waiting = await managed.submit('complete')
    await managed.reaches(id, 'running')
    await rejects(manager.delete(id, { force: false }), { code: 'ERR_JOB_ACTIVE' })
    await rejects(manager.delete(waiting, { force: false }), { code: 'ERR_JOB_ACTIVE' })
    await manager.delete(waiting, { force: true })
    await manager.delete(id, { force: true })
    deepEqual(readdirSync(join(managed.data, 'jobs')), [])
    const { items } = manager.list({ limit: 10 })
    deepEqual(items, [])
    const types = manager.events.read({ since: 0, limit: 100, job: id }).map(({ type }) => type)
    deepEqual(types.at(-1), 'job_deleted')
  })

  test('what only a run needs is gone after the end, unless it failed and is to be looked at', async (context) => {
    const managed = await Managed.open(context)
    const secrets = { PASSWORD: 'hunter2hunter2' }
    const done = await managed.submit('complete', { secrets })
    const failed = await managed.submit('fail', { secrets })
    const kept = await managed.submit('fail', { secrets, options: { keepOnFailure: true } })
    const stopped = await managed.submit('stop-itself', { secrets })
    for (const id of [done, failed, kept]) await managed.reaches(id, 'completed', 'failed')
    await managed.reaches(stopped, 'stopped')
    await managed.manager.close({ drain: true })
    const has = (id: string, name: string): boolean => existsSync(join(managed.data, 'jobs', id, name))
    deepEqual(
      [done, failed, kept, stopped].map((id) => has(id, 'work')),
      [false, false, true, true],
    )
    deepEqual(
      [done, failed, kept, stopped].map((id) => has(id, 'secrets.json')),
      [false, false, false, true],
    )
  })
})
