import process from 'node:process'
import * as assert from 'uvu/assert'
import type { JobStatus } from '../../../../src/job/job-status.ts'
import type { CheckpointInfo, JobSummary } from '../../../../src/protocol/job-info.ts'
import { jobEventSchema } from '../../../../src/protocol/job-event.ts'
import { jobInfoSchema } from '../../../../src/protocol/job-info.ts'
import type { JobSort } from '../../../../src/protocol/job-sort.ts'
import type { Page } from '../../../../src/protocol/page.ts'
import type { Submission } from '../../../../src/protocol/submission.ts'
import type { JobStoreOptions } from '../../../../src/jobs/store/job-store-options.ts'
import type { JobPatch, JobQuery, JobRecord, JobStore } from '../../../../src/jobs/store/job-store.ts'
import type { LogFilter } from '../../../../src/jobs/store/log-filter.ts'
import type { TokenStore } from '../../../../src/jobs/store/token-store.ts'
import { suite, type TestContext } from '../../../support/suite.ts'
import { hashOf, ids, submissionOf, type SubmissionParts } from './submissions.ts'
import { thrown } from './thrown.ts'

/** A store, empty at first. */
export type MakeJobStore = (
  context: TestContext,
  options?: JobStoreOptions,
) => JobStore & { readonly tokens: TokenStore }

const T = 1_700_000_000_000
const timeAt = (offset: number): string => new Date(T + offset).toISOString()
const DAY = 24 * 60 * 60 * 1000

const wayTo: Partial<Record<JobStatus, readonly JobStatus[]>> = {
  running: ['running'],
  stopping: ['running', 'stopping'],
  restarting: ['running', 'restarting'],
  stopped: ['running', 'stopping', 'stopped'],
  completed: ['running', 'completed'],
  failed: ['running', 'failed'],
  cancelled: ['cancelled'],
}

/** A job that is queued, or has come to another status, one millisecond at a time. */
function make(
  store: JobStore,
  id: string,
  { status = 'queued', at = T, ...parts }: SubmissionParts & { status?: JobStatus; at?: number } = {},
): JobRecord {
  store.create(submissionOf(parts), { id, at, by: 'a test' })
  for (const [index, to] of (wayTo[status] ?? []).entries()) {
    store.transition(id, to, { at: at + index + 1, cause: 'it was told to' })
  }
  return store.get(id)!
}

const checkpoint = (id: number, kind: CheckpointInfo['kind'] = 'checkpoint'): CheckpointInfo => ({
  id,
  kind,
  location: `/checkpoints/${kind}-${id}.json`,
  takenAt: timeAt(id),
  bytes: id * 10,
})

const everyPatch: Required<JobPatch> = {
  process: {
    pid: 7,
    startedAt: timeAt(1),
    heartbeatAt: timeAt(2),
    rssBytes: 1,
    heapBytes: 2,
    cpu: 0.25,
  },
  progress: {
    status: 'running',
    elapsedMs: 1.5,
    read: 2,
    written: 1,
    sources: [],
    edges: [],
    activity: [],
    latency: null,
    nodes: [],
  },
  savepoint: checkpoint(3, 'savepoint'),
  error: {
    name: 'TypeError',
    lineage: ['TypeError'],
    message: 'NUL \u0000, half \ud800, 流れ',
    cause: { name: 'E', lineage: [], message: '' },
  },
  result: {
    jobId: 'x',
    name: 'job',
    status: 'failed',
    startedAt: timeAt(1),
    endedAt: timeAt(2),
    durationMs: 1,
    restarts: 0,
    restartCauses: [],
    nodes: [],
    services: [],
  } as unknown as NonNullable<JobRecord['result']>,
  restartHistory: { restarts: 2, restartedAt: T + 0.5, failures: [T, T + 0.25] },
  dueAt: T + 0.75,
  wanted: 'deleted',
  restarts: 4,
}

/** All pages of a list, each item once. */
function allPages(page: (cursor: string | undefined) => Page<JobSummary>): readonly JobSummary[] {
  const items: JobSummary[] = []
  for (let cursor: string | undefined; ;) {
    const { items: more, next } = page(cursor)
    items.push(...more)
    if (next === null) return items
    cursor = next
  }
}

export function jobStoreContract(name: string, makeStore: MakeJobStore): void {
  suite(`the contract of job stores: ${name}`, (test) => {
    const withStore = (
      label: string,
      body: (store: JobStore & { readonly tokens: TokenStore }) => void,
      options?: JobStoreOptions,
    ): void => test(label, (context) => body(makeStore(context, options)))

    withStore('a job that was made is queued, and is there as it was submitted', (store) => {
      const submission = submissionOf({ name: 'prices', options: { priority: 3, checkpointed: false } })
      const { job, created } = store.create(submission, { id: 'one', at: T, by: 'somebody' })
      assert.ok(created)
      assert.equal(job, {
        id: 'one',
        name: 'prices',
        status: 'queued',
        autostop: true,
        priority: 3,
        checkpointed: false,
        position: 1,
        submittedAt: timeAt(0),
        startedAt: null,
        endedAt: null,
        restarts: 0,
        revision: 1,
        provider: 'local',
        externalId: null,
        submission,
        restartedFrom: null,
        process: null,
        progress: null,
        savepoint: null,
        error: null,
        result: null,
        restartHistory: { restarts: 0, restartedAt: 0, failures: [] },
        dueAt: null,
        wanted: null,
      })
      assert.equal(store.get('one'), job)
      assert.is(store.get('two'), undefined)
      const { items, next, total } = store.transitions('one', { limit: 10 })
      assert.equal(items, [
        { from: null, to: 'queued', at: timeAt(0), cause: 'It was submitted by somebody.' },
      ])
      assert.equal([next, total], [null, 1])
    })

    withStore('keeps no secrets, and nothing the caller may change later', (store) => {
      const submission = submissionOf({ secrets: { KEY: 'do not tell' } })
      const { job } = store.create(submission, { id: 'one', at: T, by: 'a test' })
      assert.equal(job.submission.secrets, {})
      ;(submission.program.env as Record<string, string>)['LATER'] = 'x'
      assert.equal(store.get('one')?.submission.program.env, {})
      const progress = { ...everyPatch.progress! }
      store.patch('one', { progress })
      ;(progress as { read: number }).read = 99
      assert.is(store.get('one')?.progress?.read, 2)
    })

    withStore('keeps which secrets a job has, and which job it is a restart of', (store) => {
      const first = { id: 'one', at: T, by: 'a test' }
      const { submission } = store.create(
        submissionOf({ secrets: { KEY: 'do not tell', PIN: '1' } }),
        first,
      ).job
      const details = { ...first, id: 'two', restartedFrom: 'one' }
      const { job } = store.create({ ...submission, secrets: { PIN: '2' } }, details)
      assert.equal(job.submission, { ...submission, secrets: {}, secretNames: ['KEY', 'PIN'] })
      assert.equal([job.restartedFrom, store.get('two')], ['one', job])
      assert.is(
        store.transitions('two', { limit: 1 }).items[0]?.cause,
        'It was submitted by a test, as a restart of job one.',
      )
      store.delete('one', T)
      assert.is(store.get('two')?.restartedFrom, 'one')
    })

    withStore('keeps attempts without end, and members that are not given', (store) => {
      const restart = { type: 'fixed-delay', attempts: Infinity, delay: 5 } as const
      const { options, ...rest } = submissionOf()
      const submission = { ...rest, options: { ...options, restart, memoryMb: undefined }, resume: undefined }
      const { job } = store.create(submission, { id: 'one', at: T, by: 'a test' })
      assert.equal(job.submission.options.restart, restart)
      assert.equal(store.get('one'), job)
      assert.not('resume' in job.submission)
    })

    withStore('a key that was used before gives the job of then, however the members stand', (store) => {
      const key = { idempotencyKey: 'k\u0000', by: 'a test' }
      const submission = submissionOf({ secrets: { A: '1', B: '2' } })
      store.create(submission, { id: 'one', at: T, ...key })
      store.transition('one', 'running', { at: T, cause: 'a test' })
      const turned = Object.fromEntries(Object.entries(submission).reverse()) as unknown as Submission
      const again = { ...turned, secrets: { B: '2', A: '1' } }
      const { job, created } = store.create(again, { id: 'two', at: T + 1, ...key })
      assert.equal([job.id, job.status, created], ['one', 'running', false])
      assert.is(store.get('two'), undefined)
      assert.is(store.eventRange().last, 2)
      assert.ok(store.create(again, { id: 'two', at: T, by: 'a test', idempotencyKey: 'k' }).created)
    })

    withStore('a key that was used for another submission is refused, for a day', (store) => {
      const key = { idempotencyKey: 'k', by: 'a test' }
      store.create(submissionOf({ secrets: { A: '1' } }), { id: 'one', at: T, ...key })
      const others = [{ name: 'other' }, { secrets: { A: '2' } }, { options: { priority: 1 } }]
      for (const parts of others) {
        const details = { id: 'two', at: T + DAY - 1, ...key }
        const error = thrown('ERR_IDEMPOTENCY_CONFLICT', () => store.create(submissionOf(parts), details))
        assert.match(error.message, 'job one')
        assert.not.match(error.message, /\b2\b/)
      }
      assert.is(store.get('two'), undefined)
      assert.ok(store.create(submissionOf(), { id: 'three', at: T + DAY, ...key }).created)
      assert.not.ok(store.create(submissionOf(), { id: 'four', at: T + DAY + 1, ...key }).created)
    })

    withStore('a key whose job has been deleted makes no second one', (store) => {
      const key = { idempotencyKey: 'k', by: 'a test' }
      store.create(submissionOf(), { id: 'one', at: T, ...key })
      store.delete('one', T)
      const error = thrown('ERR_IDEMPOTENCY_CONFLICT', () =>
        store.create(submissionOf(), { id: 'two', at: T, ...key }),
      )
      assert.match(error.message, 'deleted')
    })

    withStore('lets whoever counts jobs refuse a new one, and its key is as before', (store) => {
      const asked: string[] = []
      const details = (id: string, full: boolean) => ({
        id,
        at: T,
        by: 'a test',
        idempotencyKey: 'k',
        admit: () => {
          asked.push(id)
          if (full) throw new RangeError('full')
        },
      })
      assert.throws(() => store.create(submissionOf(), details('one', true)), 'full')
      assert.equal([store.get('one'), store.eventRange().last], [undefined, 0])
      assert.ok(store.create(submissionOf({ name: 'other' }), details('two', false)).created)
      assert.not.ok(store.create(submissionOf({ name: 'other' }), details('three', true)).created)
      assert.equal(asked, ['one', 'two'])
    })

    withStore('changes a status only as the table allows, and writes it down', (store) => {
      const events: number[] = []
      make(store, 'one')
      store.onEvents((last) => void events.push(last))
      const running = store.transition('one', 'running', {
        at: T + 5,
        cause: 'a process was started',
        patch: { process: everyPatch.process },
      })
      assert.equal([running.status, running.startedAt, running.position], ['running', timeAt(5), null])
      assert.equal([running.revision, running.process], [2, everyPatch.process])
      const refused = thrown('ERR_ILLEGAL_TRANSITION', () =>
        store.transition('one', 'queued', { at: T + 6, cause: 'no', patch: { restarts: 9 } }),
      )
      assert.match(refused.message, 'running')
      assert.equal(store.get('one'), running)
      const failed = store.transition('one', 'failed', {
        at: T + 7,
        cause: 'it threw',
        patch: { error: everyPatch.error, process: null },
      })
      assert.equal([failed.status, failed.endedAt, failed.revision], ['failed', timeAt(7), 3])
      assert.equal([failed.error, failed.process], [everyPatch.error, null])
      assert.equal(events, [2, 3])
      assert.equal(
        store.transitions('one', { limit: 10 }).items.map(({ from, to, at }) => [from, to, at]),
        [
          [null, 'queued', timeAt(0)],
          ['queued', 'running', timeAt(5)],
          ['running', 'failed', timeAt(7)],
        ],
      )
      for (const to of ['queued', 'running', 'cancelled', 'failed'] as const) {
        thrown('ERR_ILLEGAL_TRANSITION', () => store.transition('one', to, { at: T, cause: 'no' }))
      }
      assert.is(store.eventRange().last, 3)
    })

    withStore('a job that is continued began when it first did, and has not ended', (store) => {
      make(store, 'one', { status: 'stopped' })
      assert.is(store.get('one')?.endedAt, timeAt(3))
      const queued = store.transition('one', 'queued', { at: T + 9, cause: 'continued' })
      assert.equal([queued.startedAt, queued.endedAt, queued.position], [timeAt(1), null, 1])
      store.transition('one', 'running', { at: T + 10, cause: 'a test' })
      assert.is(store.get('one')?.startedAt, timeAt(1))
    })

    withStore('a patch changes what it has, and a field that it has not stays', (store) => {
      const before = make(store, 'one')
      assert.equal(store.patch('one', everyPatch), { ...before, ...everyPatch, revision: 2 })
      for (const field of Object.keys(everyPatch) as (keyof JobPatch)[]) {
        const now = store.get('one')!
        const one = { [field]: everyPatch[field] } as JobPatch
        assert.equal(store.patch('one', one), { ...now, revision: now.revision + 1 }, field)
        const missing = { restarts: 4, [field]: undefined } as JobPatch
        assert.equal(store.patch('one', missing)[field], everyPatch[field], field)
      }
      const moved = store.transition('one', 'running', { at: T, cause: 'a test', patch: {} })
      for (const field of Object.keys(everyPatch) as (keyof JobPatch)[]) {
        assert.equal(moved[field], everyPatch[field], field)
      }
      const emptied = store.patch('one', { process: null, error: null, wanted: null, dueAt: null })
      assert.equal([emptied.process, emptied.error, emptied.wanted, emptied.dueAt], [null, null, null, null])
      assert.equal(emptied.savepoint, everyPatch.savepoint)
      assert.equal(store.get('one'), emptied)
    })

    withStore('a patch with nothing in it is no change, and none has an event', (store) => {
      const job = make(store, 'one')
      assert.equal(store.patch('one', {}), job)
      assert.equal(store.patch('one', { progress: undefined } as unknown as JobPatch), job)
      store.patch('one', { restarts: 1 })
      assert.is(store.eventRange().last, 1)
    })

    withStore('lists the newest first, and of the same time the last that came', (store) => {
      for (const [id, at] of Object.entries({ c: 2, b: 1, d: 2, e: 3, a: 1 })) make(store, id, { at: T + at })
      const { items, next, total } = store.list({ limit: 2 })
      assert.equal(ids(items), ['e', 'd'])
      assert.is(total, 5)
      assert.is.not(next, null)
      const { total: _, ...last } = store.list({ limit: 3, cursor: next! })
      assert.equal([ids(last.items), last.next], [['c', 'a', 'b'], null])
      assert.equal(jobInfoSchema.parse({ ...store.get('a'), foreign: null }).id, 'a')
    })

    withStore('pages stay right while jobs come and go', (store) => {
      for (let n = 0; n < 10; n++) make(store, `job-${n}`)
      let turn = 0
      const seen = allPages((cursor) => {
        make(store, `new-${turn}`)
        store.delete(`job-${turn}`, T)
        // The last of the page before, where the cursor stands.
        if (turn === 1) store.delete('job-8', T)
        turn++
        return store.list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      })
      assert.equal(ids(seen), ['new-0', 'job-9', 'job-8', 'job-7', 'job-6', 'job-5', 'job-4', 'job-3'])
    })

    withStore('finds by the beginning of the id, or the whole name', (store) => {
      const names = { ab1: 'prices', ab2: 'ab', b: 'Prices', 'ab%': 'x\u0000y', '1': 'x' }
      for (const [id, name] of Object.entries(names)) make(store, id, { name })
      const found = (match: string, more: Partial<JobQuery> = {}): readonly string[] => {
        const { items, total } = store.list({ limit: 10, sort: 'submitted', match, ...more })
        assert.is(total, items.length)
        return ids(items)
      }
      assert.equal(found('ab'), ['ab1', 'ab2', 'ab%'])
      assert.equal(found('ab', { name: 'PRI' }), ['ab1'])
      assert.equal(found('ab', { status: ['running'] }), [])
      assert.equal(found('prices'), ['ab1'])
      assert.equal(found('x'), ['1'])
      assert.equal(found('x\u0000y'), ['ab%'])
      assert.equal(found('a%'), [])
      assert.equal(found('price'), [])
    })

    withStore('puts jobs in order, those without a value last, and the same by their age', (store) => {
      make(store, 'a', { name: 'Beta', at: T + 30, status: 'failed' })
      make(store, 'b', { name: 'alpha', at: T + 20 })
      make(store, 'c', { name: 'beta', at: T + 10, status: 'running' })
      make(store, 'd', { name: '\u{1f600}', at: T + 5, status: 'stopped' })
      make(store, 'e', { name: '\uff5e', at: T, status: 'running' })
      store.patch('a', { restarts: 2 })
      const orders: Record<JobSort, string> = {
        submitted: 'edcba',
        '-submitted': 'abcde',
        started: 'edcab',
        '-started': 'acdeb',
        ended: 'dabce',
        '-ended': 'adecb',
        name: 'baced',
        '-name': 'decab',
        status: 'bceda',
        '-status': 'adecb',
        // 1, none, 89, 2 and 99 milliseconds.
        duration: 'adceb',
        '-duration': 'ecdab',
        restarts: 'bcdea',
        '-restarts': 'aedcb',
      }
      for (const [sort, expected] of Object.entries(orders) as [JobSort, string][]) {
        const query = { sort, now: T + 100 }
        assert.is(ids(store.list({ ...query, limit: 10 }).items).join(''), expected, sort)
        const paged = allPages((cursor) =>
          // Later pages go by the moment of the first.
          store.list(
            cursor === undefined ? { ...query, limit: 1 } : { sort, now: T + 1e6, limit: 1, cursor },
          ),
        )
        assert.is(ids(paged).join(''), expected, `${sort}, page by page`)
      }
      assert.is(ids(store.list({ sort: '-duration', limit: 10 }).items).join(''), 'ecdab')
      const { next } = store.list({ sort: 'name', limit: 1 })
      for (const sort of ['-name', 'submitted', undefined] as const) {
        const query = sort === undefined ? { limit: 1 } : { limit: 1, sort }
        thrown('ERR_INVALID_CURSOR', () => store.list({ ...query, cursor: next! }))
      }
    })

    withStore('finds by status and by a part of the name', (store) => {
      make(store, 'a', { name: '100% of Prices', status: 'running' })
      make(store, 'b', { name: '1000 prices', status: 'failed' })
      make(store, 'c', { name: 'under_score', status: 'failed' })
      make(store, 'd', { name: 'underscore' })
      make(store, 'e', { name: 'ÄRGER \\ "quoted"' })
      make(store, 'f', { name: 'a\u0000b' })
      const found = (query: Partial<JobQuery>): readonly string[] => {
        const { items, total, next } = store.list({ limit: 200, ...query })
        assert.equal([total, next], [items.length, null])
        return ids(items)
      }
      assert.equal(found({ name: 'PRICES' }), ['b', 'a'])
      assert.equal(found({ name: '0%' }), ['a'])
      assert.equal(found({ name: '_' }), ['c'])
      assert.equal(found({ name: '%' }), ['a'])
      assert.equal(found({ name: 'ärger \\' }), ['e'])
      assert.equal(found({ name: '"quoted"' }), ['e'])
      assert.equal(found({ name: '\u0000b' }), ['f'])
      assert.is(store.get('f')?.name, 'a\u0000b')
      assert.equal(found({ name: '' }).length, 6)
      assert.equal(found({ name: "' OR 1=1 --" }), [])
      assert.equal(found({ status: ['failed'] }), ['c', 'b'])
      assert.equal(found({ status: ['failed', 'running'] }), ['c', 'b', 'a'])
      assert.equal(found({ status: ['failed', 'failed'], name: 'prices' }), ['b'])
      assert.equal(found({ status: [] }), [])
      const page = store.list({ limit: 1, status: ['failed'] })
      assert.equal([ids(page.items), page.total], [['c'], 2])
      const rest = store.list({ limit: 1, status: ['failed'], cursor: page.next! })
      assert.equal([ids(rest.items), rest.total, rest.next], [['b'], 2, null])
    })

    withStore('refuses cursors that it did not give, and limits that are none', (store) => {
      for (let n = 0; n < 3; n++) make(store, String(n), { status: 'completed' })
      const cursor = store.list({ limit: 1 }).next!
      const other = store.transitions('1', { limit: 1 }).next!
      for (const wrong of ['', 'x', `${cursor}=`, ` ${cursor}`, `${cursor}A`, other, '1']) {
        thrown('ERR_INVALID_CURSOR', () => store.list({ limit: 1, cursor: wrong }))
      }
      thrown('ERR_INVALID_CURSOR', () => store.transitions('1', { limit: 1, cursor }))
      for (const limit of [0, -1, 1.5, NaN, 201, Infinity]) {
        thrown('ERR_INVALID_ARGUMENT', () => store.list({ limit }))
        thrown('ERR_INVALID_ARGUMENT', () => store.transitions('1', { limit }))
      }
      for (const limit of [0, NaN, Infinity]) {
        thrown('ERR_INVALID_ARGUMENT', () => store.queue(limit))
        thrown('ERR_INVALID_ARGUMENT', () => store.logs('1', 0, limit))
        thrown('ERR_INVALID_ARGUMENT', () => store.events({ since: 0, limit }))
        thrown('ERR_INVALID_ARGUMENT', () => store.expired(T, limit))
      }
    })

    withStore('queues by priority, then by age, and tells each its place', (store) => {
      for (const [id, priority] of [['a', 0], ['b', 5], ['c', 0], ['d', -1], ['e', 5]] as const) {
        make(store, id, { options: { priority } })
      } // prettier-ignore
      make(store, 'f', { options: { priority: 9 }, status: 'running' })
      const order = ['b', 'e', 'a', 'c', 'd']
      assert.equal(ids(store.queue(10)), order)
      assert.equal(ids(store.queue(2)), ['b', 'e'])
      const placesOf = (jobs: readonly (JobSummary | undefined)[]): readonly unknown[] =>
        jobs.map((job) => job?.position)
      assert.equal(placesOf(store.queue(10)), [1, 2, 3, 4, 5])
      assert.equal(placesOf(order.map((id) => store.get(id))), [1, 2, 3, 4, 5])
      assert.equal(placesOf(store.list({ limit: 10 }).items), [null, 2, 5, 4, 1, 3])
      assert.equal(placesOf(store.list({ limit: 2, name: 'job', status: ['queued'] }).items), [2, 5])
      assert.equal(placesOf(store.withStatus('queued', 'running')), [3, 1, 4, 5, 2, null])
      store.transition('b', 'running', { at: T, cause: 'a test' })
      assert.equal(placesOf([store.get('d'), store.patch('e', { restarts: 1 })]), [4, 1])
      // Continued, it is as old as it was.
      store.transition('b', 'stopping', { at: T, cause: 'a test' })
      store.transition('b', 'stopped', { at: T, cause: 'a test' })
      assert.is(store.transition('b', 'queued', { at: T + 1, cause: 'a test' }).position, 1)
    })

    withStore('counts jobs by status', (store) => {
      const none = { pending: 0, uploading: 0, queued: 0, running: 0, stopping: 0, restarting: 0 }
      const over = { stopped: 0, completed: 0, failed: 0, cancelled: 0 }
      assert.equal(store.counts(), { ...none, ...over })
      for (const status of ['queued', 'running', 'failed', 'failed', 'stopped'] as const) {
        make(store, `${status}-${store.eventRange().last}`, { status })
      }
      assert.equal(store.counts(), { ...none, ...over, queued: 1, running: 1, failed: 2, stopped: 1 })
      assert.equal(store.withStatus('failed').length, 2)
      assert.equal(store.withStatus(), [])
    })

    withStore(
      'gives the history in pages, and of a long one the end',
      (store) => {
        make(store, 'one', { status: 'running' })
        make(store, 'two')
        for (let n = 0; n < 4; n++) {
          store.transition('one', 'restarting', { at: T + n, cause: `crash ${n} \u0000` })
          store.transition('one', 'running', { at: T + n, cause: 'again' })
        }
        const first = store.transitions('one', { limit: 3 })
        assert.equal(
          first.items.map(({ cause }) => cause),
          ['again', 'crash 2 \u0000', 'again'],
        )
        assert.is(first.total, 5)
        const second = store.transitions('one', { limit: 3, cursor: first.next! })
        assert.equal(
          second.items.map(({ cause }) => cause),
          ['crash 3 \u0000', 'again'],
        )
        assert.equal([second.total, second.next], [5, null])
        assert.is(store.transitions('two', { limit: 3 }).total, 1)
      },
      { transitions: 5 },
    )

    withStore('keeps checkpoints, newest first, and tells of what is news', (store) => {
      make(store, 'one')
      make(store, 'two')
      store.addCheckpoint('one', checkpoint(9), T + 1)
      store.addCheckpoint('one', checkpoint(10), T + 2)
      store.addCheckpoint('one', checkpoint(10, 'savepoint'), T + 3)
      store.addCheckpoint('one', checkpoint(9), T + 4)
      store.addCheckpoint('two', checkpoint(9), T + 5)
      assert.equal(store.checkpoints('one'), [checkpoint(10, 'savepoint'), checkpoint(10), checkpoint(9)])
      const told = store.events({ since: 2, limit: 10 })
      assert.equal(
        told.map((event) => [event.type, event.job, event.at]),
        [1, 2, 3, 5].map((at) => ['job_checkpoint', at === 5 ? 'two' : 'one', timeAt(at)]),
      )
      store.addCheckpoint('one', { ...checkpoint(9), bytes: 1 }, T + 6)
      assert.equal(store.checkpoints('one').at(-1)?.bytes, 1)
      assert.is(store.eventRange().last, 7)
      store.removeCheckpoint('one', checkpoint(10).location)
      store.removeCheckpoint('one', 'nowhere')
      assert.equal(
        store.checkpoints('one').map(({ id, kind }) => [id, kind]),
        [[10, 'savepoint'], [9, 'checkpoint']],
      ) // prettier-ignore
      assert.is(store.checkpoints('two').length, 1)
    })

    withStore('numbers log lines without gaps, and keeps the newest', (store) => {
      make(store, 'one')
      make(store, 'two')
      assert.equal(store.logs('one', 0, 10), { lines: [], first: 0, last: 0 })
      const line = (text: string) => ({ at: timeAt(0), stream: 'stdout' as const, text })
      const odd = ['a\u0000b', '', '流れ', 'half \ud800.', 'ok\r']
      const kept = ['a\u0000b', '', '流れ', 'half \ufffd.', 'ok\r']
      const written = store.addLogs('one', odd.map(line))
      assert.equal(
        written,
        kept.map((text, index) => ({ seq: index + 1, ...line(text) })),
      )
      assert.equal(store.logs('one', 0, 10), { lines: written, first: 1, last: 5 })
      assert.equal(store.logs('one', 2, 2).lines, written.slice(2, 4))
      assert.equal(store.logs('one', 5, 2).lines, [])
      assert.equal(store.addLogs('one', []), [])
      const more = store.addLogs('one', Array.from({ length: 9 }, (_, n) => line(String(n))))
      assert.equal([more[0]?.seq, more.at(-1)?.seq], [6, 14])
      const { lines, first, last } = store.logs('one', 0, 100)
      assert.equal([first, last], [7, 14])
      assert.equal(lines, more.slice(1))
      store.addLogs('one', [line('x')])
      assert.equal([store.logs('one', 0, 1).first, store.logs('one', 0, 1).last], [8, 15])
      assert.is(store.addLogs('two', [line('x')])[0]?.seq, 1)
      assert.is(store.eventRange().last, 2)
    }, { logLines: 8, logLineBytes: 30 }) // prettier-ignore

    withStore('finds the log lines that are wanted', (store) => {
      make(store, 'one')
      const streams = ['stdout', 'stderr', 'stdout', 'system', 'stdout', 'stderr'] as const
      store.addLogs('one', streams.map((stream, n) => ({ at: timeAt(n), stream, text: 'x' })))
      const numbers = (after: number, limit: number, filter: LogFilter): readonly number[] => {
        const { lines, first, last } = store.logs('one', after, limit, filter)
        assert.equal([first, last], [1, 6])
        return lines.map(({ seq }) => seq)
      }
      assert.equal(numbers(0, 9, { last: 2 }), [5, 6])
      assert.equal(numbers(0, 9, { last: 7 }), [1, 2, 3, 4, 5, 6])
      assert.equal(numbers(0, 9, { last: 0 }), [])
      assert.equal(numbers(0, 2, { last: 4 }), [3, 4])
      assert.equal(numbers(4, 9, { last: 4 }), [5, 6])
      assert.equal(numbers(0, 9, { stream: 'stdout' }), [1, 3, 5])
      assert.equal(numbers(0, 9, { stream: 'stdout', last: 2 }), [3, 5])
      assert.equal(numbers(0, 9, { since: timeAt(3) }), [4, 5, 6])
      assert.equal(numbers(0, 9, { since: timeAt(3), stream: 'stdout', last: 2 }), [5])
      assert.equal(numbers(0, 9, { since: timeAt(9), last: 2 }), [])
      assert.equal(numbers(0, 9, {}), [1, 2, 3, 4, 5, 6])
    }) // prettier-ignore

    withStore(
      'keeps the beginning of a long log line, in whole characters',
      (store) => {
        make(store, 'one')
        const textOf = (text: string): string | undefined =>
          store.addLogs('one', [{ at: timeAt(0), stream: 'stderr', text }])[0]?.text
        assert.is(textOf('12345678'), '12345678')
        assert.is(textOf('123456789'), '12345678 [1 bytes more]')
        assert.is(textOf('1234567流れ'), '1234567 [6 bytes more]')
        assert.is(textOf('12345流れ'), '12345流 [3 bytes more]')
        assert.is(textOf('😀😀😀'), '😀😀 [4 bytes more]')
        const { lines } = store.logs('one', 0, 10)
        assert.is(lines.at(-1)?.text, '😀😀 [4 bytes more]')
      },
      { logLineBytes: 8 },
    )

    withStore('a job that is deleted is gone with all it had; what has happened stays', (store) => {
      for (const id of ['one', 'two']) {
        make(store, id, { status: 'completed', files: [hashOf(id === 'one' ? '1' : '2')] })
        store.addCheckpoint(id, checkpoint(1), T)
        store.addLogs(id, [{ at: timeAt(0), stream: 'stdout', text: id }])
      }
      const last = store.eventRange().last
      const summary = store.list({ limit: 10, match: 'one' }).items[0]
      store.delete('one', T + 9)
      assert.is(store.get('one'), undefined)
      assert.equal(ids(store.list({ limit: 10 }).items), ['two'])
      assert.is(store.list({ limit: 10 }).total, 1)
      assert.equal([...store.usedFiles()], [hashOf('2')])
      assert.equal(store.events({ since: last, limit: 10 }), [
        { id: last + 1, type: 'job_deleted', at: timeAt(9), job: 'one', summary },
      ])
      assert.is(store.events({ since: 0, limit: 100, job: 'one' }).length, 5)
      // Nothing of it comes back with another of the same id.
      make(store, 'one')
      assert.equal(store.checkpoints('one'), [])
      assert.equal(store.logs('one', 0, 10), { lines: [], first: 0, last: 0 })
      assert.is(store.transitions('one', { limit: 10 }).total, 1)
      assert.is(store.logs('two', 0, 10).lines[0]?.text, 'two')
    })

    withStore('says of what is not there that it is not there, and does nothing', (store) => {
      const calls: readonly (() => unknown)[] = [
        () => store.transition('x', 'running', { at: T, cause: '' }),
        () => store.patch('x', { restarts: 1 }),
        () => store.transitions('x', { limit: 1 }),
        () => store.addCheckpoint('x', checkpoint(1), T),
        () => store.removeCheckpoint('x', ''),
        () => store.checkpoints('x'),
        () => store.addLogs('x', []),
        () => store.logs('x', 0, 1),
        () => store.delete('x', T),
      ]
      for (const call of calls) assert.match(thrown('ERR_JOB_NOT_FOUND', call).message, 'no job x')
      assert.equal(store.eventRange(), { first: 0, last: 0 })
    })

    withStore('finds jobs that ended for good before a moment, oldest first', (store) => {
      make(store, 'late', { status: 'failed', at: T + 100 })
      make(store, 'early', { status: 'completed', at: T })
      make(store, 'same', { status: 'cancelled', at: T + 1 })
      make(store, 'stopped', { status: 'stopped', at: T })
      make(store, 'running', { status: 'running', at: T })
      assert.equal(store.expired(T + 2, 10), [])
      assert.equal(store.expired(T + 3, 10), ['early', 'same'])
      assert.equal(store.expired(T + 1000, 10), ['early', 'same', 'late'])
      assert.equal(store.expired(T + 1000, 2), ['early', 'same'])
    })

    withStore('knows which files jobs need', (store) => {
      assert.is(store.usedFiles().size, 0)
      make(store, 'one', { files: [hashOf('a'), hashOf('b'), hashOf('a')] })
      make(store, 'two', { files: [hashOf('b'), hashOf('c')], status: 'failed' })
      assert.equal([...store.usedFiles()].sort(), [hashOf('a'), hashOf('b'), hashOf('c')])
      store.delete('one', T)
      assert.equal([...store.usedFiles()].sort(), [hashOf('b'), hashOf('c')])
    })

    withStore('tells what has happened, as the protocol has it', (store) => {
      make(store, 'one', { status: 'running', name: 'a\u0000b' })
      store.addCheckpoint('one', checkpoint(1), T + 2)
      make(store, 'two')
      store.delete('two', T + 3)
      const events = store.events({ since: 0, limit: 10 })
      assert.equal(
        events.map((event) => jobEventSchema.parse(event)),
        events,
      )
      const submitted = { ...store.get('one')!, status: 'queued', startedAt: null, revision: 1, position: 1 }
      const { submission: _, process, progress, savepoint, error, result, ...rest } = submitted
      const { restartedFrom, restartHistory, dueAt, wanted, ...summary } = rest
      void [process, progress, savepoint, error, result, restartedFrom, restartHistory, dueAt, wanted]
      assert.equal(events[0], { id: 1, type: 'job_submitted', at: timeAt(0), job: 'one', summary })
      assert.equal(events[1], {
        id: 2,
        type: 'job_status_changed',
        at: timeAt(1),
        job: 'one',
        transition: { from: 'queued', to: 'running', at: timeAt(1), cause: 'it was told to' },
        summary: { ...summary, status: 'running', startedAt: timeAt(1), revision: 2, position: null },
      })
      assert.equal(
        events.map(({ id, type, job }) => [id, type, job]),
        [
          [1, 'job_submitted', 'one'],
          [2, 'job_status_changed', 'one'],
          [3, 'job_checkpoint', 'one'],
          [4, 'job_submitted', 'two'],
          [5, 'job_deleted', 'two'],
        ],
      )
      const numbers = (since: number, limit: number, job?: string): readonly number[] =>
        store.events({ since, limit, ...(job === undefined ? {} : { job }) }).map(({ id }) => id)
      assert.equal(numbers(2, 2), [3, 4])
      assert.equal(numbers(1, 9, 'one'), [2, 3])
      assert.equal(numbers(0, 1, 'two'), [4])
      assert.equal(numbers(5, 9), [])
      assert.equal(numbers(99, 9), [])
    })

    withStore('keeps the newest events, and numbers go on when all are gone', (store) => {
      assert.equal(store.eventRange(), { first: 0, last: 0 })
      store.trimEvents(5)
      for (let n = 0; n < 6; n++) make(store, String(n))
      store.trimEvents(10)
      assert.equal(store.eventRange(), { first: 1, last: 6 })
      store.trimEvents(2)
      assert.equal(store.eventRange(), { first: 5, last: 6 })
      assert.equal(
        store.events({ since: 0, limit: 10 }).map(({ id }) => id),
        [5, 6],
      )
      store.trimEvents(0)
      assert.equal(store.eventRange(), { first: 7, last: 6 })
      make(store, 'next')
      assert.equal(store.eventRange(), { first: 7, last: 7 })
    })

    withStore('tells listeners when what they are told is there to read', (store) => {
      const told: number[] = []
      const stop = store.onEvents((last) => {
        told.push(last)
        assert.equal(store.events({ since: last - 1, limit: 1 })[0]?.id, last)
        // It may change something itself.
        if (last === 1) store.transition('one', 'running', { at: T, cause: 'at once' })
      })
      const other: number[] = []
      store.onEvents((last) => void other.push(last))
      make(store, 'one')
      assert.equal(told, [1, 2])
      assert.equal([...other].sort(), [1, 2])
      stop()
      stop()
      make(store, 'two')
      assert.equal(told, [1, 2])
      assert.is(Math.max(...other), 3)
    })

    test('what a listener throws is its own', async (context) => {
      const store = makeStore(context)
      const rejected = new Promise((resolve) => process.once('unhandledRejection', resolve))
      const told: number[] = []
      store.onEvents(() => {
        throw new RangeError('mine')
      })
      store.onEvents((last) => void told.push(last))
      assert.ok(store.create(submissionOf(), { id: 'one', at: T, by: 'a test' }).created)
      assert.equal(told, [1])
      assert.instance(await rejected, RangeError)
    })

    withStore('when it is closed it says so, and closing twice is fine', (store) => {
      make(store, 'one')
      store.onEvents(() => assert.unreachable())
      store.close()
      store.close()
      const calls: readonly (() => unknown)[] = [
        () => store.get('one'),
        () => store.create(submissionOf(), { id: 'two', at: T, by: 'a test' }),
        () => store.transition('one', 'running', { at: T, cause: '' }),
        () => store.list({ limit: 1 }),
        () => store.counts(),
        () => store.events({ since: 0, limit: 1 }),
        () => store.trimEvents(1),
      ]
      for (const call of calls) assert.match(thrown('ERR_STORE', call).message, 'closed')
    })

    withStore('keeps the figures of its own jobs until they are deleted', (store) => {
      make(store, 'one')
      assert.is(store.figures.of('one'), undefined)
      const figures = { ms: 1000, read: 7, written: 0, rssBytes: 2 ** 40, heapBytes: 0, restarts: 0 }
      const more = { checkpoints: 1, checkpointBytes: 9, checkpointMs: 40 }
      const latency = { p50: 1, p95: 2.5, p99: null }
      const points = [
        { at: T, cpuMs: null, fill: null, ...figures, ...more, ...latency },
        { at: T + 1000, cpuMs: 3, fill: 0.25, ...figures, ...more, ...latency },
      ]
      const { revision } = store.get('one')!
      store.figures.keep('one', { interval: 1000, points: points.slice(1) })
      store.figures.keep('one', { interval: 2000, points })
      assert.equal(store.figures.of('one'), { interval: 2000, points })
      assert.is(store.get('one')!.revision, revision)
      store.figures.keep('two', { interval: 1000, points })
      assert.is(store.figures.of('two'), undefined)
      store.delete('one', T)
      assert.is(store.figures.of('one'), undefined)
      store.figures.keep('one', { interval: 1000, points })
      assert.is(store.figures.of('one'), undefined)
    })

    withStore('keeps tokens by their hash, and never gives it back', ({ tokens }) => {
      assert.equal(tokens.list(), [])
      const made = tokens.create({ id: 't1', hash: 'h1', name: 'ci \u0000', scopes: ['read', 'submit'], at: T })
      assert.equal(made, {
        id: 't1',
        name: 'ci \u0000',
        scopes: ['read', 'submit'],
        createdAt: timeAt(0),
        lastUsedAt: null,
      })
      const second = tokens.create({ id: 't0', hash: 'h0', name: 'ci \u0000', scopes: ['admin'], at: T })
      assert.equal(tokens.list(), [made, second])
      assert.equal(tokens.findByHash('h1'), made)
      assert.is(tokens.findByHash('h2'), undefined)
      assert.is(tokens.findByHash('H1'), undefined)
      for (const same of [{ id: 't1', hash: 'h9' }, { id: 't9', hash: 'h1' }]) {
        const error = thrown('ERR_INVALID_ARGUMENT', () => tokens.create({ ...same, name: '', scopes: [], at: T }))
        assert.not.match(error.message, 'h1')
      }
      assert.ok(tokens.delete('t1'))
      assert.not.ok(tokens.delete('t1'))
      assert.is(tokens.findByHash('h1'), undefined)
      assert.equal(tokens.list(), [second])
    }) // prettier-ignore

    withStore('notes when a token was used, to the minute', ({ tokens }) => {
      tokens.create({ id: 't', hash: 'h', name: '', scopes: ['read'], at: T })
      const used = (offset: number): string | null | undefined => {
        tokens.used('t', T + offset)
        return tokens.findByHash('h')?.lastUsedAt
      }
      assert.is(used(10), timeAt(10))
      assert.is(used(60_009), timeAt(10))
      assert.is(used(60_010), timeAt(60_010))
      tokens.used('nobody', T)
      assert.is(tokens.list().length, 1)
    })
  })
}
