import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { BlobRef, CheckpointWriter, JobCheckpoints } from '../../../src/storage/checkpoint-store.ts'
import { contentOf, manifestOf, noise } from './manifests.ts'
import { notFound, rejection } from './rejection.ts'
import type { StorePlace } from './store-contract.ts'

const JOBS = ['one', 'two'] as const

type Command =
  | {
      readonly type: 'take'
      readonly job: number
      readonly lengths: readonly number[]
      readonly share: number
    }
  | { readonly type: 'begin'; readonly job: number; readonly skip: number; readonly savepoint: boolean }
  | { readonly type: 'put'; readonly job: number; readonly writer: number; readonly length: number }
  | { readonly type: 'commit'; readonly job: number; readonly writer: number; readonly share: number }
  | { readonly type: 'abort'; readonly job: number; readonly writer: number }
  | { readonly type: 'remove'; readonly job: number; readonly picks: readonly number[] }
  | { readonly type: 'release' | 'crash'; readonly job: number }

interface Blob {
  readonly ref: BlobRef
  readonly content: Uint8Array
}

interface Writing {
  readonly id: number
  readonly kind: 'checkpoint' | 'savepoint'
  readonly writer: CheckpointWriter
  readonly blobs: Blob[]
}

/** One job as it should be. */
interface Model {
  readonly name: string
  claim: JobCheckpoints
  last: number
  writing: Writing[]
  readonly committed: Map<
    number,
    { readonly kind: string; readonly own: number; readonly blobs: readonly Blob[] }
  >
}

const job = fc.nat({ max: JOBS.length - 1 })
const writer = fc.nat({ max: 1 })
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('take' as const), job, lengths: fc.array(fc.nat(3000), { maxLength: 3 }), share: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('begin' as const), job, skip: fc.nat(2), savepoint: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('put' as const), job, writer, length: fc.nat(3000) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('commit' as const), job, writer, share: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abort' as const), job, writer }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('remove' as const), job, picks: fc.array(fc.nat(4), { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('release' as const, 'crash' as const), job }) },
) // prettier-ignore

/** Runs random commands against a store and a model of it, and compares them after each. */
export async function modelTest(makePlace: () => Promise<StorePlace>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40, size: 'max' }), async (commands) => {
      const place = await makePlace()
      const models: Model[] = []
      for (const name of JOBS) {
        models.push({
          name,
          claim: await place.store().claim(name),
          last: -1,
          writing: [],
          committed: new Map(),
        })
      }
      let seed = 0
      for (const each of commands) {
        await apply(models[each.job]!, each, place, seed++)
        for (const model of models) await compare(model, place)
      }
      for (const model of models) await model.claim.release()
    }),
    { numRuns: 40 },
  )
}

async function apply(model: Model, command: Command, place: StorePlace, seed: number): Promise<void> {
  switch (command.type) {
    case 'take': {
      const writing = await begin(model, 0, 'checkpoint')
      await Promise.all(command.lengths.map((length, n) => put(writing, noise(length, seed * 3 + n))))
      return commit(model, model.writing.length - 1, command.share)
    }
    case 'begin': {
      if (model.writing.length > 1) return
      await begin(model, command.skip, command.savepoint ? 'savepoint' : 'checkpoint')
      return
    }
    case 'put': {
      const writing = model.writing[command.writer]
      return writing && put(writing, noise(command.length, seed * 3))
    }
    case 'commit':
      return commit(model, command.writer, command.share)
    case 'abort':
      await model.writing.splice(command.writer, 1)[0]?.writer.abort()
      return
    case 'remove': {
      const ids = [...model.committed.keys()]
      const removed = command.picks.map((pick) => ids[pick] ?? 1_000_000 + pick)
      await model.claim.remove(removed)
      for (const id of removed) model.committed.delete(id)
      return
    }
    case 'release':
    case 'crash':
      if (command.type === 'crash') await place.crash(model.claim, model.name)
      else await model.claim.release()
      model.claim = await place.store().claim(model.name)
      model.writing = []
      model.last = Math.max(-1, ...model.committed.keys())
      return
    default:
      command satisfies never
  }
}

async function begin(model: Model, skip: number, kind: Writing['kind']): Promise<Writing> {
  const id = model.last + 1 + skip
  const writing: Writing = { id, kind, writer: await model.claim.begin(id, kind), blobs: [] }
  model.writing.push(writing)
  model.last = id
  return writing
}

async function put({ writer, blobs }: Writing, content: Uint8Array): Promise<void> {
  blobs.push({ ref: await writer.put(content), content })
}

/** Commits with what is newest of earlier ones besides. */
async function commit(model: Model, at: number, share: number): Promise<void> {
  const [writing] = model.writing.splice(at, 1)
  if (writing === undefined) return
  const { id, kind, blobs: own } = writing
  const earlier = [...model.committed.values()]
    .flatMap(({ blobs }) => blobs)
    .filter(({ ref }) => ref.checkpoint < id)
    .slice(-share - 1)
    .slice(0, share)
  const blobs = [...earlier, ...own]
  const refs = blobs.map(({ ref }) => ref)
  const summary = await writing.writer.commit(manifestOf(model.name, id, refs, { kind }))
  model.committed.set(id, { kind, own: own.reduce((sum, { ref }) => sum + ref.length, 0), blobs })
  assert.is(summary.id, id)
}

async function compare(model: Model, place: StorePlace): Promise<void> {
  const expected = [...model.committed].sort(([a], [b]) => b - a)
  assert.equal(
    (await model.claim.list()).map(({ id, kind, bytes }) => [id, kind, bytes]),
    expected.map(([id, { kind, own }]) => [id, kind, own]),
  )
  for (const [id, { blobs }] of expected) {
    assert.equal(
      await contentOf(await model.claim.load(id)),
      blobs.map(({ content }) => content),
    )
  }
  for (const { id } of model.writing) await notFound(model.claim.load(id))
  const committed = expected.map(([id, { kind }]) => ({ id, kind }))
  const data = [...expected.flatMap(([id, { blobs }]) => [id, ...blobs.map(({ ref }) => ref.checkpoint)])]
  await place.inspect?.(model.name, committed, new Set([...data, ...model.writing.map(({ id }) => id)]))
  await rejection(model.claim.begin(model.last, 'checkpoint'), 'ERR_INVALID_ARGUMENT')
}
