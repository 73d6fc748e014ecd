import * as assert from 'uvu/assert'
import {
  ProviderAnswerError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/errors/provider-errors.ts'
import { silentLogger } from '../../../src/functions/logger.ts'
import { ForeignJobsService } from '../../../src/jobs/foreign/foreign-jobs-service.ts'
import { jobListSchema } from '../../../src/protocol/job-list.ts'
import { logPageSchema } from '../../../src/protocol/answers.ts'
import { providerListSchema, syncResultSchema } from '../../../src/protocol/provider-info.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { hanging, ScriptedProvider, waiting } from '../foreign/support/scripted-provider.ts'
import { callable, type Called, isProblem } from './call.ts'
import { FakeManager } from './fake-manager.ts'

interface Scene extends Called {
  readonly ray: ScriptedProvider
  readonly clock: ManualClock
  readonly foreign: ForeignJobsService
  /** Id of a job of the provider. */
  id(externalId: string): string
}

/** @param token whether tokens are needed */
function scene(context: TestContext, token = false): Scene {
  const clock = new ManualClock()
  const manager = new FakeManager(clock)
  const ray = new ScriptedProvider()
  const foreign = new ForeignJobsService({
    context: { store: manager.store.foreign, clock, random: () => 0.5, logger: silentLogger },
    providers: [{ provider: ray, polling: { mode: 'on', interval: 30_000 }, webhook: false, concurrency: 8 }],
    info: (id) => manager.get(id),
    owner: 'this server',
  })
  context.cleanup(() => foreign.close())
  const called = callable(
    context,
    { foreign, clock, requireToken: token, ...(token && { token: admin }) },
    manager,
  )
  const id = (externalId: string): string => manager.store.foreign.find('ray', externalId)!.id
  return { ...called, ray, clock, foreign, id }
}

const admin = 'a-token-of-the-start-that-is-long'

suite('routes of jobs elsewhere', (test) => {
  test('find jobs, list them and show them', async (context) => {
    const { call, ray, id } = scene(context)
    ray.fill(3)
    const synced = syncResultSchema.parse((await call('POST /api/v1/jobs/sync')).body)
    assert.equal([synced.synced, synced.updated, synced.message], [3, 3, 'Synced 3 jobs: 3 new.'])
    assert.is((await call('POST /api/v1/jobs/sync?provider=ray&limit=2')).body.total, undefined)
    assert.is(ray.calls.list, 2)
    const job = await call(`GET /api/v1/jobs/${id('j1')}`)
    assert.is((job.body as unknown as { provider: string }).provider, 'ray')
    const list = await call('GET /api/v1/jobs?provider=ray&status=running')
    assert.is(list.body.total, 3)
    assert.is((await call('GET /api/v1/jobs?provider=local,else')).body.total, 0)
    const { items } = providerListSchema.parse((await call('GET /api/v1/providers')).body)
    assert.equal(
      items.map(({ name, activeJobs, polling, pollInterval }) => [name, activeJobs, polling, pollInterval]),
      [['ray', 3, 'on', 30_000]],
    )
    assert.is((await call('GET /api/v1/providers/ray')).body.name, 'ray')
  })

  test('ask for active jobs before they are listed, and say what could not be learned', async (context) => {
    const { call, ray, clock } = scene(context)
    ray.fill(2)
    await call('POST /api/v1/jobs/sync')
    ray.put({ externalId: 'j1', status: 'completed' })
    ray.before = (method, id) => {
      if (method === 'get' && id === 'j2') return hanging()
      return undefined
    }
    const asked = call('GET /api/v1/jobs?sync_active=true')
    await clock.advance(5_000)
    const { items, refresh } = jobListSchema.parse((await asked).body)
    assert.equal(items.map(({ status }) => status).sort(), ['completed', 'running'])
    assert.equal([refresh?.refreshed, refresh?.notRefreshed[0]?.reason], [1, 'ray has not answered in time.'])
    const without = await call('GET /api/v1/jobs?sync_active=false')
    assert.is(jobListSchema.parse(without.body).refresh, undefined)
    const { requests } = ray
    await call('GET /api/v1/jobs?sync_active=true&provider=else')
    assert.is(ray.requests, requests)
  })

  test('list jobs although a provider is down', async (context) => {
    const { call, ray } = scene(context)
    ray.fill(2)
    await call('POST /api/v1/jobs/sync')
    ray.before = () => {
      throw new ProviderUnavailableError('It is down.', { provider: 'ray' })
    }
    const { items, refresh } = jobListSchema.parse((await call('GET /api/v1/jobs?sync_active=true')).body)
    assert.equal([items.length, refresh?.notRefreshedTotal], [2, 2])
    const sync = await call('POST /api/v1/jobs/sync')
    assert.equal([sync.status, syncResultSchema.parse(sync.body).failed.length], [200, 1])
  })

  test('cancel and refresh a job where it runs', async (context) => {
    const { call, ray, id, manager } = scene(context)
    ray.fill(2)
    await call('POST /api/v1/jobs/sync')
    const cancelled = await call(`POST /api/v1/jobs/${id('j1')}/cancel`)
    assert.equal([cancelled.status, cancelled.body.status, ray.calls.cancel], [200, 'cancelled', 1])
    const history = await call(`GET /api/v1/jobs/${id('j1')}/transitions`)
    assert.match(history.body.items.at(-1)?.cause ?? '', /^cancelled by /)
    ray.put({ externalId: 'j2', status: 'completed' })
    assert.is((await call(`POST /api/v1/jobs/${id('j2')}/refresh`)).body.status, 'completed')
    const own = manager.create()
    assert.is((await call(`POST /api/v1/jobs/${own.id}/refresh`)).body.status, 'queued')
    assert.is((await call(`POST /api/v1/jobs/${own.id}/cancel`)).body.status, 'cancelled')
  })

  test('answer as fits what the provider failed with', async (context) => {
    const { call, ray, id, clock } = scene(context)
    ray.fill(1)
    await call('POST /api/v1/jobs/sync')
    const failures = [
      [
        new ProviderUnavailableError('Down.', { provider: 'ray', retryAfter: 7_000 }),
        503,
        'ERR_PROVIDER_UNAVAILABLE',
      ],
      [new ProviderRefusedError('No.', { provider: 'ray' }), 502, 'ERR_PROVIDER_REFUSED'],
      [new ProviderAnswerError('What?', { provider: 'ray' }), 502, 'ERR_PROVIDER_ANSWER'],
    ] as const
    for (const path of ['cancel', 'refresh']) {
      for (const [error, status, code] of failures) {
        ray.before = () => {
          throw error
        }
        const answer = await call(`POST /api/v1/jobs/${id('j1')}/${path}`)
        isProblem(answer, status, code)
        assert.is(answer.headers.get('retry-after'), status === 503 ? '7' : null)
      }
      ray.before = waiting
      const late = call(`POST /api/v1/jobs/${id('j1')}/${path}`)
      await clock.advance(30_000)
      isProblem(await late, 504, 'ERR_PROVIDER_UNAVAILABLE')
      ray.before = () => {}
      ray.jobs.delete('j1')
      isProblem(await call(`POST /api/v1/jobs/${id('j1')}/cancel`), 404, 'ERR_PROVIDER_JOB_NOT_FOUND')
      ray.put({ externalId: 'j1', status: 'running' })
    }
    ray.capabilities = { ...ray.capabilities, cancel: false, list: false }
    isProblem(await call(`POST /api/v1/jobs/${id('j1')}/cancel`), 409, 'ERR_PROVIDER_CANNOT')
    isProblem(await call('POST /api/v1/jobs/sync?provider=ray'), 409, 'ERR_PROVIDER_CANNOT')
    isProblem(await call(`POST /api/v1/jobs/${id('j1')}/stop`, { json: {} }), 409, 'ERR_FOREIGN_JOB')
  })

  test('refuse what is wrong, and who may not', async (context) => {
    const { call } = scene(context, true)
    const paths = [
      'GET /api/v1/providers',
      'GET /api/v1/providers/ray',
      'GET /api/v1/jobs?sync_active=true',
      'POST /api/v1/jobs/sync',
      'POST /api/v1/jobs/j1/refresh',
    ]
    for (const path of paths) isProblem(await call(path), 401, 'ERR_UNAUTHENTICATED')
    const headers = { Authorization: `Bearer ${admin}` }
    const made = await call('POST /api/v1/tokens', { headers, json: { name: 'eve', scopes: ['read'] } })
    const reader = { Authorization: `Bearer ${made.body.token}` }
    for (const path of paths.slice(0, 3)) assert.is((await call(path, { headers: reader })).status, 200)
    for (const path of paths.slice(3)) isProblem(await call(path, { headers: reader }), 403, 'ERR_FORBIDDEN')
    isProblem(await call('GET /api/v1/providers/else', { headers }), 404, 'ERR_PROVIDER_NOT_FOUND')
    isProblem(await call('POST /api/v1/jobs/sync?provider=else', { headers }), 404, 'ERR_PROVIDER_NOT_FOUND')
    isProblem(await call('POST /api/v1/jobs/else/refresh', { headers }), 404, 'ERR_JOB_NOT_FOUND')
    for (const query of ['limit=0', 'limit=x', 'limit=100001', 'provider=with%20space']) {
      isProblem(await call(`POST /api/v1/jobs/sync?${query}`, { headers }), 400, 'ERR_INVALID_ARGUMENT')
    }
    isProblem(await call('GET /api/v1/jobs?sync_active=maybe', { headers }), 400, 'ERR_INVALID_ARGUMENT')
    isProblem(await call('GET /api/v1/jobs?provider=%24', { headers }), 400, 'ERR_INVALID_ARGUMENT')
    isProblem(await call('DELETE /api/v1/providers', { headers }), 405, 'ERR_METHOD_NOT_ALLOWED')
    isProblem(await call('GET /api/v1/jobs/j1/refresh', { headers }), 405, 'ERR_METHOD_NOT_ALLOWED')
  })

  test('begin nothing while the server closes', async (context) => {
    const { call, startClosing } = scene(context)
    startClosing()
    isProblem(await call('POST /api/v1/jobs/sync'), 503, 'ERR_SERVER_BUSY')
  })

  test('read the log of a job where it runs, or say why not', async (context) => {
    const { call, ray, id, clock } = scene(context)
    ray.fill(1)
    ray.lines.set('j1', [{ text: 'one' }])
    await call('POST /api/v1/jobs/sync')
    const path = `GET /api/v1/jobs/${id('j1')}/logs`
    const first = logPageSchema.parse((await call(path)).body)
    assert.equal([first.lines.map(({ text }) => text), first.refreshError], [['one'], undefined])
    await clock.advance(2_000)
    ray.before = hanging
    const reading = call(path)
    await clock.advance(2_000)
    const late = logPageSchema.parse((await reading).body)
    assert.equal([late.lines.length, late.refreshError], [1, 'ray takes its time'])
    isProblem(await call('GET /api/v1/jobs/else/logs'), 404, 'ERR_JOB_NOT_FOUND')
  })

  test('read a log on while it is followed', async (context) => {
    const { app, call, ray, id, clock } = scene(context)
    ray.fill(1)
    await call('POST /api/v1/jobs/sync')
    const response = await app.request(`/api/v1/jobs/${id('j1')}/logs/stream`)
    await clock.advance(4_000)
    assert.is(ray.calls.logs, 3)
    await response.body!.cancel()
    await clock.advance(60_000)
    assert.is(ray.calls.logs, 3)
    const head = await app.request(`/api/v1/jobs/${id('j1')}/logs/stream`, { method: 'HEAD' })
    assert.equal([head.status, ray.calls.logs], [200, 3])
  })

  test('count what is polled in the metrics', async (context) => {
    const { call, ray, foreign, clock } = scene(context)
    ray.fill(2)
    await call('POST /api/v1/jobs/sync')
    foreign.open()
    await clock.advance(20_000)
    const { text } = await call('GET /metrics')
    for (const line of [
      'millrace_provider_jobs_active{provider="ray"} 2',
      'millrace_provider_polls_total{provider="ray",outcome="done"} 1',
      'millrace_provider_polls_total{provider="ray",outcome="failed"} 0',
      'millrace_provider_breaker{provider="ray",state="closed"} 1',
    ]) {
      assert.ok(text.includes(`${line}\n`), line)
    }
    assert.match(text, /millrace_provider_poll_age_seconds\{provider="ray"\} 1[78]/)
  })
})

suite('routes of jobs elsewhere, without providers', (test) => {
  test('have nobody to ask', async (context) => {
    const { call, manager } = callable(context)
    assert.equal((await call('GET /api/v1/providers')).body.items, [])
    assert.match((await call('POST /api/v1/jobs/sync')).text, 'There is no provider to ask')
    const seen = { at: 1, cause: 'the test', create: true }
    manager.store.foreign.observe('gone', [{ externalId: 'j1', status: 'running' }], seen)
    const { id } = manager.store.foreign.find('gone', 'j1')!
    isProblem(await call(`POST /api/v1/jobs/${id}/cancel`), 409, 'ERR_PROVIDER_CANNOT')
    isProblem(await call(`POST /api/v1/jobs/${id}/refresh`), 409, 'ERR_PROVIDER_CANNOT')
    assert.is((await call('GET /api/v1/jobs?sync_active=true')).status, 200)
  })
})
