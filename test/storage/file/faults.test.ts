import * as assert from 'uvu/assert'
import { MillraceError } from '../../../src/errors/millrace-error.ts'
import type { BlobRef, JobCheckpoints } from '../../../src/storage/checkpoint-store.ts'
import { FileCheckpointStore } from '../../../src/storage/file-checkpoint-store.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type Fault, FaultyDisk } from '../support/faulty-disk.ts'
import { emptyFolder, endClaim } from '../support/folders.ts'
import { contentOf, manifestOf, noise, take } from '../support/manifests.ts'

/** What each checkpoint holds: its own blob and that of the one before. */
const contentOfId = (id: number): readonly Uint8Array[] =>
  id === 1 ? [noise(1000, 1)] : [noise(1000, id - 1), noise(1000, id)]

interface Run {
  /** Ids of checkpoints whose commit has resolved. */
  readonly committed: number[]
  /** Ids that `remove` was called with. */
  readonly removed: number[]
  claim: JobCheckpoints | undefined
}

/** The life of a job: claims, takes checkpoints that build on each other, aborts one, removes old ones, releases. */
async function live(directory: string, run: Run): Promise<void> {
  const claim = await new FileCheckpointStore(directory).claim('job')
  run.claim = claim
  let refs: readonly BlobRef[] = []
  for (let id = 1; id <= 4; id++) {
    if (id === 3) {
      const writer = await claim.begin(3, 'savepoint')
      await writer.put(noise(500, 9))
      await writer.abort()
      continue
    }
    const before = id === 4 ? [] : refs
    const after = await take(claim, 'job', id, id === 4 ? contentOfId(4) : [noise(1000, id)], {
      refs: before,
    })
    refs = after.refs.slice(-1)
    run.committed.push(id)
    const old = run.committed.slice(0, -1)
    if (id === 4) {
      run.removed.push(...old)
      await claim.remove(old)
    }
  }
  await claim.release()
}

/** Lives with a fault at the n-th change; tells whether it came to that. */
async function liveWith(context: TestContext, fault: Fault, at: number): Promise<boolean> {
  const directory = await emptyFolder(context)
  const run: Run = { committed: [], removed: [], claim: undefined }
  const disk = new FaultyDisk(at, fault)
  let reached: boolean
  try {
    const outcome = await Promise.race([
      live(directory, run).then(
        () => 'done' as const,
        (error: unknown) => error,
      ),
      disk.crashed,
    ])
    reached = disk.changes.length > at
    if (fault !== 'crash' && outcome !== 'done') {
      assert.instance(outcome, MillraceError, String(outcome))
      assert.is((outcome as MillraceError).code, 'ERR_CHECKPOINT_STORE')
      assert.match((outcome as MillraceError).message, 'the disk is broken')
    }
  } finally {
    await disk.repair()
  }
  const where = `${fault} at ${at}: ${disk.changes[at]}`
  await endClaim(directory, 'job')
  const claim = await new FileCheckpointStore(directory).claim('job')
  await check(claim, run, where, fault === 'fail')
  await claim.release()
  return reached
}

async function check(claim: JobCheckpoints, run: Run, where: string, strict: boolean): Promise<void> {
  const listed = (await claim.list()).map(({ id }) => id)
  const missing = run.committed.filter((id) => !listed.includes(id) && !run.removed.includes(id))
  assert.equal(missing, [], `${where}: lost what was committed`)
  for (const id of listed) {
    assert.equal(await contentOf(await claim.load(id)), contentOfId(id), `${where}: checkpoint ${id}`)
    // One whose commit did not resolve may be there, whole, after a crash, or where the disk takes nothing back.
    assert.ok(
      !strict || run.committed.includes(id),
      `${where}: ${id} is visible though its commit was rejected`,
    )
  }
  // And life goes on.
  const id = (listed[0] ?? 0) + 1
  const writer = await claim.begin(id, 'checkpoint')
  await writer.commit(manifestOf('job', id, [await writer.put(noise(10, 1))]))
  assert.equal((await claim.list())[0]?.id, id, where)
}

suite(
  'files of checkpoints, when the disk',
  (test) => {
    test('loses power: data is durable before its manifest, and both are when commit resolves', async (context) => {
      const claim = await new FileCheckpointStore(await emptyFolder(context)).claim('job')
      const disk = new FaultyDisk(Infinity, 'crash')
      context.cleanup(() => disk.repair())
      await take(claim, 'job', 1, [noise(1000, 1)])
      const data = ['open', 'write', 'sync']
      const manifest = ['open', 'writeFile', 'sync', 'rename']
      const folder = ['open', 'sync']
      assert.equal(disk.changes, [...data, ...manifest, ...folder])
      disk.changes.length = 0
      await claim.remove([1])
      assert.equal(disk.changes, ['rm', ...folder, 'rm'])
      await claim.release()
    })

    for (const fault of ['crash', 'fail', 'fail for good'] as const) {
      test(`does: ${fault}, at every change there is`, async (context) => {
        let at = 0
        while (await liveWith(context, fault, at)) at++
        assert.ok(at > 40, `only ${at} changes`)
      })
    }
  },
  { timeout: 60_000 },
)
