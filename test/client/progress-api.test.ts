import * as assert from 'uvu/assert'
import { JobNotFoundError, type JobManagerClient, type ProgressReport } from '../../src/client/index.ts'
import type { ClientOptions } from '../../src/client/client-options.ts'
import { startJobServer } from '../../src/jobs/server/start-job-server.ts'
import { rejectionOf } from '../job/jobs.ts'
import { toldProgress } from '../jobs/progress/told-progress.ts'
import { FakeManager } from '../jobs/server/fake-manager.ts'
import { chaoticProxy } from '../support/chaotic-proxy.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { clientOf } from './support/client-of.ts'

interface Scene {
  readonly manager: FakeManager
  readonly port: number
  readonly client: JobManagerClient
  /** Of the server: its job has done so much. */
  readonly tell: (id: string, done: number) => void
}

async function scene(context: TestContext, options: ClientOptions = {}): Promise<Scene> {
  const manager = new FakeManager()
  const server = await startJobServer({
    ...{ manager, tokens: manager.store.tokens, port: 0, progressInterval: 1 },
  })
  context.cleanup(() => server.close())
  const tell: Scene['tell'] = (job, done) => manager.progress.next({ job, progress: toldProgress(done, 40) })
  return { manager, port: server.port, client: clientOf(context, server, options), tell }
}

suite('JobManagerClient.progress', (test) => {
  test('tells how far jobs are, in a line, at length and of many', async (context) => {
    const { manager, client, tell } = await scene(context)
    const { progress } = client
    const [{ id }, other] = [manager.create(), manager.create()]
    manager.become(id, 'running')
    manager.log(id, 'one')
    manager.log(id, 'two')
    tell(id, 10)
    assert.equal(await progress.inline(id), { job_id: id, stage: 'Running', last_log: 'two', progress: 25 })
    const report = await progress.get(id)
    assert.equal([report.job, report.status, report.progress, report.from], [id, 'running', 25, 'runtime'])
    const { items, missing } = await progress.of([other.id, id, 'nobody'])
    assert.equal([items.map(({ job }) => job), missing], [[other.id, id], ['nobody']])
    for (const method of ['inline', 'get'] as const) {
      assert.instance(await rejectionOf(progress[method]('nobody')), JobNotFoundError)
    }
  })

  test('is followed from change to change, until the job is over', async (context) => {
    const { manager, client, tell } = await scene(context)
    const { id } = manager.create()
    manager.become(id, 'running')
    tell(id, 10)
    const seen: unknown[] = []
    for await (const { progress, status } of client.progress.follow(id)) {
      seen.push([progress, status])
      if (progress === 25) tell(id, 20)
      else if (status === 'running') manager.become(id, 'completed')
    }
    assert.equal(seen, [
      [25, 'running'],
      [50, 'running'],
      [100, 'completed'],
    ])
  })

  test('is waited for by the server, and not asked for again and again', async (context) => {
    const { manager, port, tell } = await scene(context)
    const proxy = await chaoticProxy(context, { port })
    let asked = 0
    const client = clientOf(context, proxy, {
      fetch: (url, init) => {
        asked++
        return fetch(url, init)
      },
    })
    const { id } = manager.create()
    manager.become(id, 'running')
    const reports = client.progress.follow(id)
    await reports.next()
    const next = reports.next()
    // By then the second request waits there; it is cut, and sent again.
    while (asked < 2) await new Promise((resolve) => setImmediate(resolve))
    for (let turns = 0; turns < 50; turns++) await client.health()
    assert.is(asked, 52)
    tell(id, 30)
    const { value } = await next
    assert.is((value as ProgressReport).progress, 75)
    await reports.return()
  })

  test('goes on over connections that are lost', async (context) => {
    const { manager, port, tell } = await scene(context)
    const proxy = await chaoticProxy(context, {
      port,
      treat: (connection) => (connection % 2 === 0 ? { afterDown: 0 } : {}),
    })
    const client = clientOf(context, proxy)
    const { id } = manager.create()
    manager.become(id, 'running')
    tell(id, 20)
    const reports = client.progress.follow(id)
    assert.is(((await reports.next()).value as ProgressReport).progress, 50)
    proxy.cutAll()
    manager.become(id, 'failed')
    assert.is(((await reports.next()).value as ProgressReport).status, 'failed')
    assert.is((await reports.next()).done, true)
  })

  test('of a job that is not there, or that nobody wants any more, ends', async (context) => {
    const { manager, client } = await scene(context)
    assert.instance(await rejectionOf(client.progress.follow('nobody').next()), JobNotFoundError)
    const { id } = manager.create()
    const stop = new AbortController()
    const reports = client.progress.follow(id, { signal: stop.signal })
    await reports.next()
    const next = reports.next()
    stop.abort(new Error('enough'))
    assert.match(((await rejectionOf(next)) as Error).message, 'enough')
    const other = client.progress.follow(id)
    await other.next()
    const waiting = rejectionOf(other.next())
    await client.close()
    assert.is(((await waiting) as { code?: string }).code, 'ERR_CLIENT_CLOSED')
  })
})
