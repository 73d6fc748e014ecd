import { deepEqual, equal, match, rejects, throws } from 'node:assert/strict'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { realClock } from '../../../src/time/real-clock.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { Managed, submissionFor } from './support/managed.ts'

suite('the queue', (test) => {
  test('no more jobs run than may; those of higher priority first, then the oldest', async (context) => {
    const managed = await Managed.open(context, { maxRunning: 1 })
    const { manager } = managed
    const first = await managed.submit('first-time wait complete')
    await managed.reaches(first, 'running')
    const started: string[] = []
    const jobs: Record<string, string> = {}
    for (const [name, priority] of [
      ['a', 0],
      ['b', 0],
      ['urgent', 5],
      ['c', 0],
      ['late', -1],
    ] as const) {
      jobs[await managed.submit('complete', { name, options: { priority } })] = name
    }
    const positions = Object.entries(jobs).map(([id, name]) => `${name} ${manager.get(id).position}`)
    deepEqual(positions, ['a 2', 'b 3', 'urgent 1', 'c 4', 'late 5'])
    deepEqual(manager.status, { ready: true, running: 1, queued: 5, maxRunning: 1, jobs: 6 })
    manager.cancel(first, 'enough')
    for (const id of Object.keys(jobs)) await managed.reaches(id, 'completed')
    for (const event of manager.events.read({ since: 0, limit: 1000 })) {
      if (event.type === 'job_status_changed' && event.transition.to === 'running' && event.job in jobs) {
        started.push(jobs[event.job]!)
      }
    }
    deepEqual(started, ['urgent', 'a', 'b', 'c', 'late'])
  })

  test('a queue that is full takes no more, except what it has taken already', async (context) => {
    const managed = await Managed.open(context, { maxRunning: 1, maxQueued: 1 })
    const first = await managed.submit('wait')
    await managed.reaches(first, 'running')
    const second = await managed.submit('complete', { key: 'k' })
    await rejects(managed.submit('complete'), { code: 'ERR_QUEUE_FULL' })
    await rejects(managed.submit('complete', { key: 'l' }), { code: 'ERR_QUEUE_FULL' })
    equal(await managed.submit('complete', { key: 'k' }), second)
    managed.manager.stop(second, { cause: 'not now' })
    const third = await managed.submit('complete', { key: 'l' })
    throws(() => managed.manager.continue(second, 'now'), { code: 'ERR_QUEUE_FULL' })
    managed.manager.cancel(first, 'enough')
    await managed.reaches(third, 'completed')
  })

  test('a submission whose files are missing is refused, and leaves nothing', async (context) => {
    const managed = await Managed.open(context)
    const submission = await submissionFor(managed.manager, 'complete', { secrets: { A: 'secret value' } })
    const hash = 'f'.repeat(64)
    const files = [...submission.program.files, { path: 'b', hash, size: 1 }]
    const missing = { ...submission, program: { ...submission.program, files } }
    throws(() => managed.manager.submit(missing, { by: 'a test' }), {
      code: 'ERR_MISSING_FILES',
      hashes: [hash],
    })
    equal(managed.manager.status.jobs, 0)
  })

  test('many at once all end, each once', { timeout: 60_000 }, async (context) => {
    const managed = await Managed.open(context, { maxRunning: 3 })
    const ids = await Promise.all(Array.from({ length: 24 }, () => managed.submit('hello complete')))
    for (const id of ids) {
      await managed.reaches(id, 'completed')
      equal(managed.path(id), 'queued running completed')
      deepEqual(managed.lines(id), ['hello'])
    }
  })
})

suite('restarts of processes', (test) => {
  const restart = { type: 'fixed-delay', attempts: 2, delay: 10 } as const

  test('a process that crashes is started again, from the latest checkpoint', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('order first-time crash-with-checkpoint complete', {
      options: { restart },
    })
    const { restarts } = await managed.reaches(id, 'completed')
    equal(restarts, 1)
    equal(managed.path(id), 'queued running restarting running completed')
    match(managed.causes(id)[2]!, /was ended by SIGABRT.*; in 10 ms it goes on from checkpoint 1\.$/)
    deepEqual(managed.resumes(id), [null, 'latest'])
  })

  test('a checkpoint that nobody was told of counts', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('order first-time crash-untold complete', { options: { restart } })
    await managed.reaches(id, 'completed')
    deepEqual(managed.resumes(id), [null, 'latest'])
  })

  test('without one it begins again from the savepoint it was submitted with', async (context) => {
    const managed = await Managed.open(context)
    const resume = { savepoint: '/somewhere/savepoint-3.json' }
    const id = await managed.submit('order first-time abort complete', { options: { restart }, resume })
    await managed.reaches(id, 'completed')
    match(managed.causes(id)[1]!, /from the savepoint it was given/)
    deepEqual(managed.resumes(id), [resume, resume])
  })

  test('when its strategy is used up the job fails', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('exit-1', { options: { restart } })
    const { restarts, error } = await managed.reaches(id, 'failed')
    equal(restarts, 2)
    equal(error?.code, 'ERR_JOB_PROCESS')
    equal(managed.path(id), 'queued running restarting running restarting running failed')
    match(managed.causes(id).at(-1)!, /not restarted because it was restarted 2 times/)
  })

  test('a job that waits for its restart gives way to others, is stopped and cancelled at once', async (context) => {
    const managed = await Managed.open(context, { maxRunning: 1 })
    const options = { restart: { type: 'fixed-delay', attempts: 1, delay: 3_600_000 } } as const
    const first = await managed.submit('checkpoint exit-1', { options })
    const second = await managed.submit('exit-1', { options })
    await managed.reaches(first, 'restarting')
    await managed.reaches(second, 'restarting')
    equal(managed.manager.stop(first, { cause: 'enough' }).savepoint?.id, 1)
    equal(managed.manager.cancel(second, 'enough').status, 'cancelled')
    equal(managed.manager.get(second).error?.code, 'ERR_JOB_CANCELLED')
    const third = await managed.submit('complete')
    await managed.reaches(third, 'completed')
  })

  test('restarts within the process are told', async (context) => {
    const managed = await Managed.open(context)
    const id = await managed.submit('restart complete', { options: { restart } })
    const { restarts } = await managed.reaches(id, 'completed')
    equal(restarts, 1)
    equal(managed.path(id), 'queued running restarting running completed')
    match(managed.causes(id)[3]!, /no luck/)
  })
})

const LOOK = 3_600_000

/** Regular looks at the queue come by hand, all else by itself. */
class LookingClock extends ManualClock {
  override setTimeout(run: () => void, ms: number): () => void {
    return ms === LOOK ? super.setTimeout(run, ms) : realClock.setTimeout(run, ms)
  }
}

suite('the processing of the queue', (test) => {
  test('can be off: jobs are taken in and wait, and are started by the next server', async (context) => {
    const store = new MemoryJobStore()
    const off = await Managed.open(context, { store, queueProcessing: { enabled: false } })
    await off.warned(/^the queue is not processed: .* none is started$/)
    const { manager, data } = off
    const [waiting, stopped, cancelled] = [
      await off.submit('complete'),
      await off.submit('complete'),
      await off.submit('complete'),
    ]
    manager.stop(stopped, { cause: 'not now' })
    manager.cancel(cancelled, 'never')
    manager.continue(stopped, 'now')
    deepEqual(
      [waiting, stopped, cancelled].map((id) => manager.get(id).status),
      ['queued', 'queued', 'cancelled'],
    )
    equal(manager.status.running, 0)
    await manager.close({ drain: true })
    const on = await Managed.open(context, { store, data })
    for (const id of [waiting, stopped]) await on.reaches(id, 'completed')
    equal(on.path(waiting), 'queued running completed')
  })

  test('finds a job that nobody told of at its next regular look', async (context) => {
    const clock = new LookingClock()
    const store = new MemoryJobStore()
    const managed = await Managed.open(context, { clock, store, queueProcessing: { interval: LOOK } })
    const submission = await submissionFor(managed.manager, 'complete', {})
    store.create(submission, { id: 'untold', at: clock.now(), by: 'another process' })
    await clock.advance(LOOK - 1)
    equal(managed.manager.get('untold').status, 'queued')
    await clock.advance(1)
    await managed.reaches('untold', 'completed')
    equal(clock.waiting, 1)
    await managed.manager.close({ drain: true })
    equal(clock.waiting, 0)
  })

  test('looks again and again, however little there is', async (context) => {
    const clock = new ManualClock()
    const managed = await Managed.open(context, { clock, store: new MemoryJobStore() })
    const looks = (): number => clock.asked.filter((ms) => ms === 5_000).length
    await clock.advance(50_000)
    equal(looks(), 11)
    await managed.manager.close({ drain: true })
    await clock.advance(50_000)
    equal(looks(), 11)
  })
})
