import * as assert from 'uvu/assert'
import type { FeedNotice } from '../../src/client/job-events.ts'
import { ServerBusyError } from '../../src/client/index.ts'
import type { ClientOptions } from '../../src/client/client-options.ts'
import { type JobServer, startJobServer } from '../../src/jobs/server/start-job-server.ts'
import { Millrace } from '../cli/millrace.ts'
import { rejectionOf, until } from '../job/jobs.ts'
import { FakeManager } from '../jobs/server/fake-manager.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { turn } from '../support/turns.ts'
import { clientOf } from './support/client-of.ts'

/** A real server, and all streams of events that this address may have. */
async function crowded(context: TestContext) {
  const manager = new FakeManager()
  const server = await startJobServer({ manager, tokens: manager.store.tokens, port: 0 })
  context.cleanup(() => server.close())
  const streams = await Promise.all(Array.from({ length: 5 }, () => open(server)))
  context.cleanup(() => streams.forEach(({ close }) => close()))
  return { manager, server, leave: () => streams.forEach(({ close }) => close()) }
}

async function open({ url }: JobServer): Promise<{ readonly status: number; readonly close: () => void }> {
  const abort = new AbortController()
  const { status } = await fetch(`${url}/api/v1/events`, { signal: abort.signal })
  return { status, close: () => abort.abort() }
}

const clientFor = (context: TestContext, server: JobServer, options: ClientOptions = {}) =>
  clientOf(context, server, { pollInterval: 20, ...options })

suite('a server that has all streams of an address open', (test) => {
  test('refuses the sixth, says what to do, and lets logs pass', async (context) => {
    const { server, manager, leave } = await crowded(context)
    const refused = await fetch(`${server.url}/api/v1/events`)
    assert.is(refused.status, 429)
    assert.is(refused.headers.get('retry-after'), '10')
    const problem = (await refused.json()) as { code: string; detail: string; remedy: string }
    assert.is(problem.code, 'ERR_SERVER_BUSY')
    assert.match(problem.detail, /5 streams/)
    assert.match(problem.remedy, /streamsPerAddress/)
    const { id } = manager.create()
    const logs = new AbortController()
    const { status } = await fetch(`${server.url}/api/v1/jobs/${id}/logs/stream`, { signal: logs.signal })
    logs.abort()
    assert.is(status, 200)
    leave()
    let again = await open(server)
    while (again.status !== 200) again = await open(server)
    again.close()
  })

  test('is told of all that happens by who asks, each event once and in order', async (context) => {
    const { server, manager } = await crowded(context)
    const { id: before } = manager.create()
    const client = clientFor(context, server)
    const notices: FeedNotice[] = []
    const feed = client.feed$().subscribe((notice) => notices.push(notice))
    const seen: number[] = []
    const all = client.events$({ since: 0 }).subscribe(({ type, ...event }) => {
      if (type !== 'gap') seen.push((event as { id: number }).id)
    })
    context.cleanup(() => (feed.unsubscribe(), all.unsubscribe()))
    await until(() => notices.length === 1 && seen.length === 1)
    assert.is(notices[0]!.type, 'open')
    manager.become(before, 'running')
    for (let count = 0; count < 3; count++) manager.create()
    await until(() => seen.length === 5 && notices.length === 5)
    assert.equal(seen, [1, 2, 3, 4, 5])
    assert.equal(
      notices.slice(1).map((notice) => notice.type === 'event' && 'id' in notice.event && notice.event.id),
      [2, 3, 4, 5],
    )
    assert.not(notices.some(({ type }) => type === 'lost'))
  })

  test('is asked by many that wait for jobs, and by none for ever', async (context) => {
    const { server, manager } = await crowded(context)
    const ids = Array.from({ length: 7 }, () => manager.create().id)
    const clients = ids.map(() => clientFor(context, server))
    const ends = ids.map((id, index) => clients[index]!.waitForEnd(id))
    for (const id of ids) manager.become(id, 'running')
    for (let turns = 0; turns < 100; turns++) await turn()
    for (const id of ids) manager.become(id, 'completed')
    const jobs = await Promise.all(ends)
    assert.equal(
      jobs.map(({ status }) => status),
      ids.map(() => 'completed'),
    )
  })

  test('is asked for a stream again when it has said, with nothing lost between', async (context) => {
    const { server, manager, leave } = await crowded(context)
    const clock = new ManualClock()
    const client = clientFor(context, server, { clock, pollInterval: 1000, retry: { jitter: 0 } })
    const types: string[] = []
    const feed = client.feed$().subscribe((notice) => {
      types.push(notice.type === 'event' ? notice.event.type : notice.type)
    })
    context.cleanup(() => feed.unsubscribe())
    await until(() => types.length === 1)
    leave()
    while ((await fetch(`${server.url}/api/v1/events`, { method: 'HEAD' })).status !== 200);
    const { id } = manager.create()
    manager.become(id, 'running')
    // The first waits are those of polls.
    while (!clock.asked.includes(1000)) await turn()
    for (let second = 0; second < 11; second++) {
      await clock.advance(1000)
      await until(() => types.includes('job_status_changed'))
    }
    await until(() => types.filter((type) => type === 'open').length === 2)
    manager.tellProgress(id, 1)
    await until(() => types.at(-1) === 'progress')
    assert.equal(types, ['open', 'job_submitted', 'job_status_changed', 'open', 'progress'])
  })

  test('is no reason for a client to go on where the server refuses what is asked instead', async (context) => {
    const { server } = await crowded(context)
    const client = clientFor(context, server, {
      retry: { attempts: 0 },
      fetch: (url, init) =>
        /history/.test(url) ? Promise.resolve(new Response('{}', { status: 403 })) : fetch(url, init),
    })
    const first = client.followEvents()[Symbol.asyncIterator]().next()
    const error = await rejectionOf(first)
    assert.not(error instanceof ServerBusyError)
    assert.match(String(error), /history/)
  })

  test('is waited for and watched from the command line', { timeout: 60_000 }, async (context) => {
    const { server, manager } = await crowded(context)
    const { id } = manager.create('prices')
    manager.become(id, 'running')
    const millrace = new Millrace(context)
    const at = ['--port', String(server.port)]
    let asked = 0
    const get = manager.get.bind(manager)
    manager.get = (job) => (asked++, get(job))
    const said = Promise.all(['wait', 'watch'].map((command) => millrace.call([command, id, ...at])))
    // Both have asked more than once, so they go on without a stream.
    await until(() => asked > 6)
    manager.become(id, 'completed')
    for (const { code, err } of await said) {
      assert.is(code, 0, err)
      assert.not.match(err, /does not answer|429|streams/)
    }
  })
})
