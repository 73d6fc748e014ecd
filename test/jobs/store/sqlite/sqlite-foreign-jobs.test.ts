import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { ObservedJob } from '../../../../src/providers/job-provider.ts'
import { Database, type Durability } from '../../../../src/jobs/store/sqlite/database.ts'
import type { SqliteJobStore } from '../../../../src/jobs/store/sqlite-job-store.ts'
import { Child } from '../../../storage/support/child.ts'
import { suite, type TestContext } from '../../../support/suite.ts'
import { foreignJobsContract } from '../support/foreign-job-store-contract.ts'
import { look, T, tell } from '../support/observed-jobs.ts'
import { emptyFolder, openStore } from '../support/stores.ts'

foreignJobsContract('in SQLite', (context, options) =>
  openStore(context, join(emptyFolder(context), 'jobs.db'), options),
)

const observed = (count: number): readonly ObservedJob[] =>
  Array.from({ length: count }, (_, n) => ({ externalId: String(n), status: 'running', version: 1 }))

/** All that can be read of jobs elsewhere. */
const contentOf = (store: SqliteJobStore): unknown => [
  store.list({ limit: 200 }),
  store.foreign.active('ray', { after: 0, limit: 200 }).map(({ id }) => [
    store.foreign.get(id),
    store.transitions(id, { limit: 200 }),
    store.logs(id, 0, 200),
  ]),
  store.events({ since: 0, limit: 1000 }),
] // prettier-ignore

/** How durable transactions are from now on. */
function transactions({ cleanup }: Pick<TestContext, 'cleanup'>): Durability[] {
  const durability: Durability[] = []
  const original = Database.prototype.transaction
  cleanup(() => (Database.prototype.transaction = original))
  Database.prototype.transaction = function <T>(this: Database, how: Durability, work: () => T): T {
    durability.push(how)
    return original.call<Database, [Durability, () => T], T>(this, how, work)
  }
  return durability
}

/** Statements that change something fail from the one of this number on; the function that is returned ends it. */
function failFrom(number: number): () => void {
  const { run } = Database.prototype
  let count = 0
  Database.prototype.run = function (sql, ...values) {
    if (!/^(BEGIN|ROLLBACK)/.test(sql) && ++count >= number) throw new RangeError(`statement ${number}`)
    return run.call(this, sql, ...values)
  }
  return () => void (Database.prototype.run = run)
}

suite('jobs elsewhere in a database', (test) => {
  test('that are as they were cost one transaction that is not flushed, and changes are flushed', (context) => {
    const store = openStore(context, join(emptyFolder(context), 'jobs.db'))
    store.foreign.observe('ray', observed(100), look(0))
    const how = transactions(context)
    const seen = observed(100)
    assert.equal(store.foreign.observe('ray', seen, look(1)), { created: [], updated: [] })
    assert.equal(how.splice(0), ['system'])
    const { id } = store.foreign.find('ray', '7')!
    store.foreign.notRefreshed([id], 'down')
    store.foreign.addLogs(id, 0, [{ text: 'x' }], T)
    store.foreign.lease('poll', 'one', T, T + 1)
    store.foreign.release('poll', 'one')
    assert.equal(how.splice(0), ['system', 'system', 'system', 'system'])
    const changed: readonly Partial<ObservedJob>[] = [
      { externalId: 'new' },
      { externalId: '8', status: 'completed' },
      { externalId: '9', name: 'other' },
    ]
    for (const each of changed) {
      tell(store, each)
      assert.is(how.splice(0).at(-1), 'disk')
    }
    store.delete(id, T)
    assert.equal(how.splice(0), ['disk'])
  })

  test('are as they were where anything of an observation fails', (context) => {
    const store = openStore(context, join(emptyFolder(context), 'jobs.db'))
    const first = observed(3)
    store.foreign.observe('ray', first, look(0))
    let heard = 0
    store.onEvents(() => heard++)
    const logs = [{ text: 'a' }, { text: 'b' }]
    const next = [
      ...first.map((job) => ({ ...job, status: 'stopping' as const, version: 2, logs })),
      { externalId: 'new', status: 'queued' as const, logs },
    ]
    const before = contentOf(store)
    for (let number = 1; ; number++) {
      const end = failFrom(number)
      let done = false
      try {
        store.foreign.observe('ray', next, look(1))
        done = true
      } catch (error) {
        assert.instance(error, RangeError)
      } finally {
        end()
      }
      if (done) {
        assert.ok(number > 20, String(number))
        break
      }
      assert.equal(contentOf(store), before, `statement ${number}`)
      assert.is(heard, 0)
    }
    assert.is(heard, 1)
    assert.is(store.events({ since: 0, limit: 99 }).length, 7)
    assert.equal(store.check(), [])
  })

  test('are seen by whoever has the database open, and changed by one at a time', (context) => {
    const file = join(emptyFolder(context), 'jobs.db')
    const [one, two] = [openStore(context, file), openStore(context, file)]
    const { job } = tell(one, { status: 'queued' })
    assert.equal(tell(two, { status: 'queued' }).created, [])
    assert.equal(tell(two, { status: 'running' }, 1).updated, [job.id])
    assert.equal(tell(one, { status: 'running' }, 2).updated, [])
    assert.is(one.events({ since: 0, limit: 9 }).length, 2)
    const lines = [{ text: 'a' }, { text: 'b' }]
    one.foreign.addLogs(job.id, 0, lines, T)
    assert.equal(two.foreign.addLogs(job.id, 0, [...lines, { text: 'c' }], T).map(({ seq }) => seq), [3])
    assert.ok(one.foreign.lease('poll', 'one', T, T + 10))
    assert.not.ok(two.foreign.lease('poll', 'two', T + 9, T + 20))
    assert.ok(two.foreign.lease('poll', 'two', T + 10, T + 20))
    assert.not.ok(one.foreign.lease('poll', 'one', T + 10, T + 20))
  }) // prettier-ignore

  test('have one process that holds their lease, until it is dead for long enough', { timeout: 60_000 }, async (context) => {
    const file = join(emptyFolder(context), 'jobs.db')
    const mine = openStore(context, file)
    const children = ['a', 'b', 'c'].map(
      (owner) => new Child('lease-holder', [file, owner], context, new URL('../fixtures/', import.meta.url)),
    )
    // All of them try at once, again and again.
    const counts = await Promise.all(children.map((child) => child.line()))
    assert.is(counts.reduce((sum, count) => sum + Number(count), 0), 3 * 200)
    assert.is(mine.foreign.find('ray', 'counter')?.restarts, 3 * 200)
    for (const child of children) child.say('hold')
    const held = await Promise.all(children.map((child) => child.line()))
    assert.equal(held.toSorted(), ['false', 'false', 'true'])
    assert.not.ok(mine.foreign.lease('held', 'mine', T + 99, T + 200))
    await children[held.indexOf('true')]!.kill()
    assert.not.ok(mine.foreign.lease('held', 'mine', T + 99, T + 200))
    assert.ok(mine.foreign.lease('held', 'mine', T + 100, T + 200))
  }) // prettier-ignore

  test('are ten thousand, and no trouble', { timeout: 60_000 }, (context) => {
    const store = openStore(context, join(emptyFolder(context), 'jobs.db'))
    const all = observed(10_000)
    for (let n = 0; n < all.length; n += 100) store.foreign.observe('ray', all.slice(n, n + 100), look(0))
    assert.equal(store.foreign.activeCounts(), { ray: 10_000 })
    let seen = 0
    for (let after = 0; ;) {
      const page = store.foreign.active('ray', { after, limit: 100 })
      if (page.length === 0) break
      const jobs = page.map(({ externalId }) => ({ externalId, status: 'running' as const, version: 2 }))
      assert.equal(store.foreign.observe('ray', jobs, look(1)), { created: [], updated: [] })
      seen += page.length
      after = page.at(-1)!.number
    }
    assert.is(seen, 10_000)
    assert.is(store.eventRange().last, 10_000)
    assert.is(store.list({ limit: 200, provider: ['ray'], status: ['running'] }).total, 10_000)
    assert.is(store.counts().running, 0)
  })
})
