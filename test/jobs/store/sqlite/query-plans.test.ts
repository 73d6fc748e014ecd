import { join } from 'node:path'
import Libsql from 'libsql'
import * as assert from 'uvu/assert'
import type { ObservedJob } from '../../../../src/providers/job-provider.ts'
import { Database, type SqlValue } from '../../../../src/jobs/store/sqlite/database.ts'
import type { SqliteJobStore } from '../../../../src/jobs/store/sqlite-job-store.ts'
import { suite } from '../../../support/suite.ts'
import { emptyFolder, openStore } from '../support/stores.ts'
import { submissionOf } from '../support/submissions.ts'

const T = 1_700_000_000_000
const JOBS = 10_000

interface Query {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** Everything that is asked of a database from now on, until the function that is returned is called. */
function listen(): () => readonly Query[] {
  const asked: Query[] = []
  const { all, run } = Database.prototype
  const note = (sql: string, values: readonly SqlValue[]): void => {
    if (!/^(BEGIN|COMMIT|PRAGMA)/.test(sql)) asked.push({ sql, values })
  }
  Database.prototype.all = function <Row>(this: Database, sql: string, ...values: readonly SqlValue[]) {
    note(sql, values)
    return all.call(this, sql, ...values) as readonly Row[]
  }
  Database.prototype.run = function (sql, ...values) {
    note(sql, values)
    return run.call(this, sql, ...values)
  }
  return () => {
    Object.assign(Database.prototype, { all, run })
    return asked
  }
}

/** Steps of a query that read whole tables, sort, or count by looking at the rows themselves. */
function slowSteps(database: Libsql.Database, { sql, values }: Query): readonly string[] {
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as readonly {
    readonly detail: string
    readonly parent: number
  }[]
  // The jobs of a page, once they are found, are put in order again.
  const ofPage = (step: string, parent: number): boolean =>
    parent === 0 && step === 'USE TEMP B-TREE FOR ORDER BY' && /WHERE number IN \(\s*SELECT number/.test(sql)
  const steps = plan.filter(({ detail, parent }) => !ofPage(detail, parent)).map(({ detail }) => detail)
  const counts = /count\(\*\)|row_number/.test(sql)
  return steps.filter(
    (step) =>
      step.includes('B-TREE') ||
      (/^SCAN (?!\(|CONSTANT)/.test(step) && !/ USING (COVERING )?INDEX/.test(step) && !isSmall(step)) ||
      (counts && /^(SCAN|SEARCH) jobs /.test(step) && !step.includes('COVERING INDEX')),
  )
}

/** What has few rows, or is the result of a query itself. */
const isSmall = (step: string): boolean =>
  /^SCAN (sqlite_sequence|queue|webhook_subscriptions|json_each)\b/.test(step)

const observed = (n: number): ObservedJob => ({
  externalId: String(n),
  status: n % 2 === 0 ? 'queued' : 'running',
})
const look = { at: T, cause: 'a test', create: true }

suite('the database with twenty thousand jobs', (test) => {
  /** What an index has found is put in order, or counted. */
  const sorted = new Set([
    'a page by status',
    'a page by statuses',
    'a page by provider and status',
    'jobs that match',
    'jobs that are active',
    'checkpoints',
  ])
  const calls: Readonly<Record<string, (store: SqliteJobStore) => unknown>> = {
    'a job': (store) => store.get('job-77'),
    'the first page': (store) => store.list({ limit: 200 }),
    'a later page': (store) => store.list({ limit: 2, cursor: store.list({ limit: 1 }).next! }),
    'a page by status': (store) => store.list({ limit: 2, status: ['completed'] }),
    'a page by statuses': (store) => store.list({ limit: 2, status: ['completed', 'failed'], name: '77' }),
    'a page by name': (store) => store.list({ limit: 2, name: 'JOB-77' }),
    'jobs that match': (store) => store.list({ limit: 2, match: 'job-77' }),
    'a page by provider': (store) => store.list({ limit: 2, provider: ['ray'] }),
    'a page by providers': (store) => store.list({ limit: 2, provider: ['ray', 'local'] }),
    'a page by provider and status': (store) =>
      store.list({ limit: 2, provider: ['ray', 'local'], status: ['failed'] }),
    'the oldest page': (store) => store.list({ limit: 2, sort: 'submitted' }),
    'the queue': (store) => store.queue(3),
    counts: (store) => store.counts(),
    'jobs that are active': (store) => store.withStatus('running', 'stopping', 'restarting'),
    'jobs that are expired': (store) => store.expired(T + 100_000, 5),
    events: (store) => store.events({ since: 100, limit: 10 }),
    'events of a job': (store) => store.events({ since: 100, limit: 10, job: 'job-7' }),
    'which events there are': (store) => store.eventRange(),
    'trimmed events': (store) => store.trimEvents(100_000),
    'log lines': (store) => store.logs('job-77', 0, 10),
    'the last log lines': (store) => store.logs('job-77', 0, 10, { last: 5, since: '2025', stream: 'stdout' }),
    'more log lines': (store) => store.addLogs('job-77', [{ at: '', stream: 'stdout', text: '' }]),
    'a history': (store) => store.transitions('job-77', { limit: 10 }),
    checkpoints: (store) => store.checkpoints('job-77'),
    'a checkpoint': (store) =>
      store.addCheckpoint('job-77', { id: 1, kind: 'checkpoint', location: '/', takenAt: '', bytes: 1 }, T),
    'a patch': (store) => store.patch('job-77', { restarts: 1 }),
    'a submission': (store) =>
      store.create(submissionOf(), { id: `new-${store.eventRange().last}`, at: T, by: 'a test', idempotencyKey: String(store.eventRange().last) }),
    'a transition': (store) => store.transition(store.queue(1)[0]!.id, 'running', { at: T, cause: 'a test' }),
    'a deletion': (store) => store.delete(store.queue(1)[0]!.id, T),
    'a job elsewhere': (store) => store.foreign.get('ray-77'),
    'a job elsewhere by its name there': (store) => store.foreign.find('ray', '77'),
    'active jobs elsewhere': (store) => store.foreign.active('ray', { after: 5_000, limit: 10 }),
    'how many are active elsewhere': (store) => store.foreign.activeCounts(),
    'a look at what is known': (store) => store.foreign.observe('ray', [observed(77)], look),
    'a look at what has changed': (store) =>
      store.foreign.observe('ray', [{ ...observed(77), status: 'completed' }, observed(JOBS)], look),
    'a look that failed': (store) => store.foreign.notRefreshed(['ray-78', 'ray-79'], 'it is down'),
    'log lines from elsewhere': (store) => store.foreign.addLogs('ray-77', 0, [{ text: 'x' }], T),
    'a job elsewhere that is deleted': (store) => store.delete('ray-88', T),
    'a lease': (store) => store.foreign.lease('poll', 'one', T, T + 1),
    'the end of a lease': (store) => store.foreign.release('poll', 'one'),
    'webhooks to be made': (store) => store.webhooks.collect({ at: T, mostEvents: 5, mostPending: 10, make: () => null }),
    'webhooks that are due': (store) => [store.webhooks.targets(T), store.webhooks.due('sub', T, 5), store.webhooks.nextDue(T)],
    'webhooks of a subscription': (store) => store.webhooks.deliveries({ subscription: 'sub', limit: 5 }),
    'failed webhooks': (store) => store.webhooks.deliveries({ status: 'failed', limit: 5 }),
    'failed webhooks of a subscription': (store) => store.webhooks.deliveries({ subscription: 'sub', status: 'failed', limit: 5 }),
    'a webhook': (store) => store.webhooks.delivery('x'),
    'webhooks that are over': (store) => store.webhooks.trim(5, T),
    'a token': (store) => store.tokens.findByHash('h'),
  } // prettier-ignore

  test('finds by indices', { timeout: 120_000 }, (context) => {
    const file = join(emptyFolder(context), 'jobs.db')
    let made = 0
    const store = openStore(context, file, { newId: () => `ray-${made++}` })
    for (let n = 0; n < JOBS; n += 100) {
      store.foreign.observe(
        'ray',
        Array.from({ length: 100 }, (_, index) => observed(n + 99 - index)),
        look,
      )
    }
    for (let n = 0; n < JOBS; n++) {
      const options = { priority: n % 3 }
      store.create(submissionOf({ name: `job-${n}`, options }), { id: `job-${n}`, at: T + n, by: 'a test' })
      if (n % 2 === 0) store.transition(`job-${n}`, 'failed', { at: T + n, cause: 'a test' })
    }
    assert.is(store.list({ limit: 200 }).total, 2 * JOBS)
    assert.is(store.list({ limit: 200, provider: ['ray'] }).total, JOBS)
    assert.is(store.list({ limit: 200, status: ['failed'], name: 'JOB-99' }).total, 55)
    assert.is(store.counts().queued, JOBS / 2)
    store.webhooks.create(
      'sub',
      {
        url: '',
        events: [],
        filter: {},
        enabled: true,
        description: '',
        disabledReason: null,
        failingSince: null,
      },
      { secret: '', at: T, most: 1 },
    )
    const database = new Libsql(file)
    context.cleanup(() => database.close())
    for (const [name, call] of Object.entries(calls)) {
      const asked = listen()
      try {
        call(store)
      } finally {
        const queries = asked()
        assert.ok(queries.length > 0, name)
        for (const query of queries) {
          const steps = slowSteps(database, query).filter(
            (step) => !(sorted.has(name) && /B-TREE|\(rowid=\?\)$/.test(step)),
          )
          assert.equal(steps, [], `${name}: ${query.sql}`)
        }
      }
    }
  })
})
