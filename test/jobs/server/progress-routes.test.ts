import * as assert from 'uvu/assert'
import { JobProgressReports } from '../../../src/jobs/progress/job-progress-reports.ts'
import type { ServerAppOptions } from '../../../src/jobs/server/server-options.ts'
import type { ObservedJob } from '../../../src/providers/job-provider.ts'
import {
  inlineProgressSchema,
  type ProgressList,
  type ProgressReport,
  progressReportSchema,
} from '../../../src/protocol/progress-report.ts'
import type { JobProgress } from '../../../src/runtime/metrics/job-metrics.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { rest, turn } from '../../support/turns.ts'
import { toldProgress } from '../progress/told-progress.ts'
import { type Answer, callable, type Called, isProblem } from './call.ts'

interface Setting extends Called {
  readonly clock: ManualClock
  readonly tell: (id: string, progress: JobProgress) => void
  /** A job that runs elsewhere, with lines of its log. @returns its id */
  readonly elsewhere: (job?: Partial<ObservedJob>, ...lines: readonly string[]) => string
  readonly write: (id: string, ...lines: readonly string[]) => void
}

function setting(context: TestContext, options: Partial<ServerAppOptions> = {}): Setting {
  const clock = new ManualClock()
  const called = callable(context, { clock, ...options })
  const { manager } = called
  const { foreign } = manager.store
  const write: Setting['write'] = (id, ...lines) => {
    const at = new Date(clock.now()).toISOString()
    const known = foreign.get(id)!.logLines
    foreign.addLogs(
      id,
      known,
      lines.map((text) => ({ text, at })),
      clock.now(),
    )
  }
  const elsewhere: Setting['elsewhere'] = (job, ...lines) => {
    const observed = { externalId: 'their-1', status: 'running', ...job } as const
    foreign.observe('ray', [observed], { at: clock.now(), cause: 'a test', create: true })
    const { id } = foreign.find('ray', observed.externalId)!
    write(id, ...lines)
    return id
  }
  const tell: Setting['tell'] = (job, progress) => manager.progress.next({ job, progress })
  return { ...called, clock, tell, elsewhere, write }
}

const inline = (id: string): string => `GET /api/v1/jobs/${id}/inline-progress`
const full = (id: string): string => `GET /api/v1/jobs/${id}/progress`
const report = ({ body }: Answer): ProgressReport => progressReportSchema.parse(body)

suite('inline progress', (test) => {
  test('is exactly four fields, of a job that has done nothing yet', async (context) => {
    const { call, manager } = setting(context)
    const { id } = manager.create()
    const answer = await call(inline(id))
    assert.is(answer.status, 200)
    assert.equal(answer.body, { job_id: id, stage: 'Queued', last_log: null, progress: null })
  })

  test('of the server’s own job is what its process counts, and the last line it wrote', async (context) => {
    const { call, manager, tell } = setting(context)
    const { id } = manager.create()
    manager.become(id, 'running')
    const now = async (): Promise<readonly unknown[]> => {
      const { stage, last_log: lastLog, progress } = inlineProgressSchema.parse((await call(inline(id))).body)
      return [stage, progress, lastLog]
    }
    assert.equal(await now(), ['Starting', null, null])
    tell(id, toldProgress(10))
    assert.equal(await now(), ['Running', null, null])
    tell(id, toldProgress(15, 40))
    // It is no log that is parsed.
    manager.log(id, '\u001b[31mstep 1/2\u001b[0m')
    assert.equal(await now(), ['Running', 37.5, 'step 1/2'])
    manager.log(id, '😀'.repeat(100))
    tell(id, toldProgress(40, 40))
    assert.equal(await now(), ['Draining', 100, `${'😀'.repeat(79)}…`])
    manager.become(id, 'completed')
    assert.equal(await now(), ['Completed', 100, `${'😀'.repeat(79)}…`])
  })

  test('of a job elsewhere is what its lines say', async (context) => {
    const { call, elsewhere, write } = setting(context)
    const id = elsewhere()
    const now = async (): Promise<unknown> => (await call(inline(id))).body
    const nothing = { job_id: id, stage: null, last_log: null, progress: null }
    assert.equal(await now(), nothing)
    write(id, 'Loading the model')
    assert.equal(await now(), { ...nothing, stage: 'Preprocessing', last_log: 'Loading the model' })
    write(id, 'step 1500/5000', 'loss 0.2')
    assert.equal(await now(), { ...nothing, stage: 'Training', last_log: 'loss 0.2', progress: 30 })
    elsewhere({ status: 'completed' })
    assert.equal(await now(), { ...nothing, stage: 'Completed', last_log: 'loss 0.2', progress: 100 })
  })

  test('is by the rules of the job’s provider, else by those of all', async (context) => {
    const rules = (stage: string) => [{ stage, words: ['sheep'] }]
    for (const [stageRules, stage] of [
      [{ all: rules('All'), byProvider: { ray: rules('Ray') } }, 'Ray'],
      [{ all: rules('All'), byProvider: { other: rules('Other') } }, 'All'],
      [{ all: [] }, null],
    ] as const) {
      const { call, elsewhere } = setting(context, { stageRules })
      const id = elsewhere({}, 'sheep and a step')
      assert.is(inlineProgressSchema.parse((await call(inline(id))).body).stage, stage)
    }
  })
})

suite('the progress of a job', (test) => {
  test('has sources and operators, their rates, and when all is read', async (context) => {
    const { call, manager, tell, clock } = setting(context)
    const { id } = manager.create()
    manager.become(id, 'running')
    tell(id, toldProgress(1000, 9000))
    await clock.advance(2000)
    tell(id, toldProgress(2000, 9000))
    await clock.advance(500)
    const { sources, operators, ...answer } = report(await call(full(id)))
    assert.equal(answer, {
      job: id,
      ...{ status: 'running', stage: 'Running', progress: 22.2, from: 'runtime', lastLog: null },
      ...{ read: 2000, written: 2000, rate: { value: 500, unit: 'records' }, eta: 14 },
      asOf: new Date(clock.now() - 500).toISOString(),
      ...{ age: 0.5, refreshError: null },
    })
    const counted = { done: 2000, total: 9000, unit: 'records', progress: 22.2, rate: 500, eta: 14 }
    assert.equal(sources, [{ node: 'n0', name: 'the source', ...counted }])
    assert.equal(
      operators.map(({ node, in: came, out, rate }) => [node, came, out, rate]),
      [
        ['n0', 0, 2000, 500],
        ['n1', 2000, 0, 500],
      ],
    )
  })

  test('of a job elsewhere has its pace, and why its provider could not be asked', async (context) => {
    const foreign = { refreshLogs: async () => 'It is down.' } as unknown as ServerAppOptions['foreign']
    const { call, elsewhere, write, clock } = setting(context, { foreign })
    const id = elsewhere({}, 'step 10/100')
    await clock.advance(10_000)
    write(id, 'step 20/100')
    await clock.advance(5000)
    const answer = report(await call(full(id)))
    assert.equal([answer.from, answer.progress, answer.age], ['logs', 20, 5])
    assert.equal([answer.rate, answer.eta], [{ value: 1, unit: 'step' }, 75])
    assert.is(answer.refreshError, 'It is down.')
    assert.equal([answer.read, answer.sources], [null, []])
  })

  test('is not kept up by a provider that does not answer', async (context) => {
    const foreign = { refreshLogs: () => new Promise(() => {}) } as unknown as ServerAppOptions['foreign']
    const { call, elsewhere, clock } = setting(context, { foreign })
    const id = elsewhere({}, 'step 10/100')
    const answer = call(full(id))
    await clock.advance(2000)
    assert.equal([report(await answer).progress, clock.waiting], [10, 0])
    assert.match(report(await answer).refreshError!, 'did not answer within 2 s')
  })
})

suite('the progress of many jobs', (test) => {
  test('is in the order asked for, each once, with those that are missing', async (context) => {
    const { call, manager, elsewhere } = setting(context)
    const [one, two] = [manager.create('one').id, elsewhere({}, 'step 1/4')]
    const { status, body } = await call('POST /api/v1/jobs/progress', {
      json: { ids: [two, 'gone', one, two, 'away'] },
    })
    assert.is(status, 200)
    const { items, missing } = body as unknown as ProgressList
    assert.equal(
      items.map(({ job, progress }) => [job, progress]),
      [
        [two, 25],
        [one, null],
      ],
    )
    assert.equal(missing, ['gone', 'away'])
  })

  test('is of at most 200, and lets others have their turn', async (context) => {
    const { call, manager } = setting(context)
    const ids = Array.from({ length: 200 }, () => manager.create().id)
    let answered = false
    const answer = call('POST /api/v1/jobs/progress', { json: { ids } }).finally(() => (answered = true))
    for (let turns = 0; turns < 5; turns++) await turn()
    assert.not(answered)
    assert.is((await answer).body.items.length, 200)
    const more = { ids: [...ids, 'x'] }
    isProblem(await call('POST /api/v1/jobs/progress', { json: more }), 422, 'ERR_INVALID_ARGUMENT')
    for (const json of [{}, { ids: [1] }, { ids: [''] }, { ids: [], all: true }]) {
      isProblem(await call('POST /api/v1/jobs/progress', { json }), 422, 'ERR_INVALID_ARGUMENT')
    }
    const body = '{"ids":[]}'
    const headers = { 'Content-Type': 'text/plain' }
    isProblem(await call('POST /api/v1/jobs/progress', { body, headers }), 415, 'ERR_MEDIA_TYPE')
    const large = JSON.stringify({ ids: ['x'.repeat(4_000_001)] })
    const length = { 'Content-Type': 'application/json', 'Content-Length': String(large.length) }
    isProblem(
      await call('POST /api/v1/jobs/progress', { body: large, headers: length }),
      413,
      'ERR_BODY_TOO_LARGE',
    )
  })
})

suite('what is refused of progress', (test) => {
  test('jobs that are not there, methods, and headers that are too long', async (context) => {
    const { call, manager } = setting(context)
    const { id } = manager.create()
    for (const path of ['progress', 'inline-progress']) {
      isProblem(await call(`GET /api/v1/jobs/none/${path}`), 404, 'ERR_JOB_NOT_FOUND')
      isProblem(await call(`DELETE /api/v1/jobs/${id}/${path}`), 405, 'ERR_METHOD_NOT_ALLOWED')
      const headers = { 'If-None-Match': 'x'.repeat(4001) }
      isProblem(await call(`GET /api/v1/jobs/${id}/${path}`, { headers }), 400, 'ERR_INVALID_ARGUMENT')
    }
  })

  test('whoever has no token, and nobody who has one to read with', async (context) => {
    const { call, manager } = setting(context, {
      requireToken: true,
      token: 'a-token-of-the-start-that-is-long',
    })
    const { id } = manager.create()
    const start = { Authorization: 'Bearer a-token-of-the-start-that-is-long' }
    const made = await call('POST /api/v1/tokens', { json: { name: 'a', scopes: ['read'] }, headers: start })
    const headers = { Authorization: `Bearer ${made.body.token}` }
    const calls = [inline(id), full(id), 'POST /api/v1/jobs/progress'] as const
    for (const what of calls) {
      const json = what.startsWith('POST') ? { json: { ids: [id] } } : {}
      isProblem(await call(what, json), 401, 'ERR_UNAUTHENTICATED')
      assert.is((await call(what, { ...json, headers })).status, 200)
    }
  })
})

suite('conditions on progress', (test) => {
  test('an ETag is that of the answer, and the same answer is not sent twice', async (context) => {
    const { call, manager, tell, clock } = setting(context)
    const { id } = manager.create()
    manager.become(id, 'running')
    tell(id, toldProgress(1, 10))
    for (const what of [inline(id), full(id)]) {
      const first = await call(what)
      const etag = first.headers.get('etag')!
      assert.match(etag, what === inline(id) ? /^"[\w-]{22}"$/ : /^W\/"[\w-]{22}"$/)
      assert.is(first.headers.get('cache-control'), 'private, no-cache')
      await clock.advance(5000)
      // However long ago it was.
      for (const known of [
        etag,
        `"x", ${etag}`,
        '*',
        etag.replace('W/', ''),
        `W/${etag.replace('W/', '')}`,
      ]) {
        const same = await call(what, { headers: { 'If-None-Match': known } })
        assert.equal([same.status, same.text, same.headers.get('etag')], [304, '', etag], known)
        assert.is(same.headers.get('preference-applied'), null)
      }
      assert.is((await call(what, { headers: { 'If-None-Match': '"x"' } })).status, 200)
      tell(id, toldProgress(what === inline(id) ? 2 : 3, 10))
      const changed = await call(what, { headers: { 'If-None-Match': etag } })
      assert.is(changed.status, 200)
      assert.is.not(changed.headers.get('etag'), etag)
    }
  })

  test('a job that stands still has become something else', async (context) => {
    const { call, manager, tell, clock } = setting(context)
    const { id } = manager.create()
    manager.become(id, 'running')
    for (const done of [1, 2, 2]) {
      tell(id, toldProgress(done, 10))
      await clock.advance(1000)
    }
    const moves = (await call(full(id))).headers.get('etag')!
    for (let i = 0; i < 40; i++) {
      tell(id, toldProgress(2, 10))
      await clock.advance(1000)
    }
    const stands = await call(full(id), { headers: { 'If-None-Match': moves } })
    assert.equal([report(stands).rate!.value, report(stands).eta], [0, null])
  })
})

/** A call that waits until something is other than it is. */
async function waiting(
  { call, clock }: Setting,
  what: string,
  wait = '30',
): Promise<{ readonly answer: Promise<Answer>; readonly isOver: () => boolean }> {
  const etag = (await call(what)).headers.get('etag')!
  let over = false
  const headers = { 'If-None-Match': etag, Prefer: `wait=${wait}` }
  const answer = call(what, { headers }).finally(() => (over = true))
  await rest()
  assert.not(over, 'it did not wait')
  assert.ok(clock.waiting > 0)
  return { answer, isOver: () => over }
}

suite('waiting for progress', (test) => {
  test('ends as soon as there is something new, and leaves no timer', async (context) => {
    const it = setting(context)
    const { manager, tell, clock } = it
    const { id } = manager.create()
    manager.become(id, 'running')
    tell(id, toldProgress(1, 10))
    const changes: readonly (() => unknown)[] = [
      () => tell(id, toldProgress(5, 10)),
      () => manager.log(id, 'a line'),
      () => manager.become(id, 'completed'),
    ]
    for (const change of changes) {
      const { answer } = await waiting(it, inline(id))
      change()
      const { status, headers } = await answer
      assert.equal([status, headers.get('preference-applied')], [200, 'wait=30'])
      assert.is(clock.waiting, 0)
    }
  })

  test('goes on while what happens makes no difference, and ends with 304', async (context) => {
    const it = setting(context)
    const { manager, tell, clock } = it
    const { id } = manager.create()
    manager.become(id, 'running')
    tell(id, toldProgress(1000, 100_000))
    const { answer, isOver } = await waiting(it, inline(id), '10')
    for (let second = 0; second < 9; second++) {
      tell(id, toldProgress(1000 + second, 100_000))
      await clock.advance(1000)
    }
    assert.not(isOver())
    await clock.advance(1000)
    const { status, headers, text } = await answer
    assert.equal([status, headers.get('preference-applied'), text], [304, 'wait=10', ''])
    assert.is(clock.waiting, 0)
  })

  test('does not look all the time, however much happens', async (context) => {
    const it = setting(context)
    const { manager, clock } = it
    const { id } = manager.create()
    manager.become(id, 'running')
    const { answer } = await waiting(it, inline(id), '1')
    let looks = 0
    const { get } = manager
    manager.get = (job) => (looks++, get.call(manager, job))
    for (let step = 0; step < 10; step++) {
      for (let i = 0; i < 100; i++) it.tell(id, toldProgress(0))
      await clock.advance(100)
      manager.progress.next({ job: 'another', progress: toldProgress(1) })
    }
    // It is `Running` now.
    assert.is((await answer).status, 200)
    assert.ok(looks <= 2, String(looks))
  })

  test('is for at most a minute, and only for who has seen what there is', async (context) => {
    const it = setting(context)
    const { manager, call, clock } = it
    const { id } = manager.create()
    const { answer } = await waiting(it, inline(id), '3600')
    await clock.advance(60_000)
    assert.is((await answer).headers.get('preference-applied'), 'wait=60')
    assert.is((await call(inline(id), { headers: { Prefer: 'wait=30' } })).status, 200)
    const etag = (await answer).headers.get('etag')!
    for (const prefer of ['wait=0', 'wait', 'wait=x', 'wait=-1', 'nowait=5', 'respond-async']) {
      const { status, headers } = await call(inline(id), {
        headers: { 'If-None-Match': etag, Prefer: prefer },
      })
      assert.equal([status, headers.get('preference-applied')], [304, null], prefer)
    }
    const head = await call(`HEAD /api/v1/jobs/${id}/inline-progress`, {
      headers: { 'If-None-Match': etag, Prefer: 'wait=30' },
    })
    assert.is(head.status, 304)
    assert.is(clock.waiting, 0)
  })

  test('ends when the job is deleted', async (context) => {
    const it = setting(context)
    const { manager, clock } = it
    const { id } = manager.create()
    manager.become(id, 'cancelled')
    const { answer } = await waiting(it, full(id))
    await manager.delete(id, { force: false })
    isProblem(await answer, 404, 'ERR_JOB_NOT_FOUND')
    assert.is(clock.waiting, 0)
  })

  test('ends when the client goes, and when the server does', async (context) => {
    const it = setting(context)
    const { manager, app, clock, call } = it
    const { id } = manager.create()
    const etag = (await call(inline(id))).headers.get('etag')!
    const headers = { 'If-None-Match': etag, Prefer: 'wait=30' }
    const gone = new AbortController()
    const left = app.request(
      new Request(`http://localhost${inline(id).slice(4)}`, { headers, signal: gone.signal }),
    )
    await rest()
    assert.is(clock.waiting, 1)
    gone.abort()
    await left
    assert.is(clock.waiting, 0)
    const { answer } = await waiting(it, inline(id))
    it.close()
    assert.equal([(await answer).status, clock.waiting], [304, 0])
    assert.equal([manager.progress.observed, manager.lines.get(id)!.observed], [false, false])
  })

  test('ends when its token is deleted', async (context) => {
    const token = 'a-token-of-the-start-that-is-long'
    const { call, manager, clock } = setting(context, { token })
    const { id } = manager.create()
    const admin = { Authorization: `Bearer ${token}` }
    const made = await call('POST /api/v1/tokens', { json: { name: 'a', scopes: ['read'] }, headers: admin })
    const mine = { Authorization: `Bearer ${made.body.token}`, 'If-None-Match': '*', Prefer: 'wait=30' }
    const answer = call(inline(id), { headers: mine })
    await rest()
    assert.is(clock.waiting, 1)
    await call(`DELETE /api/v1/tokens/${made.body.id}`, { headers: admin })
    assert.equal([(await answer).status, clock.waiting], [304, 0])
  })

  test('is for so many at a time', async (context) => {
    const it = setting(context, { limits: { waits: 1 } })
    const { manager, call, clock } = it
    const { id } = manager.create()
    const { answer } = await waiting(it, inline(id), '5')
    assert.match((await call('GET /metrics')).text, '\nmillrace_waits 1\n')
    const refused = await call(inline(id), { headers: { 'If-None-Match': '*', Prefer: 'wait=5' } })
    isProblem(refused, 503, 'ERR_SERVER_BUSY')
    assert.is(refused.headers.get('retry-after'), '10')
    assert.is((await call(inline(id), { headers: { 'If-None-Match': '*' } })).status, 304)
    await clock.advance(5000)
    await answer
    assert.match((await call('GET /metrics')).text, '\nmillrace_waits 0\n')
  })

  test('has the log of a job elsewhere read on, once for all who wait', async (context) => {
    const followed: string[] = []
    const followLogs = (job: string): (() => void) => {
      followed.push(job)
      return () => void followed.pop()
    }
    const foreign = { refreshLogs: async () => null, followLogs } as unknown as ServerAppOptions['foreign']
    const it = setting(context, { foreign })
    const { elsewhere, write, clock } = it
    const id = elsewhere({}, 'step 1/4')
    const both = [await waiting(it, inline(id)), await waiting(it, full(id))]
    assert.equal(followed, [id])
    write(id, 'step 2/4')
    for (const { answer } of both) assert.is((await answer).status, 200)
    assert.equal([followed, clock.waiting], [[], 0])
  })
})

suite('what is kept for rates', (test) => {
  test('goes with the run of a job, however it ends', async (context) => {
    const { manager, clock } = setting(context)
    const reports = new JobProgressReports({ manager, clock })
    context.cleanup(() => reports.close())
    manager.store.onEvents(() => {
      for (const event of manager.store.events({ since: 0, limit: 1000 }).slice(-1)) reports.onEvent(event)
    })
    for (const to of ['completed', 'failed', 'cancelled', 'restarting'] as const) {
      const { id } = manager.create()
      manager.become(id, 'running')
      manager.progress.next({ job: id, progress: toldProgress(1) })
      assert.is(reports.sampled, 1)
      manager.become(id, to)
      assert.is(reports.sampled, 0, to)
    }
    for (let job = 0; job < 1100; job++)
      manager.progress.next({ job: String(job), progress: toldProgress(1) })
    assert.is(reports.sampled, 1000)
  })
})
