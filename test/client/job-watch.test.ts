import * as assert from 'uvu/assert'
import {
  ClientClosedError,
  ForbiddenError,
  JobDeletedError,
  type JobInfo,
  type JobManagerClient,
  JobNotFoundError,
  ServerUnreachableError,
  WaitTimeoutError,
} from '../../src/client/index.ts'
import { rejectionOf, until } from '../job/jobs.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { aProgress } from './support/a-job.ts'
import { clientOf } from './support/client-of.ts'
import { type FakeJobServer, fakeJobServer, frame } from './support/fake-job-server.ts'
import { problem } from './support/faults.ts'

interface Watched {
  readonly seen: JobInfo[]
  readonly statuses: () => readonly string[]
  /** What became of it: 'complete', or the error. */
  end: unknown
  readonly stop: () => void
}

const watch = (
  { cleanup }: Pick<TestContext, 'cleanup'>,
  client: JobManagerClient,
  id = 'job-1',
): Watched => {
  const seen: JobInfo[] = []
  const subscription = client.job$(id).subscribe({
    next: (job) => seen.push(job),
    error: (error: unknown) => (watched.end = error),
    complete: () => (watched.end = 'complete'),
  })
  const stop = (): void => subscription.unsubscribe()
  cleanup(stop)
  const watched: Watched = { seen, statuses: () => seen.map(({ status }) => status), end: undefined, stop }
  return watched
}

const looks = (server: FakeJobServer): number => server.count(/^GET \/api\/v1\/jobs\/job-1$/)

/** Events are coming, and the job was looked at since. */
const settled = async (server: FakeJobServer): Promise<void> => {
  await until(() => server.streams() === 1 && looks(server) === 2)
}

suite('job$', (test) => {
  test('tells what a job is, then each time that is something new, until it is over', async (context) => {
    const server = await fakeJobServer(context)
    // It is never looked at but when events say so.
    const client = clientOf(context, server, { pollInterval: 1_000_000 })
    server.put()
    const watched = watch(context, client)
    await settled(server)
    for (const status of ['running', 'stopping', 'completed'] as const) {
      server.become('job-1', status)
      await until(() => watched.statuses().includes(status))
    }
    assert.equal(watched.statuses(), ['queued', 'running', 'stopping', 'completed'])
    assert.is(watched.end, 'complete')
    assert.is(looks(server), 5)
    await until(() => server.streams() === 0)
  })

  test('asks for nothing more of a job that is over already', async (context) => {
    const server = await fakeJobServer(context)
    server.put({ status: 'failed' })
    const watched = watch(context, clientOf(context, server))
    await until(() => watched.end === 'complete')
    assert.is(server.requests.length, 1)
  })

  test('tells the latest at once to who comes later, and looks once for all of them', async (context) => {
    const server = await fakeJobServer(context)
    const client = clientOf(context, server, { pollInterval: 1_000_000 })
    server.put()
    const first = watch(context, client)
    await settled(server)
    const second = watch(context, client)
    assert.equal(second.statuses(), ['queued'])
    server.become('job-1', 'running')
    await until(() => second.seen.length === 2)
    assert.equal(first.seen, second.seen)
    assert.is(looks(server), 3)
    first.stop()
    second.stop()
    await until(() => server.streams() === 0)
    server.put({ name: 'renamed' })
    const third = watch(context, client)
    await until(() => third.seen.length > 0)
    assert.is(third.seen[0]?.name, 'renamed', 'nothing old is told to who comes when nobody watched')
  })

  test('never goes back to an older revision', async (context) => {
    const server = await fakeJobServer(context)
    server.put({ revision: 9 })
    server.faults.on(/events/, ...Array.from({ length: 20 }, () => 'reset' as const))
    const watched = watch(context, clientOf(context, server))
    await until(() => watched.seen.length === 1)
    server.put({ revision: 8, name: 'old' })
    const before = looks(server)
    await until(() => looks(server) > before + 1)
    server.put({ revision: 10, name: 'new', status: 'completed' })
    await until(() => watched.end === 'complete')
    assert.equal(
      watched.seen.map(({ revision }) => revision),
      [9, 10],
    )
  })

  test('tells what changes within a revision: the figures of its process', async (context) => {
    const server = await fakeJobServer(context)
    server.put({ revision: 1 })
    server.faults.on(/events/, ...Array.from({ length: 50 }, () => 'reset' as const))
    const watched = watch(context, clientOf(context, server))
    await until(() => looks(server) > 3)
    assert.is(watched.seen.length, 1)
    server.put({ revision: 1, progress: aProgress(5) })
    await until(() => watched.seen.length === 2)
  })

  test('looks in intervals where there are no events, and only then', async (context) => {
    const server = await fakeJobServer(context)
    const clock = new ManualClock()
    const retry = { initial: 2_000, max: 2_000, jitter: 0 }
    const client = clientOf(context, server, { clock, pollInterval: 500, timeout: 55, silence: 77, retry })
    const asked = (ms: number): number => clock.asked.filter((each) => each === ms).length
    server.put()
    server.retry = 2_000
    server.faults.on(
      /events/,
      { status: 200, headers: { 'content-type': 'text/html' }, body: 'no' },
      problem(503, 'ERR_SERVER_BUSY'),
    )
    const watched = watch(context, client)
    // The stream was refused, and is to be tried again at 2 000.
    await until(() => asked(500) === 1 && asked(2_000) === 1)
    for (let polls = 2; polls <= 4; polls++) {
      await clock.advance(500)
      await until(() => asked(500) === polls)
      assert.is(looks(server), polls)
    }
    await clock.advance(500)
    await until(() => asked(500) === 5 && asked(2_000) === 2)
    // It is refused again, and there at 4 000.
    await clock.advance(2_000)
    await until(() => asked(77) > 0 && looks(server) > 5)
    const live = looks(server)
    for (let beat = 0; beat < 40; beat++) {
      const before = asked(77)
      server.send('job-1', ': heartbeat\n\n')
      await until(() => asked(77) > before)
      await clock.advance(70)
    }
    assert.ok(looks(server) <= live + 1, 'one more look than before there were events, at most')
    server.become('job-1', 'completed')
    await until(() => watched.end === 'complete')
  })

  for (const fault of ['reset', 'half', 'lose'] as const) {
    test(`goes on over looks that fail: ${fault}`, async (context) => {
      const server = await fakeJobServer(context)
      server.put()
      const watched = watch(context, clientOf(context, server))
      await settled(server)
      server.faults.on(/jobs\/job-1/, fault, fault, problem(502, 'ERR_X'), { status: 200, body: '<html>' })
      server.become('job-1', 'running')
      server.become('job-1', 'completed')
      await until(() => watched.end === 'complete')
      assert.is(watched.statuses().at(-1), 'completed')
      assert.is(server.faults.left, 0)
    })
  }

  test('sees an end that came while there was no connection, and over a restart of the server', async (context) => {
    const server = await fakeJobServer(context)
    server.put()
    const watched = watch(context, clientOf(context, server))
    await settled(server)
    await server.kill()
    server.become('job-1', 'running')
    server.become('job-1', 'completed')
    server.events.length = 0
    await server.listen()
    await until(() => watched.end !== undefined)
    assert.is(watched.end, 'complete')
    assert.is(watched.statuses().at(-1), 'completed')
  })

  test('sees an end between a look and the beginning of events', async (context) => {
    const server = await fakeJobServer(context)
    server.put()
    const client = clientOf(context, server, { pollInterval: 1_000_000 })
    let go = (): void => {}
    server.faults.on(/events/, { until: new Promise<void>((resolve) => (go = resolve)) })
    const watched = watch(context, client)
    await until(() => server.count(/events/) === 1)
    server.become('job-1', 'completed')
    go()
    await until(() => watched.end === 'complete')
  })

  test('says so when the job is deleted meanwhile, whether events tell it or not', async (context) => {
    const server = await fakeJobServer(context)
    const client = clientOf(context, server)
    for (const quiet of [true, false]) {
      server.put()
      server.requests.length = 0
      const watched = watch(context, client)
      await settled(server)
      if (quiet) {
        server.jobs.delete('job-1')
        server.cutStreams()
      } else server.remove('job-1')
      await until(() => watched.end !== undefined)
      assert.instance(watched.end, JobDeletedError)
      assert.match((watched.end as Error).message, /Job job-1 was deleted meanwhile/)
    }
  })

  test('says so when there is no such job', async (context) => {
    const server = await fakeJobServer(context)
    const watched = watch(context, clientOf(context, server))
    await until(() => watched.end !== undefined)
    assert.instance(watched.end, JobNotFoundError)
  })

  test('fails with what does not pass', async (context) => {
    const server = await fakeJobServer(context)
    server.put()
    const watched = watch(context, clientOf(context, server))
    await settled(server)
    server.faults.on(/jobs\/job-1/, problem(403, 'ERR_FORBIDDEN'))
    server.become('job-1', 'running')
    await until(() => watched.end !== undefined)
    assert.instance(watched.end, ForbiddenError)
    await until(() => server.streams() === 0)
  })

  test('fails when its patience is at an end', async (context) => {
    const server = await fakeJobServer(context)
    server.put()
    const clock = new ManualClock()
    const client = clientOf(context, server, {
      clock,
      patience: 10_000,
      pollInterval: 1_000,
      timeout: 55,
      silence: 77,
      retry: { initial: 1_000, max: 1_000, jitter: 0 },
    })
    const watched = watch(context, client)
    await settled(server)
    await server.kill()
    const begin = clock.now()
    while (watched.end === undefined) await clock.advance(100)
    assert.instance(watched.end, ServerUnreachableError)
    assert.ok(clock.now() - begin > 10_000 && clock.now() - begin < 12_000, `${clock.now() - begin} ms`)
    assert.is(clock.waiting, 0)
  })

  test('fails when the client is closed', async (context) => {
    const server = await fakeJobServer(context)
    server.put()
    const client = clientOf(context, server)
    const watched = watch(context, client)
    await settled(server)
    await client.close()
    await until(() => watched.end !== undefined)
    assert.instance(watched.end, ClientClosedError)
  })

  test('takes events that make no sense for signs to look', async (context) => {
    const server = await fakeJobServer(context)
    server.put()
    const watched = watch(context, clientOf(context, server))
    await settled(server)
    server.send('job-1', frame('job_status_changed', { nonsense: true }, 5))
    server.put({ status: 'completed' })
    await until(() => watched.end === 'complete')
  })

  test('watches many jobs over few connections', async (context) => {
    const server = await fakeJobServer(context)
    const client = clientOf(context, server, { pollInterval: 1_000_000 })
    const ids = Array.from({ length: 30 }, (_, index) => `job-${index}`)
    for (const id of ids) server.put({ id })
    const watched = ids.map((id) => watch(context, client, id))
    await until(() => watched.every(({ seen }) => seen.length > 0) && server.streams() === 2)
    for (const id of ids) server.become(id, 'completed')
    await until(() => watched.every(({ end }) => end === 'complete'))
    await until(() => server.streams() === 0)
    assert.is(server.count(/events/), 2)
  })
})

suite('heard$', (test) => {
  test('shares the stream of who watches the job, and tells when it is lost', async (context) => {
    const server = await fakeJobServer(context)
    const client = clientOf(context, server, { pollInterval: 1_000_000 })
    server.put()
    const heard: boolean[] = []
    const hearing = client.heard$('job-1').subscribe((isHeard) => heard.push(isHeard))
    context.cleanup(() => hearing.unsubscribe())
    const watched = watch(context, client)
    await settled(server)
    assert.equal(heard, [true])
    server.faults.on(/events/, 'reset')
    server.cutStreams()
    await until(() => heard.length === 3)
    assert.equal(heard, [true, false, true])
    server.become('job-1', 'completed')
    await until(() => watched.end === 'complete')
    assert.is(server.streams(), 1)
    hearing.unsubscribe()
    await until(() => server.streams() === 0)
  })

  test('hears a server that has streams enough', async (context) => {
    const server = await fakeJobServer(context)
    server.faults.on(/events/, ...Array.from({ length: 50 }, () => ({ status: 429 }) as const))
    server.put()
    const heard: boolean[] = []
    const hearing = clientOf(context, server)
      .heard$('job-1')
      .subscribe((isHeard) => heard.push(isHeard))
    await until(() => server.count(/events/) >= 2)
    hearing.unsubscribe()
    assert.equal(heard, [true])
  })
})

suite('progress$', (test) => {
  test('tells how far a job is as events tell it, and how far it was at the end', async (context) => {
    const server = await fakeJobServer(context)
    const client = clientOf(context, server, { pollInterval: 1_000_000 })
    server.put({ progress: aProgress(1) })
    const read: number[] = []
    let done = false
    client
      .progress$('job-1')
      .subscribe({ next: (progress) => read.push(progress.read), complete: () => (done = true) })
    await settled(server)
    for (const n of [5, 9]) {
      server.send('job-1', frame('progress', { job: 'job-1', progress: aProgress(n) }))
      await until(() => read.at(-1) === n)
    }
    server.become('job-1', 'running', { progress: aProgress(7) })
    await until(() => looks(server) === 3)
    server.become('job-1', 'completed', { progress: aProgress(10) })
    await until(() => done)
    assert.equal(read, [1, 5, 9, 10])
  })

  test('tells it from the job itself where there are no events', async (context) => {
    const server = await fakeJobServer(context)
    server.faults.on(/events/, ...Array.from({ length: 50 }, () => 'reset' as const))
    server.put()
    const read: number[] = []
    const subscription = clientOf(context, server)
      .progress$('job-1')
      .subscribe((progress) => read.push(progress.read))
    await until(() => looks(server) > 1)
    server.put({ progress: aProgress(3) })
    await until(() => read.length === 1)
    server.put({ progress: aProgress(4) })
    await until(() => read.length === 2)
    assert.equal(read, [3, 4])
    subscription.unsubscribe()
  })
})

suite('waitForEnd', (test) => {
  for (const status of ['completed', 'stopped', 'failed', 'cancelled'] as const) {
    test(`resolves to a job that has ${status}`, async (context) => {
      const server = await fakeJobServer(context)
      server.put()
      const wait = clientOf(context, server).waitForEnd('job-1')
      await settled(server)
      server.become('job-1', status)
      assert.is((await wait).status, status)
      await until(() => server.streams() === 0)
    })
  }

  test('lasts no longer than its timeout, and tells what the job was then', async (context) => {
    const server = await fakeJobServer(context)
    server.put({ status: 'running' })
    const clock = new ManualClock()
    const wait = rejectionOf(clientOf(context, server, { clock }).waitForEnd('job-1', { timeout: 5_000 }))
    await settled(server)
    await clock.advance(5_000)
    const error = (await wait) as WaitTimeoutError
    assert.instance(error, WaitTimeoutError)
    assert.is(error.job?.status, 'running')
    assert.match(error.message, /Job job-1 was not over within 5000 ms: it is running\./)
    await until(() => server.streams() === 0)
    assert.is(clock.waiting, 0)
  })

  test('ends when it is told to, before or meanwhile', async (context) => {
    const server = await fakeJobServer(context)
    server.put()
    const client = clientOf(context, server)
    const why = new Error('enough')
    assert.is(await rejectionOf(client.waitForEnd('job-1', { signal: AbortSignal.abort(why) })), why)
    assert.is(server.requests.length, 0)
    const control = new AbortController()
    const wait = rejectionOf(client.waitForEnd('job-1', { signal: control.signal }))
    await settled(server)
    control.abort(why)
    assert.is(await wait, why)
    await until(() => server.streams() === 0)
  })
})
