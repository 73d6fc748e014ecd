import { spawnSync } from 'node:child_process'
import { open, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { CheckpointStoreError } from '../../../src/errors/checkpoint-errors.ts'
import { FileCheckpointStore } from '../../../src/storage/file-checkpoint-store.ts'
import { folderNameOf } from '../../../src/storage/file/job-folder.ts'
import { v8Serializer } from '../../../src/storage/serializer.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { emptyFolder } from '../support/folders.ts'
import { bytes, contentOf, manifestOf, noise, take } from '../support/manifests.ts'
import { refused } from '../support/rejection.ts'

const MEGABYTE = 1 << 20

/** Makes a file grow until its disk has no space left. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'a')
  while ((await statfs(file)).bfree > 0) await handle.write(noise(4096, 4))
  await handle.close()
}

const mount = (folder: string): boolean =>
  process.getuid?.() === 0 &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).status === 0
const unmount = (folder: string): void => void spawnSync('umount', [folder])

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-mount-'))
  const done = mount(folder)
  if (done) unmount(folder)
  rmdirSync(folder)
  return done
}

suite('a store on a disk', (test) => {
  const onSmallDisk: (name: string, body: (context: TestContext) => unknown) => void = canMount()
    ? test
    : test.skip

  onSmallDisk(
    'that is full says so, loses nothing, and goes on when there is space (root may mount one)',
    async (context) => {
      const directory = await emptyFolder(context)
      assert.ok(mount(directory))
      context.cleanup(() => unmount(directory))
      const store = new FileCheckpointStore(directory)
      const claim = await store.claim('job')
      context.cleanup(() => claim.release())
      const { refs } = await take(claim, 'job', 1, [noise(MEGABYTE, 1)])
      const folder = join(directory, folderNameOf('job'))
      const before = (await readdir(folder)).sort()

      // By a blob that is too big; the others of the same checkpoint may fit.
      const writer = await claim.begin(2, 'checkpoint')
      const puts = await Promise.allSettled([
        writer.put(bytes(1)),
        writer.put(noise(6 * MEGABYTE, 2)),
        writer.put(bytes(3)),
      ])
      assert.is(puts[1].status, 'rejected')
      const error = (puts[1] as PromiseRejectedResult).reason as CheckpointStoreError
      assert.instance(error, CheckpointStoreError)
      assert.is((error.cause as { code: string }).code, 'ENOSPC')
      assert.match(error.remedy!, `free space on the disk of ${folder}`)
      await refused(writer.commit(manifestOf('job', 2, [])))
      assert.equal((await readdir(folder)).sort(), before)

      // To the last byte, so that not even a manifest fits.
      const filler = join(directory, 'filler')
      const commit = await claim.begin(3, 'checkpoint')
      const ref = await commit.put(bytes(1))
      await fill(filler)
      const refusal = await refused(commit.commit(manifestOf('job', 3, [ref])))
      assert.is((refusal.cause as { code: string }).code, 'ENOSPC')
      assert.equal((await readdir(folder)).sort(), before)
      await fill(filler)
      await refused(store.claim('another job'))

      assert.equal(await contentOf(await claim.load(1)), [noise(MEGABYTE, 1)])
      await rm(filler)
      await take(claim, 'job', 4, [noise(MEGABYTE, 4)], { refs })
      assert.equal(await contentOf(await claim.load(4)), [noise(MEGABYTE, 1), noise(MEGABYTE, 4)])
    },
  )

  test('that cannot be used says why', async (context) => {
    const directory = await emptyFolder(context)
    const file = join(directory, 'file')
    await writeFile(file, '')
    for (const path of [file, join(file, 'below')]) {
      const error = await refused(new FileCheckpointStore(path).claim('job'))
      assert.match(error.message, 'cannot claim the checkpoints of job "job"')
      assert.match(error.remedy!, `at ${path} is something else`)
      assert.ok(error.cause)
    }
    const store = new FileCheckpointStore(join(directory, 'made', 'as', 'needed'))
    await (await store.claim('job')).release()
    const claim = await store.claim('job')
    await rm(directory, { recursive: true })
    await refused(claim.list())
    await refused(claim.begin(1, 'checkpoint'))
    await claim.release()
  })

  test('is not given what is no path', () => {
    for (const path of ['', undefined, 7]) {
      assert.throws(() => new FileCheckpointStore(path as string), /path of a directory/)
    }
  })

  test(
    'writes a big blob from where it is, and reads it into one place',
    { timeout: 60_000 },
    async (context) => {
      const claim = await new FileCheckpointStore(await emptyFolder(context, tmpdir())).claim('job')
      context.cleanup(() => claim.release())
      const big = v8Serializer.serialize(Buffer.alloc(64 * MEGABYTE, 'big'))
      const handle = await open(process.execPath)
      const handles = Object.getPrototypeOf(handle) as { write: (...args: unknown[]) => Promise<unknown> }
      await handle.close()
      const { write } = handles
      context.cleanup(() => (handles.write = write))
      const used = (): number => process.memoryUsage().arrayBuffers
      const before = used()
      let most = 0
      handles.write = function (...args) {
        assert.is((args[0] as Uint8Array).buffer, big.buffer)
        most = Math.max(most, used() - before)
        return write.apply(this, args)
      }
      await take(claim, 'job', 1, [big])
      assert.ok(most < 4 * MEGABYTE, `${most} bytes more`)
      const loaded = await claim.load(1)
      const [ref] = loaded.manifest.operators[0]!.subtasks[0]!.tables['cells']!
      const read = await loaded.read(ref!)
      assert.is(Buffer.compare(read, big), 0)
      assert.ok(used() - before < 64 * MEGABYTE + 4 * MEGABYTE)
      await loaded.close()
    },
  )
})
