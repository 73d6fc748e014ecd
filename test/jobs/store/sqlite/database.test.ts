import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import * as assert from 'uvu/assert'
import { Database, type Durability } from '../../../../src/jobs/store/sqlite/database.ts'
import { migrations } from '../../../../src/jobs/store/sqlite/migrations.ts'
import type { SqliteJobStore } from '../../../../src/jobs/store/sqlite-job-store.ts'
import { suite, type TestContext } from '../../../support/suite.ts'
import { emptyFolder, openStore } from '../support/stores.ts'
import { submissionOf } from '../support/submissions.ts'
import { thrown } from '../support/thrown.ts'

const T = 1_700_000_000_000

const fileOf = (context: TestContext): string => join(emptyFolder(context), 'jobs.db')

/** Changes a database behind the store's back. */
function tamper(file: string, sql: string): void {
  const database = new Libsql(file)
  database.exec(sql)
  database.close()
}

const create = (store: SqliteJobStore, id: string, idempotencyKey = id): unknown =>
  store.create(submissionOf(), { id, at: T, by: 'a test', idempotencyKey })

suite('the database of jobs', (test) => {
  test('is as it was when it is opened again, and numbers go on', (context) => {
    const file = fileOf(context)
    const store = openStore(context, file)
    for (const id of ['one', 'two', 'three']) create(store, id)
    store.transition('one', 'running', { at: T + 1, cause: 'a test' })
    store.addLogs('one', [{ at: '', stream: 'stdout', text: 'a\u0000b' }])
    store.tokens.create({ id: 't', hash: 'h', name: 'n', scopes: ['admin'], at: T })
    const cursor = store.list({ limit: 1 }).next!
    const before = [store.withStatus('running', 'queued'), store.logs('one', 0, 10), store.tokens.list()]
    store.delete('three', T)
    store.trimEvents(0)
    store.close()

    const again = openStore(context, file)
    assert.equal([...again.withStatus('running', 'queued')], [...again.withStatus('running'), again.get('two')])
    assert.equal([again.get('one'), again.logs('one', 0, 10), again.tokens.list()], [
      (before[0] as readonly unknown[])[0], before[1], before[2],
    ]) // prettier-ignore
    assert.equal(again.eventRange(), { first: 6, last: 5 })
    create(again, 'four')
    assert.equal(again.eventRange(), { first: 6, last: 6 })
    // Not where the deleted one was.
    assert.equal(
      again.list({ limit: 9, cursor }).items.map(({ id }) => id),
      ['two', 'one'],
    )
    assert.is(again.check().length, 0)
  }) // prettier-ignore

  test('is for its user only', (context) => {
    const file = fileOf(context)
    create(openStore(context, file), 'one')
    for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.is(statSync(name).mode & 0o777, 0o600, name)
  }) // prettier-ignore

  test('has no secrets in it, nor what would tell whether one was guessed', (context) => {
    const file = fileOf(context)
    const store = openStore(context, file)
    const submission = submissionOf({ secrets: { PASSWORD: 'open sesame' } })
    const idempotencyKey = 'a key that nobody knows'
    store.create(submission, { id: 'one', at: T, by: 'a test', idempotencyKey })
    store.close()
    const bytes = readFileSync(file)
    for (const secret of ['open sesame', idempotencyKey]) assert.not.ok(bytes.includes(secret), secret)
  })

  test('that a newer version wrote is left alone', (context) => {
    const file = fileOf(context)
    openStore(context, file).close()
    tamper(file, `PRAGMA user_version = ${migrations.length + 1}`)
    const before = readFileSync(file)
    const error = thrown('ERR_STORE', () => openStore(context, file))
    assert.match(error.message, `version ${migrations.length + 1}`)
    assert.match(String(error.remedy), 'newer')
    assert.equal(readFileSync(file), before)
  })

  test('of another program is left alone', (context) => {
    const file = fileOf(context)
    tamper(file, 'CREATE TABLE jobs (x)')
    const before = readFileSync(file)
    assert.match(thrown('ERR_STORE', () => openStore(context, file)).message, 'another program')
    assert.equal(readFileSync(file), before)
    writeFileSync(file, 'no database at all. '.repeat(100))
    assert.match(String(thrown('ERR_STORE', () => openStore(context, file)).remedy), 'a copy')
  })

  test('that is damaged says so, and what to do', (context) => {
    const file = fileOf(context)
    const store = openStore(context, file)
    for (let n = 0; n < 50; n++) create(store, String(n))
    store.close()
    truncateSync(file, 4096 * 3)
    const error = thrown('ERR_STORE', () => {
      const damaged = openStore(context, file)
      damaged.list({ limit: 200 })
      damaged.check()
    })
    assert.match(error.message, file)
    assert.match(String(error.remedy), 'a copy')
  })

  test('is brought to the newest version from whatever was before, or stays as it was', (context) => {
    const file = fileOf(context)
    tamper(file, 'PRAGMA user_version = 0')
    openStore(context, file).close()
    // A step that fails leaves nothing of itself.
    const steps = migrations as string[]
    const released = steps.length
    steps.push('CREATE TABLE later (x); INSERT INTO nowhere VALUES (1)')
    context.cleanup(() => steps.splice(released))
    thrown('ERR_STORE', () => openStore(context, file))
    steps[released] = 'CREATE TABLE later (x)'
    openStore(context, file).close()
    steps.pop()
    const message = `version ${released + 1}`
    assert.match(thrown('ERR_STORE', () => openStore(context, file)).message, message)
  })

  test('of the first version has its jobs, which are restarts of none', (context) => {
    const file = fileOf(context)
    const steps = migrations as string[]
    const later = steps.splice(1)
    context.cleanup(() => steps.splice(1, Infinity, ...later))
    new Database(file).close()
    const columns = `id, search, status, priority, submitted_at, restarts, revision, autostop, checkpointed, name,
      restart_history`
    const history = JSON.stringify({ restarts: 0, restartedAt: 0, failures: [] })
    tamper(
      file,
      `INSERT INTO jobs (${columns}) VALUES ('one', 'x', 'queued', 0, 0, 0, 1, 1, 1, '"X"', '${history}')`,
    )
    tamper(file, `INSERT INTO submissions VALUES (1, '${JSON.stringify(submissionOf())}')`)
    steps.push(...later)
    const store = openStore(context, file)
    assert.equal([store.get('one')?.name, store.get('one')?.restartedFrom], ['X', null])
    assert.is(store.list({ limit: 1, match: 'X', sort: 'name' }).total, 1)
    assert.is(
      store.create(submissionOf(), { id: 'two', at: 1, by: 'a test', restartedFrom: 'one' }).job
        .restartedFrom,
      'one',
    )
    assert.is(store.get('two')?.restartedFrom, 'one')
  })

  test('of the second version has its jobs, which are its own, and events by their new names', (context) => {
    const file = fileOf(context)
    const steps = migrations as string[]
    const later = steps.splice(2)
    context.cleanup(() => steps.splice(2, Infinity, ...later))
    new Database(file).close()
    const columns = `id, search, status, priority, submitted_at, ended_at, restarts, revision, autostop, checkpointed, name,
      restart_history`
    const history = JSON.stringify({ restarts: 0, restartedAt: 0, failures: [] })
    const jobs = {
      one: ['queued', 0, 20, 'NULL'],
      two: ['queued', 1, 30, 'NULL'],
      three: ['failed', 0, 10, 40],
    }
    for (const [index, [id, [status, priority, at, end]]] of Object.entries(jobs).entries()) {
      const values = `'${id}', 'x', '${status}', ${priority}, ${T} + ${at}, ${T} + ${end}, 0, 1, 1, 1, '"X"', '${history}'`
      tamper(file, `INSERT INTO jobs (${columns}) VALUES (${values})`)
      tamper(file, `INSERT INTO submissions VALUES (${index + 1}, '${JSON.stringify(submissionOf())}')`)
    }
    const at = new Date(T).toISOString()
    const said = 'it said "type":"job.deleted"'
    const transition = { from: 'running', to: 'failed', at, cause: said }
    const events = [
      { type: 'job.submitted', at, job: 'three' },
      { type: 'job.transition', at, job: 'three', transition },
      { type: 'job.checkpoint', at, job: 'one' },
      { type: 'job.deleted', at, job: 'four' },
    ]
    for (const event of events) {
      tamper(file, `INSERT INTO events (job, event) VALUES ('${event.job}', '${JSON.stringify(event)}')`)
    }
    steps.push(...later)
    const store = openStore(context, file)
    const { items } = store.list({ limit: 9 })
    assert.equal(
      items.map(({ id, provider, externalId, position }) => [id, provider, externalId, position]),
      [
        ['two', 'local', null, 1],
        ['one', 'local', null, 2],
        ['three', 'local', null, null],
      ],
    )
    assert.is(store.list({ limit: 9, provider: ['local'] }).total, 3)
    assert.equal([store.counts().queued, store.counts().failed], [2, 1])
    assert.equal(
      store.queue(9).map(({ id }) => id),
      ['two', 'one'],
    )
    assert.equal(store.foreign.activeCounts(), {})
    assert.equal(store.expired(T + 41, 9), ['three'])
    const told = store.events({ since: 0, limit: 9 })
    assert.equal(
      told.map(({ type }) => type),
      ['job_submitted', 'job_status_changed', 'job_checkpoint', 'job_deleted'],
    )
    assert.equal(told[1], { ...events[1], type: 'job_status_changed', id: 2 })
    const seen = { externalId: 'one', status: 'running' } as const
    const { created } = store.foreign.observe('ray', [seen], { at: T, cause: 'a test', create: true })
    assert.is(store.foreign.get(created[0]!)?.name, 'one')
    assert.equal(store.check(), [])
  })

  test('that another process writes to is waited for, then given up with a reason', (context) => {
    const file = fileOf(context)
    const database = new Database(file, 10)
    context.cleanup(() => database.close())
    const other = new Libsql(file)
    other.exec('BEGIN IMMEDIATE')
    const error = thrown('ERR_STORE', () => database.transaction('disk', () => assert.unreachable()))
    assert.match(String(error.remedy), 'other process')
    other.exec('ROLLBACK')
    other.close()
    assert.is(
      database.transaction('disk', () => 'done'),
      'done',
    )
  })

  test('undoes a change in which something throws, and goes on', (context) => {
    const database = new Database(fileOf(context))
    context.cleanup(() => database.close())
    const count = (): unknown => database.get('SELECT count(*) AS n FROM events')
    const add = (): unknown => database.run('INSERT INTO events (job, event) VALUES (?, ?)', 'x', '{}')
    const mine = new RangeError('mine')
    assert.throws(
      () =>
        database.transaction('disk', () => {
          add()
          throw mine
        }),
      (error: unknown) => error === mine,
    )
    assert.is((count() as { n: number }).n, 0)
    thrown('ERR_STORE', () =>
      database.transaction('disk', () => {
        add()
        database.run('INSERT INTO events (id, job) VALUES (1, 2)')
      }),
    )
    database.transaction('system', add)
    assert.is((count() as { n: number }).n, 1)
  })

  test('survives a power cut with all but figures, log lines and what was trimmed', (context) => {
    const store = openStore(context, fileOf(context))
    const durability: Durability[] = []
    const original = Database.prototype.transaction
    context.cleanup(() => (Database.prototype.transaction = original))
    Database.prototype.transaction = function <T>(this: Database, how: Durability, work: () => T): T {
      durability.push(how)
      return original.call<Database, [Durability, () => T], T>(this, how, () => {
        const synchronous = Object.values(this.get<Record<string, number>>('PRAGMA synchronous')!)[0]
        // 2 is FULL, 1 is NORMAL.
        assert.is(synchronous, how === 'disk' ? 2 : 1)
        return work()
      })
    }
    const isOnDisk = (change: () => unknown): boolean => {
      durability.length = 0
      change()
      assert.is(durability.length, 1)
      return durability[0] === 'disk'
    }
    const checkpoint = { id: 1, kind: 'checkpoint', location: '/', takenAt: '', bytes: 1 } as const
    const token = { id: 't', hash: 'h', name: '', scopes: ['read'], at: T } as const
    const lasting: readonly (() => unknown)[] = [
      () => create(store, 'one'),
      () => store.transition('one', 'running', { at: T, cause: 'a test' }),
      () => store.patch('one', { wanted: 'stopped' }),
      () => store.patch('one', { progress: null, savepoint: null }),
      () => store.addCheckpoint('one', checkpoint, T),
      () => store.removeCheckpoint('one', '/'),
      () => store.tokens.create(token),
      () => store.tokens.delete('t'),
      () => store.delete('one', T),
    ]
    const passing: readonly (() => unknown)[] = [
      () => store.patch('two', { progress: null, process: null }),
      () => store.addLogs('two', [{ at: '', stream: 'stdout', text: '' }]),
      () => store.trimEvents(100),
      () => store.tokens.used('u', T),
    ]
    for (const change of lasting) assert.ok(isOnDisk(change), String(change))
    create(store, 'two')
    store.tokens.create({ ...token, id: 'u' })
    for (const change of passing) assert.not.ok(isOnDisk(change), String(change))
    assert.ok(isOnDisk(() => create(store, 'three')))
  })

  test('has a log that does not grow without end', { timeout: 30_000 }, (context) => {
    const file = fileOf(context)
    const store = openStore(context, file, { logLines: 100 })
    create(store, 'one')
    const lines = Array.from({ length: 100 }, () => ({
      at: '',
      stream: 'stdout' as const,
      text: 'x'.repeat(1000),
    }))
    for (let n = 0; n < 300; n++) {
      store.addLogs('one', lines)
      store.get('one')
      store.logs('one', 0, 7)
    }
    assert.ok(statSync(`${file}-wal`).size < 8_000_000, String(statSync(`${file}-wal`).size))
    assert.ok(statSync(file).size < 4_000_000, String(statSync(file).size))
    store.close()
    assert.is(statSync(`${file}-wal`).size, 0)
  })
})
