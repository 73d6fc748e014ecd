import * as assert from 'uvu/assert'
import { batchStage } from '../../../src/runtime/operators/batch-stage.ts'
import { skipStage, takeStage } from '../../../src/runtime/operators/counting-stages.ts'
import { dedupeStage } from '../../../src/runtime/operators/dedupe-stage.ts'
import { foldStage } from '../../../src/runtime/operators/fold-stage.ts'
import { joinStage } from '../../../src/runtime/operators/join-stage.ts'
import { scanStage } from '../../../src/runtime/operators/scan-stage.ts'
import { suite } from '../../support/suite.ts'
import { Blobs } from '../state/support/blobs.ts'
import {
  type BuildStage,
  ResumableStage,
  resumesAnywhere,
  type StageRecord,
} from './support/resumable-stage.ts'

const soon = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(resolve, value))

const keys = ['a', 'b', 'a', NaN, [1], 'c', 'a', [1], NaN, 'b', 'd', 'a']
const keyed = (): StageRecord[] => keys.map((key, n) => ({ value: { n }, key, input: n % 2 }))
const numbers = (count: number): StageRecord[] => Array.from({ length: count }, (_, value) => ({ value }))

interface Total {
  n: number
  sum?: number
}

/** Changes the accumulator in place, as users do. */
const add = (total: Total, { n }: Total): Total => {
  total.sum = (total.sum ?? total.n) + n
  return total
}
const aggregator = {
  create: () => ({ seen: [] as number[] }),
  add: (acc: { seen: number[] }, { n }: Total) => void acc.seen.push(n),
  result: (acc: { seen: number[] }, key: unknown) => [key, acc.seen],
}

const folds: readonly (readonly [kind: string, given: unknown])[] = [
  ['count', undefined],
  ['reduce', add],
  ['reduce', (total: Total, record: Total) => soon(add(total, record))],
  ['aggregate', aggregator],
]
const fold =
  (given: unknown): BuildStage =>
  (node, env) =>
    foldStage(node as never, given, env)
const join: BuildStage = (node, env) =>
  joinStage(node as never, { join: (l: Total | undefined, r: Total | undefined) => [l?.n, r?.n] }, env)
const batch =
  (size: number, interval?: number): BuildStage =>
  (node, env) =>
    batchStage(node, { size, interval }, env)

suite('stages that go on from a checkpoint', (test) => {
  test('reduce, aggregate and count, with keys and without', async () => {
    for (const [kind, given] of folds) {
      await resumesAnywhere(fold(given), { kind }, keyed)
      await resumesAnywhere(fold(given), { kind, keyed: false }, keyed)
      await resumesAnywhere(fold(given), { kind, keyed: false }, () => [])
    }
  })

  test('a fold in the midst of its results has given each once', async () => {
    const blobs = new Blobs()
    const first = new ResumableStage(fold(undefined), { kind: 'count' })
    for (const record of keyed()) await first.record(record)
    const results = first.stage.end?.() as Iterable<unknown>
    await first.take(results, 2)
    const saved = await first.save(blobs, () => first.take(results))
    const second = await new ResumableStage(fold(undefined), { kind: 'count' }).open([saved], blobs)
    await second.end()
    assert.equal([...first.emitted.slice(0, 2), ...second.emitted], first.emitted)
    assert.is(first.emitted.length, 6)
  })

  test('a count of nothing that has been given is not given again', async () => {
    const blobs = new Blobs()
    const first = new ResumableStage(fold(undefined), { kind: 'count', keyed: false })
    await first.end()
    const saved = await first.save(blobs)
    const second = await new ResumableStage(fold(undefined), { kind: 'count', keyed: false }).open(
      [saved],
      blobs,
    )
    await second.end()
    assert.equal([first.emitted, second.emitted], [[0], []])
  })

  test('scan', async () => {
    const fresh = (): unknown => ({ seen: [] })
    const inPlace = (acc: { seen: number[] }, { n }: Total): unknown => {
      acc.seen.push(n)
      return acc
    }
    const build =
      (given: object): BuildStage =>
      (node, env) =>
        scanStage(node as never, given, env)
    const copied = (acc: { seen: number[] }, { n }: Total): unknown => ({ seen: [...acc.seen, n] })
    await resumesAnywhere(build({ fold: copied, seed: fresh }), { kind: 'scan' }, keyed)
    await resumesAnywhere(
      build({ fold: (sum: number, { n }: Total) => soon(sum + n), seed: 0 }),
      { kind: 'scan', keyed: false },
      keyed,
    )
    const blobs = new Blobs()
    const first = new ResumableStage(build({ fold: inPlace, seed: fresh }), { kind: 'scan' })
    await first.record({ value: { n: 1 }, key: 'a' })
    const saved = await first.save(blobs, () => first.record({ value: { n: 2 }, key: 'a' }))
    const second = await new ResumableStage(build({ fold: inPlace, seed: fresh }), { kind: 'scan' }).open(
      [saved],
      blobs,
    )
    await second.record({ value: { n: 3 }, key: 'a' })
    assert.equal(second.emitted, [{ seen: [1, 3] }])
  })

  test('dedupe, which forgets the key seen first', async () => {
    const build: BuildStage = (node, env) => dedupeStage(node as never, env)
    const records = (): StageRecord[] =>
      [...keys, ...keys, 'e', 'a', 'b', 'c'].map((key, value) => ({ value, key }))
    await resumesAnywhere(build, { kind: 'dedupe' }, records)
    for (const capacity of [1, 2, 3, 4]) await resumesAnywhere(build, { kind: 'dedupe', capacity }, records)
  })

  test('join, of every type', async () => {
    for (const type of ['inner', 'left', 'full'])
      await resumesAnywhere(join, { kind: 'join', type, inputs: ['n0', 'n1'] }, keyed)
  })

  test('a join in the midst of the records without partners has given each once', async () => {
    const told = { kind: 'join', type: 'full', inputs: ['n0', 'n1'] }
    const records = [0, 0, 1].map((input, n) => ({ value: { n }, key: n === 2 ? 'b' : 'a', input }))
    for (const taken of [1, 2, 3]) {
      const blobs = new Blobs()
      const first = new ResumableStage(join, told)
      for (const record of records) await first.record(record)
      const singles = first.stage.end?.()
      await first.take(singles, taken)
      const saved = await first.save(blobs, () => first.take(singles))
      const second = await new ResumableStage(join, told).open([saved], blobs)
      await second.end()
      assert.equal(
        [...first.emitted.slice(0, taken), ...second.emitted],
        [
          [0, undefined],
          [1, undefined],
          [undefined, 2],
        ],
      )
    }
  })

  test('batch', async () => {
    for (const size of [1, 3, 100]) await resumesAnywhere(batch(size), { kind: 'batch' }, () => numbers(7))
  })

  test('a batch that goes on lets go after its interval, which begins again', async () => {
    const blobs = new Blobs()
    const first = new ResumableStage(batch(3, 100), { kind: 'batch' })
    for (const record of numbers(2)) await first.record(record)
    const saved = await first.save(blobs)
    const second = await new ResumableStage(batch(3, 100), { kind: 'batch' }).open([saved], blobs)
    second.clock.advance(99)
    assert.is(second.stage.due, false)
    second.clock.advance(1)
    assert.is(second.stage.due, true)
    assert.is(second.waker.wakes, 1)
    await second.take(second.stage.poll?.())
    assert.equal(second.emitted, [[0, 1]])
    assert.is(second.clock.timers, 0)
  })

  test('batches gathered by more subtasks are dealt out again, and those full by now let go at once', async () => {
    const blobs = new Blobs()
    const saved = []
    for (const at of [0, 1, 2]) {
      const stage = new ResumableStage(batch(3), { kind: 'batch' }, at, 3)
      for (const { value } of numbers(2)) await stage.record({ value: `${at}.${String(value)}` })
      saved.push(await stage.save(blobs))
    }
    const [one, two] = [0, 1].map((at) => new ResumableStage(batch(3), { kind: 'batch' }, at, 2))
    await one!.open(saved, blobs)
    await two!.open(saved, blobs)
    assert.is(one!.stage.due, true)
    assert.is(two!.stage.due, false)
    const again = await one!.save(blobs)
    await one!.take(one!.stage.poll?.())
    const third = await new ResumableStage(batch(3), { kind: 'batch' }).open([again], blobs)
    await third.end()
    assert.equal(third.emitted, one!.emitted)
    assert.is(one!.stage.due, false)
    await two!.end()
    assert.equal(one!.emitted, [['0.0', '0.1', '2.0'], ['2.1']])
    assert.equal(two!.emitted, [['1.0', '1.1']])
  })

  test('a batch that cannot go on is in the books', async () => {
    const blobs = new Blobs()
    const first = new ResumableStage(batch(5), { kind: 'batch' })
    for (const record of numbers(4)) await first.record(record)
    const second = await new ResumableStage(batch(3), { kind: 'batch' }).open(
      [await first.save(blobs)],
      blobs,
    )
    await second.stage.close?.()
    assert.is(second.book.dropped, 4)
  })

  test('take and skip', async () => {
    const take: BuildStage = (node, env) => takeStage(node as never, env)
    const skip: BuildStage = (node, env) => skipStage(node as never, env)
    for (const count of [0, 3, 10]) {
      await resumesAnywhere(take, { kind: 'take', count }, () => numbers(6))
      await resumesAnywhere(skip, { kind: 'skip', count }, () => numbers(6))
    }
    const blobs = new Blobs()
    const first = new ResumableStage(take, { kind: 'take', count: 3 })
    for (const record of numbers(3)) await first.record(record)
    const saved = await first.save(blobs)
    const second = await new ResumableStage(take, { kind: 'take', count: 3 }).open([saved], blobs)
    assert.is(second.stage.finished, true)
    const more = await new ResumableStage(take, { kind: 'take', count: 5 }).open([saved], blobs)
    for (const record of numbers(9)) await more.record(record)
    assert.equal(more.emitted, [0, 1])
  })
})
