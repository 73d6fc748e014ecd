import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { JobEvent } from '../../../src/protocol/job-event.ts'
import type { ForeignRecord } from '../../../src/jobs/store/foreign-job-store.ts'
import type { JobRecord } from '../../../src/jobs/store/job-store.ts'
import { SqliteJobStore } from '../../../src/jobs/store/sqlite-job-store.ts'
import { Child } from '../../storage/support/child.ts'
import { suite } from '../../support/suite.ts'
import { emptyFolder } from './support/stores.ts'

/** What the writer said it had done. */
interface Told {
  readonly id: string
  readonly revision?: number
  readonly line?: number
  readonly deleted?: boolean
}

const find = (store: SqliteJobStore, id: string): JobRecord | ForeignRecord | undefined =>
  store.get(id) ?? store.foreign.get(id)

function checkTold(store: SqliteJobStore, told: readonly Told[]): void {
  const deleted = new Set(told.filter((each) => each.deleted === true).map(({ id }) => id))
  for (const { id, revision = 0, line = 0 } of told) {
    if (deleted.has(id)) {
      assert.is(find(store, id), undefined)
      continue
    }
    const job = find(store, id)
    // The last of its life may have been its deletion, of which nothing was heard any more.
    if (job === undefined && id === told.at(-1)!.id) continue
    assert.ok(job!.revision >= revision, `${id} was told to be at ${revision}, and is at ${job?.revision}`)
    assert.ok(store.logs(id, 0, 1).last >= line)
  }
}

/** Jobs, their history and their events tell the same. */
function checkWhole(store: SqliteJobStore): void {
  assert.equal(store.check(), [])
  const { first, last } = store.eventRange()
  const events = store.events({ since: 0, limit: 100_000 })
  assert.equal(
    events.map(({ id }) => id),
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  )
  const lastOf = new Map<string, JobEvent>(
    events.filter(({ type }) => type !== 'job_checkpoint').map((event) => [event.job, event]),
  )
  for (const [id, event] of lastOf) {
    const job = find(store, id)
    assert.is(job === undefined, event.type === 'job_deleted', id)
    if (job === undefined) continue
    assert.is('summary' in event && event.summary?.status, job.status)
    assert.is(store.transitions(id, { limit: 200 }).items.at(-1)?.to, job.status)
    const { lines, first, last } = store.logs(id, 0, 1000)
    if ('logLines' in job) assert.is(job.logLines, last)
    assert.is(lines.length, last === 0 ? 0 : last - first + 1)
  }
}

suite('a process that is killed while it writes to the store of jobs', (test) => {
  test('leaves all it was told to be done, and nothing by halves', { timeout: 120_000 }, async (context) => {
    const folder = emptyFolder(context, tmpdir())
    const file = join(folder, 'jobs.db')
    const moments = fc.sample(fc.record({ lines: fc.nat(60), turns: fc.nat(2000) }), 8)
    for (const { lines, turns } of moments) {
      const child = new Child('job-writer', [file], context, new URL('./fixtures/', import.meta.url))
      const told: Told[] = []
      const hear = async (): Promise<boolean> => {
        const line = await child.line()
        if (line !== undefined) told.push(JSON.parse(line) as Told)
        return line !== undefined
      }
      for (let n = 0; n <= lines; n++) await hear()
      for (let n = 0; n < turns; n++) await turn()
      await child.kill()
      while (await hear());

      const store = new SqliteJobStore({ file })
      checkTold(store, told)
      checkWhole(store)
      store.close()
    }
  })
})
