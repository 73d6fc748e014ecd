import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { silentLogger } from '../../src/functions/logger.ts'
import {
  CheckpointCorruptError,
  CheckpointStoreError,
  type Collected,
  FileCheckpointStore,
  type JobHandle,
  LocalEnvironment,
} from '../../src/index.ts'
import { folderNameOf } from '../../src/storage/file/job-folder.ts'
import { emptyFolder } from '../storage/support/folders.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { checkpoint, crash, Faucet, upTo } from './faucet.ts'
import { failureOf, rejectionOf, turn, until } from './jobs.ts'

const NAME = 'sums'
const COUNT = 40
const TOTAL = (COUNT * (COUNT + 1)) / 2

interface Sums {
  readonly env: LocalEnvironment
  readonly faucet: Faucet<number>
  readonly seen: Collected<number>
  readonly warnings: string[]
}

/** Running sums of 1, 2, 3, ... with checkpoints in that directory, taken when the test says so. */
const sums = (directory: string, open?: number, interval: number = Infinity): Sums => {
  const warnings: string[] = []
  const env = new LocalEnvironment(NAME, {
    checkpoints: { store: new FileCheckpointStore(directory), interval },
    logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
  })
  const faucet = new Faucet(upTo(COUNT), open)
  const seen = env
    .fromSource(faucet.source, { uid: 'in' })
    .keyBy((n) => n % 2)
    .scan((sum, n) => sum + n, 0, { uid: 'by parity' })
    .map((sum) => sum)
    .collect()
  return { env, faucet, seen, warnings }
}

/** Lets so many records through, all the way. */
const flowTo = async ({ faucet, seen }: Sums, count: number): Promise<void> => {
  faucet.open = count
  await until(() => seen.values.length >= count)
}

/** A job that has crashed behind three checkpoints: after 10, 20 and 30 records. */
const crashed = async (directory: string): Promise<string> => {
  const run = sums(directory, 0)
  const job = await run.env.submit()
  for (const count of [10, 20, 30]) {
    await flowTo(run, count)
    await checkpoint(job)
  }
  await flowTo(run, 35)
  await crash(job)
  return join(directory, folderNameOf(NAME))
}

/** What the job gives when it goes on: the numbers that are read again, and the sums of all. */
const resumed = async (directory: string): Promise<{ read: number; warnings: readonly string[] }> => {
  const run = sums(directory)
  await run.env.submit({ autostop: true, resume: 'latest' })
  assert.is(run.seen.values.at(-1)! + run.seen.values.at(-2)!, TOTAL)
  return { read: run.seen.values.length, warnings: run.warnings }
}

const filesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name !== 'lock').sort()

/** Every file and what it holds. */
const contents = async (folder: string): Promise<Record<string, string>> => {
  const files = await filesOf(folder)
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'latin1')))
  return Object.fromEntries(files.map((name, i) => [name, texts[i]!]))
}

const damages: Readonly<Record<string, (folder: string, id: number) => Promise<void>>> = {
  'a manifest cut short': async (folder, id) => {
    const file = join(folder, `checkpoint-${id}.json`)
    await truncate(file, Math.floor((await stat(file)).size / 2))
  },
  'a manifest of no bytes': (folder, id) => truncate(join(folder, `checkpoint-${id}.json`), 0),
  'a manifest with a changed byte': (folder, id) => changeByte(join(folder, `checkpoint-${id}.json`)),
  'data cut short': async (folder, id) => {
    const file = join(folder, `data-${id}`)
    await truncate(file, (await stat(file)).size - 1)
  },
  'data with a changed byte': (folder, id) => changeByte(join(folder, `data-${id}`)),
}

const changeByte = async (file: string): Promise<void> => {
  const bytes = await readFile(file)
  const at = bytes.length >> 1
  bytes[at] = bytes[at]! ^ 0x55
  await writeFile(file, bytes)
}

suite('a job that goes on from damaged checkpoints', (test) => {
  test('goes on from the newest where nothing is damaged', async (context) => {
    const directory = await emptyFolder(context)
    await crashed(directory)
    assert.equal(await resumed(directory), { read: 10, warnings: [] })
  })

  for (const [what, damage] of Object.entries(damages)) {
    test(`goes on from the one before, with one warning: ${what}`, async (context) => {
      const directory = await emptyFolder(context)
      const folder = await crashed(directory)
      await damage(folder, 3)
      const { read, warnings } = await resumed(directory)
      assert.is(read, 20)
      assert.is(warnings.length, 1, warnings.join('\n'))
      assert.match(
        warnings[0]!,
        /^Checkpoint 3 is damaged; an older one is tried: .*(checkpoint-3\.json|data-3)/,
      )
    })
  }

  test('goes on from the oldest where that is the only good one', async (context) => {
    const directory = await emptyFolder(context)
    const folder = await crashed(directory)
    await damages['data cut short']!(folder, 3)
    await damages['a manifest of no bytes']!(folder, 2)
    const { read, warnings } = await resumed(directory)
    assert.is(read, 30)
    assert.is(warnings.length, 2)
  })

  test('fails where all are damaged, is not restarted, and leaves them as they are', async (context) => {
    const directory = await emptyFolder(context)
    const folder = await crashed(directory)
    for (const id of [1, 2, 3]) await damages['a manifest with a changed byte']!(folder, id)
    const before = await contents(folder)
    const run = sums(directory)
    const error = await failureOf(run.env.submit({ autostop: true, resume: 'latest' }))
    assert.instance(error.cause, CheckpointCorruptError)
    assert.is(error.result.restarts, 0)
    assert.equal(run.seen.values, [])
    assert.equal(await contents(folder), before)
  })
})

const mount = (folder: string): boolean =>
  process.getuid?.() === 0 &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]).status === 0
const unmount = (folder: string): void => void spawnSync('umount', ['-l', folder])

const canMount = (): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-mount-'))
  const done = mount(folder)
  if (done) unmount(folder)
  rmdirSync(folder)
  return done
}

/** An empty disk that fills up soon. */
const smallDisk = async (context: TestContext): Promise<string> => {
  const folder = await emptyFolder(context)
  assert.ok(mount(folder))
  context.cleanup(() => unmount(folder))
  return folder
}

/** Writes until nothing fits any more. */
const fill = async (disk: string): Promise<string> => {
  const file = join(disk, 'ballast')
  const handle = await open(file, 'a')
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
      while (
        await handle.write(Buffer.alloc(size)).then(
          ({ bytesWritten }) => bytesWritten > 0,
          () => false,
        )
      );
    }
  } finally {
    await handle.close()
  }
  return file
}

suite('a job whose disk is full', (given) => {
  const test: (name: string, body: (context: TestContext) => unknown) => void = canMount()
    ? given
    : given.skip
  const startOn = async (directory: string): Promise<{ run: Sums; job: JobHandle }> => {
    const run = sums(directory, 0)
    return { run, job: await run.env.submit() }
  }

  test('goes on without checkpoints, warns, and completes (root may mount one)', async (context) => {
    const directory = await smallDisk(context)
    const run = sums(directory, 0, 1)
    const ended = run.env.submit({ autostop: true })
    await flowTo(run, 10)
    // Old checkpoints are removed meanwhile, and make room again.
    while (run.warnings.length < 2) await fill(directory)
    assert.match(run.warnings[0]!, /^A checkpoint was given up: .*no space left/is)
    run.faucet.open = Infinity
    assert.is((await ended).status, 'completed')
    assert.is(run.seen.values.at(-1)! + run.seen.values.at(-2)!, TOTAL)
  })

  test('leaves the last good checkpoint to go on from, and no part of another (root may mount one)', async (context) => {
    const directory = await smallDisk(context)
    const { run, job } = await startOn(directory)
    await flowTo(run, 10)
    await checkpoint(job)
    const folder = join(directory, folderNameOf(NAME))
    const before = await contents(folder)
    await fill(directory)
    await flowTo(run, 20)
    const error = await rejectionOf(checkpoint(job))
    assert.instance(error, CheckpointStoreError)
    assert.instance(await rejectionOf(job.savepoint()), CheckpointStoreError)
    assert.is(job.status, 'running')
    // What is left is being cleared away.
    while ((await filesOf(folder)).length > 2) await turn()
    assert.equal(await contents(folder), before)
    await flowTo(run, 30)
    await crash(job)
    // The disk is still full.
    assert.equal((await resumed(directory)).read, 30)
  })

  test('takes whole checkpoints again once there is space (root may mount one)', async (context) => {
    const directory = await smallDisk(context)
    const { run, job } = await startOn(directory)
    await flowTo(run, 10)
    await checkpoint(job)
    const ballast = await fill(directory)
    await flowTo(run, 20)
    await rejectionOf(checkpoint(job))
    await truncate(ballast, 0)
    await flowTo(run, 25)
    await checkpoint(job)
    await crash(job)
    assert.equal((await resumed(directory)).read, 15)
  })
})
