import { deepEqual, equal, match, notEqual, rejects } from 'node:assert/strict'
import { suite } from '../../support/suite.ts'
import { Managed } from './support/managed.ts'

const by = { by: 'a test', force: false }

suite('restart', (test) => {
  test('makes a new job of the same program, which begins as the old one did', async (context) => {
    const managed = await Managed.open(context)
    const { manager } = managed
    const options = { priority: 3, memoryMb: 64 }
    const id = await managed.submit('order checkpoint complete', { name: 'prices', options })
    const before = await managed.reaches(id, 'completed')
    const { job, created } = await manager.restart(id, by)
    notEqual(job.id, id)
    deepEqual([job.restartedFrom, job.name, job.priority, created], [id, 'prices', 3, true])
    await managed.reaches(job.id, 'completed')
    deepEqual(manager.get(id), before)
    deepEqual(managed.resumes(job.id), [null])
    equal(managed.causes(job.id)[0], `It was submitted by a test, as a restart of job ${id}.`)
  })

  test('of a job that is active is refused, unless it may be cancelled first', async (context) => {
    const managed = await Managed.open(context)
    const { manager } = managed
    const id = await managed.submit('first-time wait complete', { secrets: { KEY: 'k' } })
    await managed.reaches(id, 'running')
    await rejects(manager.restart(id, by), { code: 'ERR_JOB_ACTIVE' })
    const details = { ...by, force: true, idempotencyKey: 'once' }
    const { job } = await manager.restart(id, details)
    equal(manager.get(id).status, 'cancelled')
    equal(managed.causes(id).at(-1), 'restarted by a test')
    // Its answer was lost, and by now the secrets of the old one are gone.
    deepEqual(await manager.restart(id, details), { job: manager.get(job.id), created: false })
    equal(manager.list({ limit: 10 }).total, 2)
  })

  test('needs the secrets again that went with the end of the job', async (context) => {
    const managed = await Managed.open(context)
    const { manager } = managed
    const words = 'complete'
    const id = await managed.submit(words, { secrets: { KEY: 'first-key', PIN: 'first-pin' } })
    await managed.reaches(id, 'completed')
    await rejects(manager.restart(id, { ...by, secrets: { PIN: 'second-pin' } }), ({ message }) => {
      match(message, /are gone.*: KEY\n/)
      return true
    })
    equal(manager.list({ limit: 10 }).total, 1)
    const { job } = await manager.restart(id, { ...by, secrets: { PIN: 'second-pin', KEY: 'second-key' } })
    await managed.reaches(job.id, 'completed')
    await rejects(manager.restart(job.id, by), /KEY, PIN/)
  })

  test('of a stopped job takes its secrets along, and leaves it as it is', async (context) => {
    const managed = await Managed.open(context)
    const { manager } = managed
    const id = await managed.submit('order first-time wait complete', { secrets: { KEY: 'k' } })
    await managed.reaches(id, 'running')
    manager.stop(id, { cause: 'enough' })
    await managed.reaches(id, 'stopped')
    const { job } = await manager.restart(id, by)
    await managed.reaches(job.id, 'running')
    manager.continue(id, 'go on')
    await managed.reaches(id, 'completed')
  })

  test('of a job that is not there, or where there is no room', async (context) => {
    const managed = await Managed.open(context, { maxQueued: 1, maxRunning: 1 })
    const { manager } = managed
    const running = await managed.submit('wait')
    await managed.reaches(running, 'running')
    await managed.submit('wait')
    await rejects(manager.restart('nobody', by), { code: 'ERR_JOB_NOT_FOUND' })
    await rejects(manager.restart(running, { ...by, force: true }), { code: 'ERR_QUEUE_FULL' })
    equal(manager.get(running).status, 'running')
  })
})
