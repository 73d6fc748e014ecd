import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { TemporalJoinNode } from '../../../src/graph/transformation.ts'
import { temporalJoinStage } from '../../../src/runtime/operators/temporal-join-stage.ts'
import type { VersionedRow } from '../../../src/runtime/operators/versioned-table.ts'
import { suite } from '../../support/suite.ts'
import { countsOf } from '../task/support/parts.ts'
import { type JoinEvent, joinRuns, play, sorted } from './support/join-events.ts'
import { type Emitted, StageBench } from './support/stage-bench.ts'

type Told = Pick<TemporalJoinNode, 'type' | 'time'>

type Id = string | number | null | undefined

const pair = (left: Id, row: Id): string => `${left ?? '-'}@${row ?? '-'}`

/** Every fifth record deletes its row. */
const isDelete = (row: unknown): boolean => typeof row === 'number' && row % 5 === 0

const bench = (
  told: Told,
  options: object = {},
  join: unknown = pair,
): Promise<StageBench<TemporalJoinNode>> =>
  new StageBench(temporalJoinStage, { kind: 'temporalJoin', ...told }, { join, isDelete }, options).open()

/** For each left record the row that is valid at its time: of two of one time the one that came last. */
function oracle({ type }: Told, events: readonly JoinEvent[]): Emitted[] {
  return events
    .filter(({ input }) => input === 0)
    .map((left) => {
      const versions = events.filter(
        ({ input, key, time }) => input === 1 && key === left.key && time <= left.time,
      )
      const valid = versions.reduce<JoinEvent | null>(
        (best, version) => (best === null || version.time >= best.time ? version : best),
        null,
      )
      return { left, row: valid === null || isDelete(valid.id) ? null : valid.id }
    })
    .filter(({ row }) => row !== null || type === 'left')
    .map(({ left, row }) => ({ value: pair(left.id, row), time: left.time }))
}

suite('temporal join by event time', (test) => {
  test('gives each record the row of its time, out of order and after restarts', async () => {
    const types = fc.constantFrom('inner' as const, 'left' as const)
    await fc.assert(
      fc.asyncProperty(joinRuns, types, async (run, type) => {
        const told = { type, time: 'event' as const }
        const { emitted } = await play(run, (state) => bench(told, { state }))
        assert.equal(sorted(emitted), sorted(oracle(told, run.events)))
      }),
      { numRuns: 300 },
    )
  })

  test('a record waits for the watermark to pass it, in order of time', async () => {
    const join = await bench({ type: 'left', time: 'event' })
    await join.record('b', 'k', 0, 20)
    await join.record('a', 'k', 0, 10)
    await join.record('r1', 'k', 1, 15)
    await join.watermark(9)
    assert.equal(join.values, [])
    await join.watermark(10)
    assert.equal(join.emitted, [{ value: 'a@-', time: 10 }])
    await join.record('r0', 'k', 1, 12)
    await join.watermark(20)
    assert.equal(join.values, ['a@-', 'b@r1'])
  })

  test('keeps of the versions before the watermark the last, and nothing of a deleted row', async () => {
    const join = await bench({ type: 'inner', time: 'event' })
    const versions = (): unknown[] =>
      (join.state.values('rows') as VersionedRow[]).flatMap((cell) => cell.versions.map(({ row }) => row))
    for (const time of [1, 2, 3, 4]) await join.record(time, 'k', 1, time)
    assert.equal(versions(), [1, 2, 3, 4])
    await join.watermark(3)
    assert.equal(versions(), [3, 4])
    await join.record(5, 'k', 1, 9)
    await join.watermark(8)
    assert.equal(versions(), [4, 5])
    await join.watermark(9)
    assert.is(join.state.size, 0)
    assert.is(join.stage.dueAt, Infinity)
  })

  test('a record behind the watermark is late', async () => {
    const join = await bench({ type: 'left', time: 'event' }, { sides: true })
    await join.watermark(10)
    await join.record('l', 'k', 0, 10)
    assert.equal(join.sides, [{ tag: 'late', value: 'l', time: 10 }])
  })

  test('a row behind the watermark counts for what is to come, unless a newer one is there', async () => {
    const join = await bench({ type: 'left', time: 'event' })
    await join.watermark(10)
    await join.record('r8', 'k', 1, 8)
    await join.record('l', 'k', 0, 11)
    await join.record('r7', 'k', 1, 7)
    await join.record('r9', 'k', 1, 9)
    await join.watermark(11)
    assert.equal(join.values, ['l@r9'])
    assert.equal(countsOf(join.book), { in: 4, dropped: 1 })
  })

  test('goes on behind a record its function threw on', async () => {
    const join = await bench({ type: 'left', time: 'event' }, {}, (left: number) => {
      if (left === 2) throw new Error('two')
      return left
    })
    for (const n of [1, 2, 3]) await join.record(n, 'k', 0, n)
    await join.watermark(3).then(
      () => assert.unreachable(),
      () => {},
    )
    await join.watermark(3)
    assert.equal(join.values, [1, 3])
  })
})

suite('temporal join by the clock', (test) => {
  test('gives each record the row as it is', async () => {
    const join = await bench({ type: 'left', time: 'processing' })
    await join.record('a', 'k', 0, 7)
    await join.record(1, 'k', 1, NaN)
    await join.record('b', 'k', 0, 5)
    await join.record('c', 'q', 0, 6)
    await join.record(2, 'k', 1, NaN)
    await join.record('d', 'k', 0, NaN)
    await join.record(5, 'k', 1, NaN)
    await join.record('e', 'k', 0, 9)
    assert.equal(join.values, ['a@-', 'b@1', 'c@-', 'd@2', 'e@-'])
    assert.equal(join.emitted[1], { value: 'b@1', time: 5 })
    assert.is(join.state.size, 0)
  })

  test('drops what has no row in an inner join, and goes on from a snapshot', async () => {
    const told = { type: 'inner', time: 'processing' } as const
    const before = await bench(told)
    await before.record('a', 'k', 0, NaN)
    await before.record(1, 'k', 1, NaN)
    before.state.capture()
    await before.record(2, 'k', 1, NaN)
    const after = await bench(told, { state: before.state.capture() }, (left: Id, row: Id) =>
      Promise.resolve(pair(left, row)),
    )
    await after.record('b', 'k', 0, NaN)
    await after.record('c', 'q', 0, NaN)
    assert.equal(before.values, [])
    assert.equal(after.values, ['b@2'])
  })

  test('a row that the function changes is saved as changed', async () => {
    const join = await bench(
      { type: 'inner', time: 'processing' },
      {},
      (_left: unknown, row: { seen: number }) => ++row.seen,
    )
    await join.record({ seen: 0 }, 'k', 1, NaN)
    join.state.capture()
    await join.record('a', 'k', 0, NaN)
    const after = await bench({ type: 'inner', time: 'processing' }, { state: join.state.capture() })
    assert.equal(after.state.values('rows'), [{ seen: 1 }])
  })
})
