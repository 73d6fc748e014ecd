import { copyFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { CheckpointManifest, JobCheckpoints } from '../../../src/storage/checkpoint-store.ts'
import { FileCheckpointStore } from '../../../src/storage/file-checkpoint-store.ts'
import { folderNameOf } from '../../../src/storage/file/job-folder.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { emptyFolder } from '../support/folders.ts'
import { bytes, contentOf, idsOf, noise, take } from '../support/manifests.ts'
import { corrupt, notFound } from '../support/rejection.ts'

const manifest1 = 'checkpoint-1.json'
const manifest2 = 'savepoint-2.json'

/** A job with two checkpoints, the second of which needs bytes of the first; `content` of each. */
class Damaged {
  readonly content = [
    [noise(300, 1), bytes()],
    [noise(300, 1), bytes(), noise(200, 2), bytes(7)],
  ]
  readonly directory: string
  readonly folder: string
  claim!: JobCheckpoints

  private constructor(directory: string) {
    this.directory = directory
    this.folder = join(directory, folderNameOf('job'))
  }

  static async make(context: TestContext): Promise<Damaged> {
    const made = new Damaged(await emptyFolder(context))
    await made.claimAgain()
    const { refs } = await take(made.claim, 'job', 1, made.content[0]!)
    await take(made.claim, 'job', 2, [noise(200, 2), bytes(7)], { refs, kind: 'savepoint' })
    context.cleanup(() => made.claim.release())
    return made
  }

  async claimAgain(): Promise<void> {
    await this.claim?.release()
    this.claim = await new FileCheckpointStore(this.directory).claim('job')
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Both are listed; those that are whole have all their bytes; the others tell which file is damaged. */
  async expect(wrong: { readonly 1?: string; readonly 2?: string }, told?: string | RegExp): Promise<void> {
    assert.equal(
      (await this.claim.list()).map(({ id, kind }) => [id, kind]),
      [
        [2, 'savepoint'],
        [1, 'checkpoint'],
      ],
    )
    for (const id of [1, 2] as const) {
      const file = wrong[id]
      if (file === undefined) {
        assert.equal(await contentOf(await this.claim.load(id)), this.content[id - 1])
        continue
      }
      const location = this.path(id === 1 ? manifest1 : manifest2)
      for (const load of [
        () => this.claim.load(id),
        () => new FileCheckpointStore(this.directory).open(location),
      ]) {
        const error = await corrupt(load())
        assert.match(error.message, this.path(file))
        if (told !== undefined) assert.match(error.message, told)
        assert.match(error.remedy!, 'older checkpoint')
      }
    }
  }
}

/** The file with this manifest in it, and a checksum that is right. */
const encode = (manifest: unknown): string => {
  const body = typeof manifest === 'string' ? manifest : JSON.stringify(manifest)
  return `{"crc32":"${crc32(body).toString(16).padStart(8, '0')}","manifest":${body}}\n`
}

const manifestIn = async (file: string): Promise<CheckpointManifest> =>
  (JSON.parse(await readFile(file, 'utf8')) as { manifest: CheckpointManifest }).manifest

suite(
  'damaged files of checkpoints',
  (test) => {
    test('a manifest cut off anywhere', async (context) => {
      const made = await Damaged.make(context)
      const whole = await readFile(made.path(manifest2))
      for (let length = 0; length < whole.length; length++) {
        await writeFile(made.path(manifest2), whole.subarray(0, length))
        await made.expect({ 2: manifest2 })
      }
      await writeFile(made.path(manifest2), '')
      await made.expect({ 2: manifest2 }, 'it is empty')
      await writeFile(made.path(manifest2), `${whole.toString()} `)
      await made.expect({ 2: manifest2 })
      await writeFile(made.path(manifest2), whole)
      await made.expect({})
    })

    test('a manifest with any byte changed', async (context) => {
      const made = await Damaged.make(context)
      const whole = await readFile(made.path(manifest2))
      for (let at = 0; at < whole.length; at++) {
        const changed = Buffer.from(whole)
        changed[at]! ^= 1 << (at % 8)
        await writeFile(made.path(manifest2), changed)
        const error = await corrupt(made.claim.load(2))
        assert.match(error.message, made.path(manifest2))
      }
      await made.expect({ 2: manifest2 })
    })

    test('data cut off anywhere: whoever needs it is damaged, and nobody else', async (context) => {
      const made = await Damaged.make(context)
      const size = (await stat(made.path('data-2'))).size
      assert.is(size, 201)
      for (let length = size - 1; length >= 0; length--) {
        await truncate(made.path('data-2'), length)
        if (length > 195 || length % 20 === 0) await made.expect({ 2: 'data-2' }, 'bytes')
      }
      await truncate(made.path('data-1'), 299)
      const error = await corrupt(made.claim.load(1))
      assert.match(error.message, 'data-1')
    })

    test('data with any byte changed', async (context) => {
      const made = await Damaged.make(context)
      const whole = await readFile(made.path('data-1'))
      for (let at = 0; at < whole.length; at += 7) {
        const changed = Buffer.from(whole)
        changed[at]! ^= 1 << (at % 8)
        await writeFile(made.path('data-1'), changed)
        await made.expect({ 1: 'data-1', 2: 'data-1' }, 'checksum')
      }
      await writeFile(made.path('data-1'), whole)
      await made.expect({})
    })

    test('data changed after it was loaded', async (context) => {
      const made = await Damaged.make(context)
      const loaded = await made.claim.load(1)
      const [ref] = loaded.manifest.operators[0]!.subtasks[0]!.tables['cells']!
      await writeFile(made.path('data-1'), noise(300, 5))
      assert.match((await corrupt(loaded.read(ref!))).message, 'data-1')
      await truncate(made.path('data-1'), 100)
      assert.match((await corrupt(loaded.read(ref!))).message, 'data-1')
      await loaded.close()
    })

    test('data that is gone, or is a folder', async (context) => {
      const made = await Damaged.make(context)
      await rm(made.path('data-2'))
      await made.expect({ 2: 'data-2' }, 'is missing')
      await mkdir(made.path('data-2'))
      await made.expect({ 2: 'data-2' })
      await rm(made.path('data-1'))
      await made.expect({ 1: 'data-1', 2: 'data-1' }, 'is missing')
    })

    test('a manifest that is gone, or is a folder', async (context) => {
      const made = await Damaged.make(context)
      await rm(made.path(manifest2))
      assert.equal(await idsOf(made.claim), [1])
      await notFound(made.claim.load(2))
      await mkdir(made.path(manifest2))
      await made.expect({ 2: manifest2 })
    })

    test('a manifest of random bytes', async (context) => {
      const made = await Damaged.make(context)
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (random) => {
          await writeFile(made.path(manifest2), random)
          await made.expect({ 2: manifest2 })
        }),
        { numRuns: 50 },
      )
    })

    test('a manifest that is another file', async (context) => {
      const made = await Damaged.make(context)
      const other = await new FileCheckpointStore(made.directory).claim('another job')
      const { summary } = await take(other, 'another job', 2, [], { kind: 'savepoint' })
      await other.release()
      await copyFile(summary.location, made.path(manifest2))
      const error = await corrupt(made.claim.load(2))
      assert.match(error.message, 'its job is "another job", not "job"')

      await copyFile(made.path(manifest1), made.path(manifest2))
      await made.expect({ 2: manifest2 }, 'its id is 1, not 2')
      const manifest = await manifestIn(made.path(manifest1))
      await writeFile(made.path(manifest2), encode({ ...manifest, id: 2 }))
      await made.expect({ 2: manifest2 }, 'its kind is "checkpoint", not "savepoint"')
    })

    test('a manifest with a right checksum that is not of a form we know', async (context) => {
      const made = await Damaged.make(context)
      const good = await manifestIn(made.path(manifest2))
      const expect = async (manifest: unknown, told: string): Promise<void> => {
        await writeFile(made.path(manifest2), encode(manifest))
        await made.expect({ 2: manifest2 }, told)
      }
      await expect({ ...good, format: 2 }, 'manifest.format is 2')
      await expect({ ...good, format: 2, operators: 'elsewhere' }, 'manifest.format is 2')
      await expect('{', 'not JSON')
      await expect(null, 'manifest is no object')
      await expect([], 'manifest is no object')
      await expect({ ...good, takenAt: 7 }, 'manifest.takenAt is no string')
      await expect({ ...good, operators: {} }, 'manifest.operators is no array')
      const [operator] = good.operators
      const [subtask] = operator!.subtasks
      const withSubtask = (changes: object): unknown => ({
        ...good,
        operators: [{ ...operator, subtasks: [{ ...subtask, ...changes }] }],
      })
      await expect(withSubtask({ finished: 1 }), 'manifest.operators[0].subtasks[0].finished is no boolean')
      await expect(withSubtask({ values: [] }), 'subtasks[0].values is no object')
      await expect(withSubtask({ book: { in: null } }), 'book.in is no number')
      const [blob] = subtask!.tables['cells']!
      for (const change of [{ offset: -1 }, { length: 0.5 }, { crc: '1' }, { checkpoint: null }]) {
        const told = `tables.cells[0].${Object.keys(change)[0]} is no whole number`
        await expect(withSubtask({ tables: { cells: [{ ...blob, ...change }] } }), told)
      }
    })

    test('a damaged manifest holds on to what it may need, until it is removed', async (context) => {
      const made = await Damaged.make(context)
      const whole = await readFile(made.path(manifest2))
      await writeFile(made.path(manifest2), whole.subarray(1))
      await made.claim.remove([1])
      await made.claimAgain()
      assert.equal(await idsOf(made.claim), [2])
      await writeFile(made.path(manifest2), whole)
      assert.equal(await contentOf(await made.claim.load(2)), made.content[1])
      await writeFile(made.path(manifest2), whole.subarray(1))
      await made.claim.remove([2])
      assert.equal(await readdir(made.folder), ['lock'])
    })
  },
  { timeout: 60_000 },
)
