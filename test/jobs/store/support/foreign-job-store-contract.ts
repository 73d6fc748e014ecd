import * as assert from 'uvu/assert'
import type { JobStatus } from '../../../../src/job/job-status.ts'
import { foreignJobInfo } from '../../../../src/jobs/store/foreign-changes.ts'
import type { WrittenLines } from '../../../../src/jobs/store/foreign-job-store.ts'
import type { JobStoreOptions } from '../../../../src/jobs/store/job-store-options.ts'
import type { JobStore } from '../../../../src/jobs/store/job-store.ts'
import { jobEventSchema } from '../../../../src/protocol/job-event.ts'
import { jobInfoSchema } from '../../../../src/protocol/job-info.ts'
import { suite } from '../../../support/suite.ts'
import type { MakeJobStore } from './job-store-contract.ts'
import { look, T, tell, timeAt, whole } from './observed-jobs.ts'
import { hashOf, ids, submissionOf } from './submissions.ts'
import { thrown } from './thrown.ts'

const texts = (lines: readonly { readonly text: string }[]): readonly string[] =>
  lines.map(({ text }) => text)

/** What is observed of jobs: the jobs, their history and their events. */
export function foreignJobsContract(name: string, makeStore: MakeJobStore): void {
  suite(`the contract of stores of jobs elsewhere: ${name}`, (test) => {
    const withStore = (label: string, body: (store: JobStore) => void, options?: JobStoreOptions): void =>
      test(label, (context) => body(makeStore(context, options)))

    withStore('a job that is new is there with all that is told of it', (store) => {
      const told: number[] = []
      store.onEvents((last) => void told.push(last))
      const { created, updated, job } = tell(store, whole)
      assert.equal([created, updated], [[job.id], []])
      const summary = {
        id: job.id,
        name: 'train',
        status: 'running',
        autostop: true,
        priority: 0,
        checkpointed: false,
        position: null,
        submittedAt: timeAt(-3000),
        startedAt: timeAt(-2000),
        // It is not over, whatever was told.
        endedAt: null,
        restarts: 2,
        revision: 1,
        provider: 'ray',
        externalId: 'x1',
      }
      assert.equal(job, {
        ...summary,
        error: whole.error,
        version: 3,
        foreign: {
          externalStatus: 'RUNNING',
          url: 'https://example.com/x1',
          cost: { amount: 1.25, unit: 'USD' },
          refreshedAt: timeAt(0),
          refreshError: null,
        },
        logLines: 0,
      })
      assert.equal(store.foreign.get(job.id), job)
      assert.equal(store.list({ limit: 9 }).items, [summary])
      assert.equal(jobInfoSchema.parse(foreignJobInfo(job)), foreignJobInfo(job))
      const first = { from: null, to: 'running', at: timeAt(0), cause: 'a test looked' }
      assert.equal(store.transitions(job.id, { limit: 9 }).items, [first])
      const events = store.events({ since: 0, limit: 9 })
      assert.equal(events, [{ id: 1, type: 'job_submitted', at: timeAt(0), job: job.id, summary }])
      assert.equal(events.map((event) => jobEventSchema.parse(event)), events)
      assert.equal(told, [1])
    }) // prettier-ignore

    withStore('what is not told of a new job is made up for', (store) => {
      const { job } = tell(store, {}, 5)
      assert.equal([job.name, job.status], ['x1', 'pending'])
      assert.equal([job.submittedAt, job.startedAt, job.endedAt], [timeAt(5), null, null])
      assert.equal([job.version, job.error, job.foreign.cost, job.foreign.url], [null, null, null, null])
      const started = tell(store, { externalId: 'x2', status: 'running', startedAt: timeAt(-9) }, 5).job
      assert.equal([started.submittedAt, started.startedAt], [timeAt(-9), timeAt(-9)])
      const over = tell(store, { externalId: 'x3', status: 'failed' }, 5).job
      assert.equal([over.startedAt, over.endedAt], [null, timeAt(5)])
    })

    withStore('jobs are taken in oldest first, and only where that is wanted', (store) => {
      const names = ['c', 'b', 'a']
      const jobs = names.map((externalId) => ({ externalId, status: 'running' as const }))
      const known = [{ ...jobs[0]!, status: 'completed' as const }, { externalId: 'd', status: null }]
      const { created } = store.foreign.observe('ray', jobs, look(0))
      assert.equal(created.map((id) => store.foreign.get(id)?.externalId), ['a', 'b', 'c'])
      const { items } = store.list({ limit: 9 })
      assert.equal(items.map(({ externalId }) => externalId), names)
      const again = store.foreign.observe('ray', known, look(1, { create: false }))
      assert.equal(again, { created: [], updated: [created[2]] })
      assert.is(store.foreign.find('ray', 'd'), undefined)
      assert.equal(store.foreign.observe('ray', [], look(2)), { created: [], updated: [] })
    }) // prettier-ignore

    withStore('a look at what is known changes nothing but the time of the look', (store) => {
      const { job } = tell(store, { ...whole, status: 'completed' })
      store.foreign.notRefreshed([job.id], 'it was down')
      const next = tell(store, { ...whole, status: 'completed' }, 10)
      assert.equal([next.created, next.updated], [[], []])
      assert.equal(next.job, { ...job, foreign: { ...job.foreign, refreshedAt: timeAt(10) } })
      // Nor does a version alone, though it is kept.
      const counted = tell(store, { ...whole, status: 'completed', version: 9 }, 20)
      assert.equal([counted.updated, counted.job.revision, counted.job.version], [[], 1, 9])
      assert.equal(tell(store, {}, 30).updated, [])
      assert.is(store.eventRange().last, 1)
      assert.is(store.transitions(job.id, { limit: 9 }).total, 1)
    })

    withStore('each change of status is one transition and one event', (store) => {
      const { job } = tell(store, { status: 'queued' })
      const told: number[] = []
      store.onEvents((last) => void told.push(last))
      for (const offset of [1, 2]) tell(store, { status: 'running' }, offset)
      const { updated } = tell(store, { status: 'completed', endedAt: timeAt(2) }, 4)
      assert.equal(updated, [job.id])
      tell(store, { status: 'completed' }, 5)
      const moves = [
        { from: null, to: 'queued', at: timeAt(0), cause: 'a test looked' },
        { from: 'queued', to: 'running', at: timeAt(1), cause: 'a test looked' },
        { from: 'running', to: 'completed', at: timeAt(4), cause: 'a test looked' },
      ]
      assert.equal(store.transitions(job.id, { limit: 9 }).items, moves)
      const { revision, startedAt, endedAt } = store.foreign.get(job.id)!
      assert.equal([revision, startedAt, endedAt], [3, timeAt(1), timeAt(2)])
      const events = store.events({ since: 1, limit: 9 })
      assert.equal(
        events.map((event) => event.type === 'job_status_changed' && [event.transition, event.summary.revision]),
        [
          [moves[1], 2],
          [moves[2], 3],
        ],
      )
      assert.equal(told, [2, 3])
    }) // prettier-ignore

    withStore('a field that is missing erases nothing, and one that is told is taken', (store) => {
      const { job } = tell(store, { ...whole, status: 'completed' })
      assert.equal(tell(store, {}).job, job)
      const others = {
        name: 'other',
        externalStatus: 'ARCHIVED',
        submittedAt: timeAt(-30),
        startedAt: timeAt(-20),
        endedAt: timeAt(-10),
        restarts: 3,
        cost: { amount: 2, unit: 'USD' },
        error: { name: 'F', lineage: [], message: 'x' },
        url: 'https://example.com/',
      }
      for (const [index, [field, value]] of Object.entries(others).entries()) {
        const before = store.foreign.get(job.id)!
        const { updated, job: after } = tell(store, { [field]: value }, index)
        assert.equal(updated, [job.id], field)
        assert.equal(({ ...after, ...after.foreign } as Record<string, unknown>)[field], value, field)
        const same = { ...after, revision: before.revision, foreign: { ...after.foreign, refreshedAt: '' } }
        const changed = field in before ? { [field]: value } : {}
        const detail = field in before.foreign ? { [field]: value } : {}
        assert.equal(same, { ...before, ...changed, foreign: { ...before.foreign, ...detail, refreshedAt: '' } })
        assert.is(after.revision, before.revision + 1)
      }
      assert.is(store.list({ limit: 9, name: 'OTHER' }).total, 1)
      assert.is(store.list({ limit: 9, match: 'other' }).total, 1)
      assert.is(store.eventRange().last, 1)
    }) // prettier-ignore

    withStore('what cannot be true is as if it were missing', (store) => {
      const { job } = tell(store, { status: 'completed', restarts: 1, cost: { amount: 1, unit: 's' } })
      const wrong = {
        submittedAt: 'yesterday',
        startedAt: '',
        endedAt: '9999999-01-01',
        restarts: 1.5,
        version: NaN,
        cost: { amount: Infinity, unit: 's' },
      }
      const next = tell(store, wrong)
      assert.equal([next.updated, next.job], [[], job])
      assert.equal(tell(store, { restarts: -1 }).job, job)
      // Moments are told in many ways.
      assert.is(tell(store, { endedAt: '2023-11-14T23:13:20+01:00' }).job.endedAt, timeAt(0))
    })

    withStore('what is late opens no job again', (store) => {
      const { job } = tell(store, { status: 'completed', version: 5, externalStatus: 'DONE' })
      const late: readonly Partial<Parameters<typeof tell>[1]>[] = [
        { status: 'running', externalStatus: 'RUNNING', cost: { amount: 1, unit: 's' } },
        { status: 'failed', name: 'other' },
        { status: 'running', version: 6 },
      ]
      for (const seen of late) assert.equal(tell(store, seen, 3).updated, [])
      const refreshed = { ...job.foreign, refreshedAt: timeAt(3) }
      assert.equal(store.foreign.get(job.id), { ...job, version: 6, foreign: refreshed })
      // Of an older version not even the look counts.
      const old = tell(store, { status: 'completed', version: 5, name: 'other' }, 9)
      assert.equal([old.updated, old.job], [[], { ...job, version: 6, foreign: refreshed }])
      assert.is(store.eventRange().last, 1)
    })

    withStore('a job that was stopped goes on where a higher version says so', (store) => {
      const failed = { name: 'E', lineage: [], message: 'x' }
      tell(store, { status: 'running', version: 1 })
      tell(store, { status: 'stopped', version: 2, error: failed }, 1)
      assert.is(tell(store, { status: 'running' }, 2).job.status, 'stopped')
      assert.is(tell(store, { status: 'running', version: 2 }, 2).job.status, 'stopped')
      const { job } = tell(store, { status: 'queued', version: 3 }, 3)
      assert.equal([job.status, job.endedAt, job.error], ['queued', null, null])
      assert.is(store.foreign.active('ray', { after: 0, limit: 9 }).length, 1)
    })

    withStore('of a job that is told of twice at once, first comes what is newer', (store) => {
      const seen = (['completed', 'running', 'queued'] as const).map((status) => ({
        externalId: 'x',
        status,
      }))
      const { created, updated } = store.foreign.observe('ray', seen, look(0))
      assert.equal([created.length, updated], [1, []])
      assert.equal(
        store.transitions(created[0]!, { limit: 9 }).items.map(({ to }) => to),
        ['queued', 'running', 'completed'],
      )
    })

    withStore('a job that was deleted stays deleted', (store) => {
      const { job } = tell(store, whole)
      store.foreign.addLogs(job.id, 0, [{ text: 'a' }], T)
      store.delete(job.id, T + 1)
      assert.is(store.foreign.get(job.id), undefined)
      assert.is(store.foreign.find('ray', 'x1'), undefined)
      assert.equal([store.list({ limit: 9 }).total, store.foreign.activeCounts()], [0, {}])
      const { created, updated } = store.foreign.observe('ray', [whole], look(2))
      assert.equal([created, updated], [[], []])
      assert.is(store.foreign.find('ray', 'x1'), undefined)
      assert.equal(store.events({ since: 1, limit: 9 }).map(({ type, job: id }) => [type, id]), [['job_deleted', job.id]])
      // That of another provider is another one.
      assert.is(tell(store, whole, 3, 'other').created.length, 1)
    }) // prettier-ignore

    withStore(
      'of jobs that were deleted the last are remembered',
      (store) => {
        for (const externalId of ['a', 'b', 'c']) store.delete(tell(store, { externalId }).job.id, T)
        for (const externalId of ['c', 'b']) assert.is(tell(store, { externalId }).job, undefined)
        assert.is(tell(store, { externalId: 'a' }).created.length, 1)
        store.delete(store.foreign.find('ray', 'a')!.id, T)
        assert.is(tell(store, { externalId: 'b' }).created.length, 1)
        assert.is(tell(store, { externalId: 'c' }).job, undefined)
      },
      { forgottenJobs: 2 },
    )

    withStore('what a provider calls a job is kept to the letter', (store) => {
      const odd = ['a', 'a\u0000b', 'a\u0000c', '', ' a', '流れ', '\ud800', '%', `'"`]
      for (const externalId of odd) assert.is(tell(store, { externalId, name: externalId }).created.length, 1)
      for (const externalId of odd) {
        const job = store.foreign.find('ray', externalId)!
        assert.equal([job.externalId, job.name], [externalId, externalId])
        assert.is(tell(store, { externalId, name: externalId }).updated.length, 0)
      }
      const active = store.foreign.active('ray', { after: 0, limit: 99 })
      assert.equal(active.map(({ externalId }) => externalId), odd)
      store.delete(active[1]!.id, T)
      assert.is(tell(store, { externalId: 'a\u0000b' }).job, undefined)
    }) // prettier-ignore

    withStore('finds those that are active, page by page', (store) => {
      const statuses: readonly JobStatus[] = [
        'pending', 'uploading', 'queued', 'running', 'restarting', 'stopping', 'stopped', 'completed', 'failed', 'cancelled',
      ] // prettier-ignore
      for (const status of statuses) tell(store, { externalId: status, status })
      tell(store, { status: 'running' }, 0, 'other')
      store.create(submissionOf(), { id: 'own', at: T, by: 'a test' })
      const first = store.foreign.active('ray', { after: 0, limit: 4 })
      const rest = store.foreign.active('ray', { after: first.at(-1)!.number, limit: 4 })
      assert.equal([...first, ...rest].map(({ externalId }) => externalId), statuses.slice(0, 6))
      assert.equal(first.map(({ id }) => store.foreign.get(id)?.status), statuses.slice(0, 4))
      assert.equal(store.foreign.active('nobody', { after: 0, limit: 4 }), [])
      assert.equal(store.foreign.activeCounts(), { ray: 6, other: 1 })
      tell(store, { externalId: 'pending', status: 'completed' })
      tell(store, {}, 0, 'constructor')
      assert.equal(store.foreign.activeCounts(), { ray: 5, other: 1, constructor: 1 })
    }) // prettier-ignore

    withStore("leaves the server's own jobs as they were", (store) => {
      const statuses = ['queued', 'running', 'failed', 'stopped', 'restarting'] as const
      for (const status of statuses) tell(store, { externalId: status, status })
      assert.equal(Object.values(store.counts()).filter((count) => count > 0), [])
      assert.equal([store.queue(9), store.withStatus(...statuses), [...store.usedFiles()]], [[], [], []])
      store.create(submissionOf(), { id: 'own', at: T, by: 'a test' })
      tell(store, { externalId: 'late', status: 'queued' })
      assert.is(store.get('own')?.position, 1)
      assert.equal([ids(store.queue(9)), ids(store.withStatus('queued'))], [['own'], ['own']])
      assert.equal([store.counts().queued, store.counts().running, [...store.usedFiles()]], [1, 0, [hashOf('a')]])
      const positions = store.list({ limit: 9, status: ['queued'] }).items.map(({ position }) => position)
      assert.equal(positions.toSorted(), [1, null, null])
      // To all that is for them, others are not there.
      const { id } = store.foreign.find('ray', 'queued')!
      const before = store.foreign.get(id)
      assert.is(store.get(id), undefined)
      const checkpoint = { id: 1, kind: 'checkpoint', location: '/', takenAt: '', bytes: 1 } as const
      const calls: readonly (() => unknown)[] = [
        () => store.transition(id, 'running', { at: T, cause: '' }),
        () => store.patch(id, { restarts: 7 }),
        () => store.addCheckpoint(id, checkpoint, T),
        () => store.removeCheckpoint(id, '/'),
        () => store.checkpoints(id),
        () => store.addLogs(id, []),
      ]
      for (const call of calls) thrown('ERR_JOB_NOT_FOUND', call)
      assert.equal(store.foreign.get(id), before)
      assert.is(store.foreign.get('own'), undefined)
      thrown('ERR_JOB_NOT_FOUND', () => store.foreign.addLogs('own', 0, [{ text: 'x' }], T))
      store.foreign.notRefreshed(['own', 'nobody'], 'it is down')
      thrown('ERR_INVALID_ARGUMENT', () => store.foreign.observe('local', [whole], look(0)))
    }) // prettier-ignore

    withStore('lists jobs by where they run', (store) => {
      store.create(submissionOf(), { id: 'own', at: T + 2, by: 'a test' })
      tell(store, { externalId: 'a', status: 'queued' }, 1)
      tell(store, { externalId: 'b', status: 'failed' }, 3)
      tell(store, { externalId: 'c', status: 'queued' }, 4, 'other')
      const found = (query: Partial<Parameters<JobStore['list']>[0]>): readonly string[] => {
        const { items, total } = store.list({ limit: 9, ...query })
        assert.is(items.length, total)
        return items.map((job) => job.externalId ?? job.id)
      }
      assert.equal(found({}), ['c', 'b', 'own', 'a'])
      assert.equal(found({ provider: ['ray'] }), ['b', 'a'])
      assert.equal(found({ provider: ['local'] }), ['own'])
      assert.equal(found({ provider: ['other', 'local', 'nobody', 'local'] }), ['c', 'own'])
      assert.equal(found({ provider: ['ray', 'local'], status: ['queued'], sort: 'submitted' }), ['a', 'own'])
      assert.equal(found({ provider: [] }), [])
      assert.equal(found({ provider: ["ray' OR 1"] }), [])
      const { next } = store.list({ limit: 1, provider: ['ray'] })
      const page = store.list({ limit: 1, provider: ['ray'], cursor: next! })
      assert.equal([page.items[0]?.externalId, page.next], ['a', null])
    })

    withStore('jobs that ended long ago are past their time, wherever they ran', (store) => {
      tell(store, { externalId: 'a', status: 'completed', endedAt: timeAt(-50) })
      tell(store, { externalId: 'b', status: 'stopped', endedAt: timeAt(-60) })
      tell(store, { externalId: 'c', status: 'running' })
      assert.equal(store.expired(T - 50, 9), [])
      assert.equal(store.expired(T, 9), [store.foreign.find('ray', 'a')!.id])
    })

    withStore(
      'log lines that several have read are there once',
      (store) => {
        const { job } = tell(store, {})
        const heard: WrittenLines[] = []
        const stop = store.foreign.onLogs((written) => void heard.push(written))
        const line = (text: string): { readonly text: string } => ({ text })
        const added = (after: number, ...lines: string[]): readonly string[] =>
          texts(store.foreign.addLogs(job.id, after, lines.map(line), T + 7))
        const first = store.foreign.addLogs(job.id, 0, [{ text: 'a', at: '2023-11-14T22:13:20Z', stream: 'stderr' }, line('b')], T + 7)
        assert.equal(first, [
          { seq: 1, at: timeAt(0), stream: 'stderr', text: 'a' },
          { seq: 2, at: timeAt(7), stream: 'stdout', text: 'b' },
        ])
        assert.equal(added(0, 'a', 'b'), [])
        assert.equal(added(0, 'a', 'b', 'c'), ['c'])
        assert.equal(added(1, 'b', 'c', 'd'), ['d'])
        assert.equal(added(0, 'a'), [])
        assert.equal(added(5, 'f'), [])
        assert.equal(added(4, 'e', 'f a line that is long'), ['e', 'f a line [13 bytes more]'])
        assert.is(store.foreign.get(job.id)?.logLines, 6)
        const { lines, first: oldest, last } = store.logs(job.id, 0, 9)
        assert.equal([texts(lines), oldest, last], [['d', 'e', 'f a line [13 bytes more]'], 4, 6])
        assert.equal(heard.map(({ lines: some }) => texts(some)), [['a', 'b'], ['c'], ['d'], ['e', 'f a line [13 bytes more]']])
        stop()
        added(6, 'g')
        assert.is(heard.length, 4)
        assert.is(store.foreign.addLogs(job.id, 7, [{ text: 'k', seq: 11 }], T + 7).length, 2)
        assert.is(store.foreign.get(job.id)?.logLines, 11)
        assert.equal([store.foreign.get(job.id)?.revision, store.eventRange().last], [1, 1])
        thrown('ERR_JOB_NOT_FOUND', () => store.foreign.addLogs('nobody', 0, [], T))
      },
      { logLines: 3, logLineBytes: 8 },
    ) // prettier-ignore

    withStore('log lines that are told with a job are taken in', (store) => {
      const heard: WrittenLines[] = []
      store.foreign.onLogs((written) => {
        assert.is(store.logs(written.job, 0, 9).last, written.lines.at(-1)?.seq)
        heard.push(written)
      })
      const lines = ['a', 'b', 'c'].map((text) => ({ text }))
      const { job } = tell(store, { logs: lines.slice(0, 2) })
      const next = tell(store, { logs: lines })
      assert.equal([next.updated, next.job.logLines], [[], 3])
      tell(store, { logs: [] })
      assert.equal(texts(store.logs(job.id, 0, 9).lines), ['a', 'b', 'c'])
      assert.equal(heard.map(({ job: id, lines: some }) => [id, texts(some)]), [[job.id, ['a', 'b']], [job.id, ['c']]])
    }) // prettier-ignore

    withStore('why a job could not be refreshed is remembered until it can be', (store) => {
      const { job } = tell(store, {})
      const other = tell(store, { externalId: 'x2' }).job
      store.foreign.notRefreshed([job.id, 'nobody'], 'down \u0000')
      store.foreign.notRefreshed([job.id], 'refused')
      const noted = { ...job.foreign, refreshError: 'refused' }
      assert.equal(store.foreign.get(job.id), { ...job, foreign: noted })
      assert.equal(store.foreign.get(other.id), other)
      store.foreign.notRefreshed([other.id], 'down \u0000')
      assert.is(store.foreign.get(other.id)?.foreign.refreshError, 'down \u0000')
      assert.is(tell(store, {}, 1).job.foreign.refreshError, null)
      store.foreign.notRefreshed([], 'down')
      assert.is(store.eventRange().last, 2)
    })

    withStore('a lease is one owner at a time', ({ foreign }) => {
      assert.ok(foreign.lease('poll', 'one', T, T + 10))
      assert.not.ok(foreign.lease('poll', 'two', T + 9, T + 99))
      assert.ok(foreign.lease('other', 'two', T, T + 10))
      assert.ok(foreign.lease('poll', 'one', T + 9, T + 20))
      assert.not.ok(foreign.lease('poll', 'two', T + 19, T + 99))
      assert.ok(foreign.lease('poll', 'two', T + 20, T + 30))
      assert.not.ok(foreign.lease('poll', 'one', T + 20, T + 30))
      foreign.release('poll', 'one')
      assert.not.ok(foreign.lease('poll', 'one', T + 20, T + 30))
      foreign.release('poll', 'two')
      assert.ok(foreign.lease('poll', 'one', T + 20, T + 30))
    })

    withStore('tells listeners when all of it is there to read', (store) => {
      let heard = 0
      store.onEvents((last) => {
        heard++
        assert.equal([last, store.list({ limit: 9 }).total], [3, 3])
      })
      const jobs = ['a', 'b', 'c'].map((externalId) => ({ externalId, status: null }))
      store.foreign.observe('ray', jobs, look(0))
      assert.is(heard, 1)
    })

    withStore('when it is closed it says so', (store) => {
      const { job } = tell(store, {})
      const { foreign } = store
      store.close()
      const calls: readonly (() => unknown)[] = [
        () => foreign.observe('ray', [whole], look(0)),
        () => foreign.notRefreshed([job.id], ''),
        () => foreign.get(job.id),
        () => foreign.find('ray', 'x1'),
        () => foreign.active('ray', { after: 0, limit: 1 }),
        () => foreign.activeCounts(),
        () => foreign.addLogs(job.id, 0, [], T),
        () => foreign.lease('poll', 'one', T, T),
        () => foreign.release('poll', 'one'),
      ]
      for (const call of calls) assert.match(thrown('ERR_STORE', call).message, 'closed')
    })
  })
}
