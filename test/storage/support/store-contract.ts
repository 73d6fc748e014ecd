import * as assert from 'uvu/assert'
import type {
  BlobRef,
  CheckpointManifest,
  CheckpointStore,
  JobCheckpoints,
} from '../../../src/storage/checkpoint-store.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { bytes, contentOf, idsOf, manifestOf, noise, take } from './manifests.ts'
import { modelTest } from './model.ts'
import { corrupt, notFound, refused, rejection } from './rejection.ts'

/** A place of checkpoints, empty at first. */
export interface StorePlace {
  /** A store there, as another process would make it. */
  store(): CheckpointStore
  /** The claim ends as it does when its process dies: nothing that was begun is finished or cleaned. */
  crash(claim: JobCheckpoints, job: string): Promise<void>
  /** Sees that nothing else is kept than these checkpoints, and the data that they, or those being written, need. */
  inspect?(
    job: string,
    committed: readonly { id: number; kind: string }[],
    data: ReadonlySet<number>,
  ): Promise<void>
}

/** Names that a careless place would take for each other, or for something else. */
const names = [
  'a', 'A', 'ä', 'a-b', 'a/b', 'a b', 'a\\b', '', '.', '..', '../a', 'con', '__proto__', 'constructor', '\u0000', '流れ',
  '\ud800', '\ud801', '"a"', 'a'.repeat(300), 'a'.repeat(301), 'lock', 'data-1',
] // prettier-ignore

export function storeContract(name: string, makePlace: (context: TestContext) => Promise<StorePlace>): void {
  suite(
    `the contract of stores: ${name}`,
    (test) => {
      const withClaim = (
        label: string,
        body: (claim: JobCheckpoints, place: StorePlace) => Promise<void>,
      ): void =>
        test(label, async (context) => {
          const place = await makePlace(context)
          const claim = await place.store().claim('job')
          await body(claim, place)
          await claim.release()
        })

      withClaim('what is committed is there, with every byte', async (claim, place) => {
        const { summary } = await take(claim, 'job', 3, [bytes(1, 2, 3), bytes(), noise(100_000, 1)])
        assert.equal(summary, {
          id: 3,
          kind: 'checkpoint',
          takenAt: new Date(1_700_000_000_003).toISOString(),
          bytes: 100_003,
          location: summary.location,
        })
        assert.equal(await claim.list(), [summary])
        const loaded = await claim.load(3)
        assert.equal(loaded.manifest.operators[0]?.subtasks[0]?.book, { in: 3, out: 2 })
        assert.equal(await contentOf(loaded), [bytes(1, 2, 3), bytes(), noise(100_000, 1)])

        await claim.release()
        const again = await place.store().claim('job')
        assert.equal(await again.list(), [summary])
        assert.equal((await contentOf(await again.load(3))).length, 3)
        await again.release()
      })

      withClaim('lists the newest first, of both kinds', async (claim) => {
        assert.equal(await claim.list(), [])
        await take(claim, 'job', 9, [bytes(9)])
        await take(claim, 'job', 10, [bytes(10)], { kind: 'savepoint' })
        await take(claim, 'job', 100, [])
        assert.equal(
          (await claim.list()).map(({ id, kind, bytes }) => [id, kind, bytes]),
          [
            [100, 'checkpoint', 0],
            [10, 'savepoint', 1],
            [9, 'checkpoint', 1],
          ],
        )
      })

      withClaim('shows nothing of what is being written, or was aborted', async (claim) => {
        const writer = await claim.begin(0, 'checkpoint')
        await writer.put(bytes(1))
        assert.equal(await claim.list(), [])
        await notFound(claim.load(0))
        await writer.abort()
        await writer.abort()
        assert.equal(await claim.list(), [])
        await refused(writer.put(bytes(1)))
        await refused(writer.commit(manifestOf('job', 0, [])))
      })

      withClaim('is done with a writer at its commit, which waits for what is being put', async (claim) => {
        const writer = await claim.begin(1, 'checkpoint')
        const [early] = await Promise.all([writer.put(bytes(1))])
        const late = writer.put(noise(1_000_000, 2))
        const summary = await writer.commit(manifestOf('job', 1, [early]))
        assert.is(summary.bytes, 1_000_001)
        assert.is((await late).length, 1_000_000)
        await refused(writer.put(bytes(1)))
        await refused(writer.commit(manifestOf('job', 1, [early])))
        await writer.abort()
        assert.equal(await idsOf(claim), [1])
      })

      withClaim('takes many puts at a time', async (claim) => {
        const blobs = Array.from({ length: 300 }, (_, n) => noise((n * 7919) % 5000, n))
        await take(claim, 'job', 1, blobs)
        assert.equal(await contentOf(await claim.load(1)), blobs)
      })

      withClaim('takes bytes as they are when it is given them, and gives bytes away', async (claim) => {
        const writer = await claim.begin(1, 'checkpoint')
        const pool = Buffer.from('from a pool of small buffers')
        const part = pool.subarray(5, 11)
        const ref = await writer.put(part)
        pool.fill(0)
        await writer.commit(manifestOf('job', 1, [ref]))
        const loaded = await claim.load(1)
        const read = await loaded.read(ref)
        assert.is(Buffer.from(read).toString(), 'a pool')
        read.fill(0)
        assert.is(Buffer.from(await loaded.read(ref)).toString(), 'a pool')
        await loaded.close()
      })

      withClaim('keeps bytes for as long as a checkpoint refers to them', async (claim, place) => {
        const first = await take(claim, 'job', 1, [bytes(1), bytes(1, 1)])
        const second = await take(claim, 'job', 2, [bytes(2)], { refs: first.refs.slice(1) })
        await take(claim, 'job', 3, [bytes(3)], { refs: second.refs })
        await claim.remove([1, 2])
        assert.equal(await idsOf(claim), [3])
        await notFound(claim.load(1))
        assert.equal(await contentOf(await claim.load(3)), [bytes(1, 1), bytes(2), bytes(3)])
        await claim.release()

        const again = await place.store().claim('job')
        assert.equal(await contentOf(await again.load(3)), [bytes(1, 1), bytes(2), bytes(3)])
        const writer = await again.begin(4, 'checkpoint')
        await again.remove([3, 3, 77])
        assert.equal(await again.list(), [])
        await refused(writer.commit(manifestOf('job', 4, second.refs)))
        assert.equal(await again.list(), [])
        await again.release()
      })

      withClaim('refuses manifests that it could not give back', async (claim) => {
        const { refs } = await take(claim, 'job', 1, [bytes(1)])
        const other = await claim.begin(2, 'checkpoint')
        await other.put(bytes(1, 2))
        await other.abort()
        let id = 2
        const attempt = async (code: string, manifest: (id: number) => CheckpointManifest): Promise<void> => {
          const writer = await claim.begin(++id, 'checkpoint')
          await writer.put(bytes(5))
          await rejection(writer.commit(manifest(id)), code)
          await refused(writer.put(bytes(1)))
        }
        const referring = (changes: Partial<BlobRef>) => (id: number) =>
          manifestOf('job', id, [{ ...refs[0]!, ...changes }])
        const invalid = 'ERR_INVALID_ARGUMENT'
        await attempt(invalid, (id) => manifestOf('another job', id, refs))
        await attempt(invalid, () => manifestOf('job', 1, refs))
        await attempt(invalid, () => manifestOf('job', 4711, refs))
        await attempt(invalid, (id) => manifestOf('job', id, refs, { kind: 'savepoint' }))
        await attempt(invalid, (id) => manifestOf('job', id, refs, { format: 2 as 1 }))
        await attempt(invalid, referring({ crc: NaN }))
        await attempt(invalid, referring({ checkpoint: 99 }))
        for (const changes of [{ checkpoint: 0 }, { checkpoint: 2 }, { length: 2 }]) {
          await attempt('ERR_CHECKPOINT_STORE', referring(changes))
        }
        assert.equal(await idsOf(claim), [1])
        assert.equal(await contentOf(await claim.load(1)), [bytes(1)])
      })

      withClaim('takes ids that grow', async (claim, place) => {
        await take(claim, 'job', 5, [])
        const begun = await claim.begin(7, 'checkpoint')
        for (const id of [5, 4, 7, -1, 7.5, NaN]) {
          await rejection(claim.begin(id, 'checkpoint'), 'ERR_INVALID_ARGUMENT')
        }
        await begun.abort()
        await claim.release()
        const again = await place.store().claim('job')
        await rejection(again.begin(5, 'savepoint'), 'ERR_INVALID_ARGUMENT')
        await take(again, 'job', 6, [])
        await again.release()
      })

      withClaim('writes several at a time', async (claim) => {
        const [one, two, three] = [
          await claim.begin(1, 'checkpoint'),
          await claim.begin(2, 'savepoint'),
          await claim.begin(3, 'checkpoint'),
        ]
        const [a, b, c] = await Promise.all([one.put(bytes(1)), two.put(bytes(2)), three.put(bytes(3))])
        await Promise.all([
          three.commit(manifestOf('job', 3, [c])),
          two.abort(),
          claim.remove([1]),
          one.commit(manifestOf('job', 1, [a])),
        ])
        assert.is(b.checkpoint, 2)
        assert.equal(await idsOf(claim), [3, 1])
        assert.equal(await contentOf(await claim.load(1)), [bytes(1)])
        assert.equal(await contentOf(await claim.load(3)), [bytes(3)])
      })

      withClaim('lets one run have a job at a time', async (claim, place) => {
        const error = await refused(place.store().claim('job'))
        assert.match(error.message, 'in use')
        assert.ok(error.remedy)
        const other = await place.store().claim('another job')
        await other.release()
        void claim.release()
        await claim.release()
        const next = await place.store().claim('job')
        await claim.release()
        await refused(place.store().claim('job'))
        await next.release()
      })

      withClaim('gives one of many who claim at once', async (claim, place) => {
        await claim.release()
        const claims = await Promise.allSettled(Array.from({ length: 20 }, () => place.store().claim('job')))
        const won = claims.filter((result) => result.status === 'fulfilled')
        assert.is(won.length, 1)
        await won[0]!.value.release()
      })

      withClaim(
        'aborts what is being written at release, and does nothing after it',
        async (claim, place) => {
          const writer = await claim.begin(1, 'checkpoint')
          await writer.put(bytes(1))
          await claim.release()
          await refused(writer.put(bytes(1)))
          await refused(writer.commit(manifestOf('job', 1, [])))
          await refused(claim.list())
          await refused(claim.load(1))
          await refused(claim.begin(2, 'checkpoint'))
          await refused(claim.remove([1]))
          const again = await place.store().claim('job')
          assert.equal(await again.list(), [])
          await take(again, 'job', 1, [bytes(2)])
          assert.equal(await contentOf(await again.load(1)), [bytes(2)])
          await again.release()
        },
      )

      withClaim('lets a commit that is under way end before it releases', async (claim, place) => {
        const writer = await claim.begin(1, 'checkpoint')
        const ref = await writer.put(noise(100_000, 1))
        const [summary] = await Promise.all([
          writer.commit(manifestOf('job', 1, [ref])),
          claim.release(),
          claim.release(),
        ])
        const again = await place.store().claim('job')
        assert.equal(await again.list(), [summary])
        await again.release()
      })

      withClaim('reads to the end what is removed meanwhile', async (claim) => {
        const { refs } = await take(claim, 'job', 1, [noise(10_000, 1)])
        const loaded = await claim.load(1)
        await claim.remove([1])
        await take(claim, 'job', 2, [noise(10_000, 2)])
        assert.equal(new Uint8Array(await loaded.read(refs[0]!)), noise(10_000, 1))
        await loaded.close()
        await corrupt(loaded.read(refs[0]!))
        await loaded.close()
      })

      withClaim('reads nothing but what was written', async (claim) => {
        const { refs } = await take(claim, 'job', 1, [bytes(1, 2, 3), bytes(4)])
        await take(claim, 'job', 2, [bytes(5)])
        const loaded = await claim.load(1)
        const [ref] = refs
        for (const change of [
          { crc: 1 },
          { offset: 1 },
          { length: 2 },
          { length: 2 ** 40 },
          { checkpoint: 3 },
        ]) {
          await corrupt(loaded.read({ ...ref!, ...change }))
        }
        await loaded.close()
      })

      withClaim('opens a location, with the job live or not', async (claim, place) => {
        const { summary } = await take(claim, 'job', 1, [bytes(1)], { kind: 'savepoint' })
        const { summary: second } = await take(claim, 'job', 2, [bytes(2)])
        const open = async (location: string) => {
          const loaded = await place.store().open(location)
          return [loaded.manifest.job, loaded.manifest.id, ...(await contentOf(loaded))]
        }
        assert.equal(await open(summary.location), ['job', 1, bytes(1)])
        assert.equal(await open(second.location), ['job', 2, bytes(2)])
        await claim.release()
        assert.equal(await open(summary.location), ['job', 1, bytes(1)])
        const again = await place.store().claim('job')
        await again.remove([1])
        const error = await notFound(place.store().open(summary.location))
        assert.match(error.message, summary.location)
        for (const location of ['', 'nowhere', '/', second.location.replace('2', '3')]) {
          await notFound(place.store().open(location))
        }
        await again.release()
      })

      test('never takes one job for another', async (context) => {
        const place = await makePlace(context)
        const claims = await Promise.all(names.map((job) => place.store().claim(job)))
        const locations = new Set<string>()
        for (const [n, job] of names.entries()) {
          locations.add((await take(claims[n]!, job, 1, [bytes(n)])).summary.location)
        }
        assert.is(locations.size, names.length)
        for (const [n, job] of names.entries()) {
          const loaded = await claims[n]!.load(1)
          assert.is(loaded.manifest.job, job)
          assert.equal(await contentOf(loaded), [bytes(n)])
          await refused(place.store().claim(job))
        }
        for (const claim of claims) await claim.release()
      })

      withClaim('keeps names as they are', async (claim) => {
        const writer = await claim.begin(1, 'checkpoint')
        const [a, b] = [await writer.put(bytes(1)), await writer.put(bytes(2))]
        const manifest = manifestOf('job', 1, [])
        const subtask = {
          finished: true,
          values: { ['__proto__']: a, '': b },
          tables: { ['__proto__']: [b] },
          book: {},
        }
        const operator = { ...manifest.operators[0]!, subtasks: [subtask] }
        await writer.commit({ ...manifest, operators: [operator] })
        const loaded = await claim.load(1)
        assert.equal(loaded.manifest.operators, [operator])
        assert.equal(Object.keys(loaded.manifest.operators[0]!.subtasks[0]!.values), ['__proto__', ''])
        await loaded.close()
      })

      test(
        'is like a model of it, whatever is done and whenever it crashes',
        { timeout: 60_000 },
        (context) => modelTest(() => makePlace(context)),
      )
    },
    { timeout: 30_000 },
  )
}
