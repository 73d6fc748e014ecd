import * as assert from 'uvu/assert'
import {
  type GapNotice,
  type JobEvent,
  type JobManagerClient,
  ProtocolError,
  ServerUnreachableError,
  UnauthenticatedError,
} from '../../src/client/index.ts'
import type { EventsOptions } from '../../src/client/job-events.ts'
import { until } from '../job/jobs.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { summaryOf } from './support/a-job.ts'
import { clientOf } from './support/client-of.ts'
import { type FakeJobServer, fakeJobServer, frame } from './support/fake-job-server.ts'
import { problem } from './support/faults.ts'

interface Watched {
  readonly seen: (JobEvent | GapNotice)[]
  readonly ids: () => readonly (number | string)[]
  readonly failure: Promise<unknown>
}

const watch = (
  { cleanup }: Pick<TestContext, 'cleanup'>,
  client: JobManagerClient,
  options: EventsOptions = {},
): Watched => {
  const seen: (JobEvent | GapNotice)[] = []
  let fail: (error: unknown) => void = () => {}
  const failure = new Promise<unknown>((resolve) => (fail = resolve))
  const subscription = client.events$(options).subscribe({ next: (event) => seen.push(event), error: fail })
  cleanup(() => subscription.unsubscribe())
  return {
    seen,
    failure,
    ids: () => seen.map((event) => (event.type === 'gap' ? `gap ${event.firstKept}` : event.id)),
  }
}

/** Events of one job, so many. */
const happen = (server: FakeJobServer, count: number, job = 'job-1'): void => {
  const summary = summaryOf(server.put({ id: job }))
  for (let n = 0; n < count; n++) server.emit({ type: 'job_submitted', job, summary })
}

suite('events$', (test) => {
  test('tells what happens from now on, or behind an event, of all jobs or one', async (context) => {
    const server = await fakeJobServer(context)
    const client = clientOf(context, server)
    happen(server, 2)
    happen(server, 1, 'job-2')
    const all = watch(context, client)
    const behind = watch(context, client, { since: 1 })
    const one = watch(context, client, { since: 0, job: 'job-1' })
    await until(() => server.streams() === 3)
    happen(server, 1)
    await until(() => all.seen.length === 1 && behind.seen.length === 3 && one.seen.length === 3)
    assert.equal([all.ids(), behind.ids(), one.ids()], [[4], [2, 3, 4], [1, 2, 4]])
  })

  test('goes on behind the last event when a connection is lost, and gives none twice', async (context) => {
    const server = await fakeJobServer(context)
    const { ids, seen } = watch(context, clientOf(context, server), { since: 0 })
    for (let round = 1; round <= 5; round++) {
      happen(server, 3)
      await until(() => seen.length === round * 3)
      if (round % 2) server.cutStreams()
      else server.endStreams()
      await until(() => server.streams() === 0)
    }
    happen(server, 1)
    await until(() => seen.length === 16)
    assert.equal(
      ids(),
      Array.from({ length: 16 }, (_, index) => index + 1),
    )
    const asked = server.requests.map(({ headers }) => headers['last-event-id'])
    assert.equal(asked, ['0', '3', '6', '9', '12', '15'])
  })

  test('gives none twice either where a proxy keeps Last-Event-ID to itself', async (context) => {
    const server = await fakeJobServer(context)
    const { ids, seen } = watch(context, clientOf(context, server), { since: 0 })
    happen(server, 2)
    await until(() => seen.length === 2)
    server.repeatFrom = 0
    server.cutStreams()
    await until(() => server.requests.length === 2 && server.streams() === 1)
    happen(server, 1)
    await until(() => seen.length === 3)
    assert.equal(ids(), [1, 2, 3])
    assert.match(server.requests[1]?.path ?? '', /since=2/)
  })

  test('misses nothing of what happens from now on, though no event came before the connection is lost', async (context) => {
    const server = await fakeJobServer(context)
    happen(server, 3)
    const { ids, seen } = watch(context, clientOf(context, server))
    await until(() => server.streams() === 1)
    await server.kill()
    happen(server, 2)
    await server.listen()
    await until(() => seen.length === 2)
    assert.equal(ids(), [4, 5])
  })

  test('says what is gone, and goes on behind it', async (context) => {
    const server = await fakeJobServer(context)
    happen(server, 9)
    server.firstKept = 7
    const { ids, seen } = watch(context, clientOf(context, server), { since: 2 })
    await until(() => seen.length === 4)
    server.cutStreams()
    await until(() => server.streams() === 0)
    happen(server, 1)
    await until(() => seen.length === 5)
    assert.equal(ids(), ['gap 7', 7, 8, 9, 10])
  })

  test('begins anew with a server that was set up anew', async (context) => {
    const server = await fakeJobServer(context)
    happen(server, 5)
    const { ids, seen } = watch(context, clientOf(context, server), { since: 0 })
    await until(() => seen.length === 5)
    server.events.length = 0
    server.send(undefined, frame('gap', { firstKept: 1 }, 0))
    happen(server, 2)
    await until(() => seen.length === 8)
    assert.equal(ids(), [1, 2, 3, 4, 5, 'gap 1', 1, 2])
  })

  test('misses nothing that happens while the server is down', async (context) => {
    const server = await fakeJobServer(context)
    const { ids, seen } = watch(context, clientOf(context, server), { since: 0 })
    happen(server, 1)
    await until(() => seen.length === 1)
    await server.kill()
    happen(server, 2)
    await server.listen()
    happen(server, 1)
    await until(() => seen.length === 4)
    assert.equal(ids(), [1, 2, 3, 4])
  })

  test('passes over what this version does not know', async (context) => {
    const server = await fakeJobServer(context)
    const { ids, seen } = watch(context, clientOf(context, server), { since: 0 })
    await until(() => server.streams() === 1)
    server.send(
      undefined,
      ': a comment\n\nevent: slow\ndata: {}\n\nevent: job.dreamt\ndata: {"id":1}\nid: 1\n\ndata: x\n\n',
    )
    happen(server, 2)
    await until(() => seen.length === 2)
    assert.equal(ids(), [1, 2])
  })

  test('fails where an event is not what it should be', async (context) => {
    const server = await fakeJobServer(context)
    const { failure } = watch(context, clientOf(context, server))
    await until(() => server.streams() === 1)
    server.send(undefined, frame('job_deleted', { id: 1, type: 'job_deleted' }, 1))
    const error = (await failure) as Error
    assert.instance(error, ProtocolError)
    assert.match(error.message, /at at: /)
    await until(() => server.streams() === 0)
  })

  test('fails where it may not listen', async (context) => {
    const server = await fakeJobServer(context)
    server.faults.on(/./, problem(401, 'ERR_UNAUTHENTICATED'))
    assert.instance(await watch(context, clientOf(context, server)).failure, UnauthenticatedError)
  })

  test('fails with a server that was never there, after as many attempts as calls get', async (context) => {
    const server = await fakeJobServer(context)
    await server.kill()
    const { failure } = watch(context, clientOf(context, server, { retry: { attempts: 2 } }))
    assert.instance(await failure, ServerUnreachableError)
  })

  test('comes back as slowly as it is told, and more slowly each time', async (context) => {
    const server = await fakeJobServer(context)
    server.retry = 300
    const clock = new ManualClock()
    const client = clientOf(context, server, {
      clock,
      silence: 77,
      timeout: 55,
      retry: { initial: 10, max: 1_000, jitter: 0 },
    })
    const { seen } = watch(context, client, { since: 0 })
    const waits = (): readonly number[] => clock.asked.filter((ms) => ms !== 77 && ms !== 55)
    const lost = async (count: number): Promise<void> => {
      await until(() => waits().length === count)
      await clock.advance(waits().at(-1)!)
    }
    happen(server, 1)
    await until(() => seen.length === 1)
    server.faults.on(
      /./,
      'reset',
      problem(503, 'ERR_SERVER_BUSY', { headers: { 'retry-after': '8' } }),
      'reset',
    )
    server.cutStreams()
    for (let count = 1; count <= 4; count++) await lost(count)
    assert.equal(waits(), [300, 600, 8_000, 1_000])
    await until(() => server.streams() === 1)
    happen(server, 1)
    await until(() => seen.length === 2)
    server.cutStreams()
    await lost(5)
    assert.is(waits()[4], 300, 'it begins again when there was an event')
  })

  test('takes a connection without a sign of life for lost, heartbeats being signs', async (context) => {
    const server = await fakeJobServer(context)
    const clock = new ManualClock()
    const client = clientOf(context, server, { clock, silence: 1_000, retry: { initial: 10, jitter: 0 } })
    const { seen } = watch(context, client, { since: 0 })
    await until(() => clock.asked.at(-1) === 1_000)
    for (let beat = 0; beat < 3; beat++) {
      await clock.advance(900)
      const before = clock.asked.length
      server.send(undefined, ': heartbeat\n\n')
      await until(() => clock.asked.length > before)
    }
    assert.is(server.requests.length, 1)
    server.mute = true
    happen(server, 1)
    await clock.advance(1_000)
    server.mute = false
    await until(() => clock.asked.at(-1) === 1)
    await clock.advance(10)
    await until(() => seen.length === 1)
    assert.is(server.requests.length, 2)
    await until(() => server.streams() === 1)
  })

  test('gives up when its patience is at an end, counted from the last answer', async (context) => {
    const server = await fakeJobServer(context)
    const clock = new ManualClock()
    const client = clientOf(context, server, {
      clock,
      patience: 5_000,
      silence: 77,
      timeout: 55,
      retry: { initial: 1_000, max: 1_000, jitter: 0 },
    })
    server.retry = 1_000
    const { failure } = watch(context, client)
    await until(() => server.streams() === 1 && clock.asked.at(-1) === 77)
    await server.kill()
    let error: unknown
    void failure.then((thrown) => (error = thrown))
    const begin = clock.now()
    while (error === undefined) await clock.advance(clock.asked.at(-1) === 1_000 ? 1_000 : 0)
    assert.instance(error, ServerUnreachableError)
    assert.is(clock.now() - begin, 6_000)
  })

  test('lets go of its connection when nobody listens any more', async (context) => {
    const server = await fakeJobServer(context)
    const clock = new ManualClock()
    const client = clientOf(context, server, { clock })
    const subscription = client.events$().subscribe()
    await until(() => server.streams() === 1)
    subscription.unsubscribe()
    await until(() => server.streams() === 0)
    assert.is(clock.waiting, 0)
    assert.is(server.requests.length, 1)
  })

  test('is ended by its subscriber in the middle of what has arrived', async (context) => {
    const server = await fakeJobServer(context)
    const client = clientOf(context, server)
    happen(server, 5)
    const seen: number[] = []
    const subscription = client.events$({ since: 0 }).subscribe((event) => {
      if (event.type !== 'gap') seen.push(event.id)
      if (seen.length === 2) subscription.unsubscribe()
    })
    await until(() => server.streams() === 0 && seen.length === 2)
    assert.equal(seen, [1, 2])
  })
})

suite('feed$', (test) => {
  test('tells beside events from when on nothing is missed, and when that is over', async (context) => {
    const server = await fakeJobServer(context)
    const seen: string[] = []
    const feed = clientOf(context, server)
      .feed$()
      .subscribe((notice) => seen.push(notice.type))
    context.cleanup(() => feed.unsubscribe())
    await until(() => seen.length === 1)
    happen(server, 1)
    await until(() => seen.length === 2)
    server.cutStreams()
    await until(() => seen.length === 4)
    assert.equal(seen, ['open', 'event', 'lost', 'open'])
  })
})
