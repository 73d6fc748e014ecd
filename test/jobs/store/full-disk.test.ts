import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { MillraceError } from '../../../src/errors/millrace-error.ts'
import { StoredProgramFiles } from '../../../src/jobs/store/program-files.ts'
import type { SqliteJobStore } from '../../../src/jobs/store/sqlite-job-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { rejection } from '../../storage/support/rejection.ts'
import { canMount, fill, smallDisk } from './support/small-disk.ts'
import { openStore } from './support/stores.ts'
import { submissionOf } from './support/submissions.ts'
import { thrown } from './support/thrown.ts'

const T = 1_700_000_000_000

/** All that can be read of a store. */
const contentOf = (store: SqliteJobStore): unknown => [
  store.list({ limit: 200 }),
  store.withStatus('queued', 'running', 'completed'),
  store.events({ since: 0, limit: 10_000 }),
  store.eventRange(),
  store.usedFiles(),
]

/** Changes until the disk is full; what was refused has not happened. */
function changeUntilFull(store: SqliteJobStore, change: (n: number) => void): MillraceError {
  for (let n = 0; ; n++) {
    const before = contentOf(store)
    try {
      change(n)
    } catch (error) {
      assert.equal(contentOf(store), before)
      return thrown('ERR_STORE', () => {
        throw error
      })
    }
  }
}

suite('a full disk', (test) => {
  const onSmallDisk: (name: string, body: (context: TestContext) => unknown) => void = canMount()
    ? test
    : test.skip

  onSmallDisk('is told by the store of jobs, which is as before and goes on when there is room', (context) => {
    const folder = smallDisk(context)
    const file = join(folder, 'jobs.db')
    const store = openStore(context, file)
    const told: number[] = []
    store.onEvents((last) => void told.push(last))
    for (let n = 0; n < 10; n++) {
      store.create(submissionOf(), { id: `old-${n}`, at: T, by: 'a test', idempotencyKey: `old-${n}` })
    }
    store.transition('old-0', 'running', { at: T, cause: 'a test' })

    fill(join(folder, 'ballast'), 30)
    const error = changeUntilFull(store, (n) =>
      store.create(submissionOf({ name: 'x'.repeat(200) }), { id: `new-${n}`, at: T, by: 'a test', idempotencyKey: `new-${n}` }),
    )
    assert.match(error.message, 'jobs.db')
    assert.match(String(error.remedy), 'free space')
    assert.ok(error.cause)
    fill(join(folder, 'ballast'))

    // Whatever is tried, by whatever method, nothing is half done, and all can be read.
    const full = contentOf(store)
    const heard = told.length
    const lines = Array.from({ length: 1000 }, () => ({ at: '', stream: 'stdout' as const, text: 'x'.repeat(100) }))
    const big = { name: 'E', lineage: [], message: 'x'.repeat(100_000) }
    thrown('ERR_STORE', () => {
      for (;;) store.addLogs('old-0', lines)
    })
    thrown('ERR_STORE', () => store.patch('old-0', { error: big }))
    const seen = [{ externalId: 'x', status: 'running' as const }, { externalId: 'y', status: 'failed' as const, error: big }]
    const look = { at: T, cause: 'a test', create: true }
    thrown('ERR_STORE', () => store.foreign.observe('ray', seen, look))
    assert.equal(store.foreign.active('ray', { after: 0, limit: 9 }), [])
    thrown('ERR_STORE', () => store.transition('old-0', 'failed', { at: T, cause: 'a test', patch: { error: big } }))
    assert.equal(contentOf(store), full)
    assert.equal(store.get('old-0')?.status, 'running')
    assert.is(told.length, heard)
    const { lines: kept, last } = store.logs('old-0', 0, 100_000)
    assert.is(kept.length, last)
    assert.is(last % 1000, 0)

    rmSync(join(folder, 'ballast'))
    assert.is(store.foreign.observe('ray', seen, look).created.length, 2)
    const job = store.transition('old-0', 'failed', { at: T, cause: 'a test', patch: { error: big } })
    assert.equal(job.error, big)
    assert.ok(store.create(submissionOf(), { id: 'late', at: T, by: 'a test' }).created)
    const events = store.events({ since: 0, limit: 10_000 }).map(({ id }) => id)
    assert.equal(events, Array.from(events, (_, index) => index + 1))
    const after = contentOf(store)
    store.close()
    const again = openStore(context, file)
    assert.equal(contentOf(again), after)
    assert.equal(again.check(), [])
  }) // prettier-ignore

  onSmallDisk('is told when a database is made on it, which can be made later', (context) => {
    const folder = smallDisk(context)
    const file = join(folder, 'data', 'jobs.db')
    for (const left of [0, 3, 10]) {
      rmSync(join(folder, 'ballast'), { force: true })
      fill(join(folder, 'ballast'), left)
      thrown('ERR_STORE', () => openStore(context, file))
    }
    rmSync(join(folder, 'ballast'))
    const store = openStore(context, file)
    assert.ok(store.create(submissionOf(), { id: 'one', at: T, by: 'a test' }).created)
  })

  onSmallDisk('is told by whoever takes files in, with nothing left of one', async (context) => {
    const folder = join(smallDisk(context), 'files')
    const files = await StoredProgramFiles.open({ folder, maxBytes: 1e9, clock: new ManualClock() })
    const bytes = randomBytes(300_000)
    const hash = createHash('sha256').update(bytes).digest('hex')
    async function* sent(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 10_000) {
        await Promise.resolve()
        yield bytes.subarray(at, at + 10_000)
      }
    }
    for (const left of [0, 1, 40, 72]) {
      fill(join(folder, '..', 'ballast'), left)
      const error = await rejection(files.put(hash, sent()), 'ERR_STORE')
      assert.match(String(error.remedy), 'free space')
      assert.equal(readdirSync(folder), [])
      assert.equal(await files.missing([hash]), [hash])
      rmSync(join(folder, '..', 'ballast'))
    }
    await files.put(hash, sent())
    assert.equal(readFileSync(files.pathOf(hash)), bytes)
  })
})
