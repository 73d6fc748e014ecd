import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { TimestampError } from '../../../src/errors/timestamp-error.ts'
import type { IntervalJoinNode } from '../../../src/graph/transformation.ts'
import { intervalJoinStage } from '../../../src/runtime/operators/interval-join-stage.ts'
import { suite } from '../../support/suite.ts'
import { countsOf } from '../task/support/parts.ts'
import { type JoinEvent, joinRuns, play, sorted } from './support/join-events.ts'
import { type Emitted, StageBench } from './support/stage-bench.ts'

type Told = Pick<IntervalJoinNode, 'type' | 'lower' | 'upper'>

type Id = string | number | null | undefined

const pair = (left: Id, right: Id): string => `${left ?? '-'}+${right ?? '-'}`

const bench = (
  told: Told,
  join: unknown = pair,
  options: object = {},
): Promise<StageBench<IntervalJoinNode>> =>
  new StageBench(intervalJoinStage, { kind: 'intervalJoin', ...told }, { join }, options).open()

const types = ['inner', 'left', 'full'] as const

/** What a join of all records at once gives. */
function oracle({ type, lower, upper }: Told, events: readonly JoinEvent[]): Emitted[] {
  const lefts = events.filter(({ input }) => input === 0)
  const rights = events.filter(({ input }) => input === 1)
  const meets = (left: JoinEvent, right: JoinEvent): boolean =>
    left.key === right.key && right.time >= left.time + lower && right.time <= left.time + upper
  const emitted: Emitted[] = []
  for (const left of lefts) {
    for (const right of rights) {
      if (!meets(left, right)) continue
      emitted.push({ value: pair(left.id, right.id), time: Math.max(left.time, right.time) })
    }
    if (type === 'inner' || rights.some((right) => meets(left, right))) continue
    emitted.push({ value: pair(left.id, null), time: Math.max(left.time, left.time + upper) })
  }
  for (const right of rights) {
    if (type !== 'full' || lefts.some((left) => meets(left, right))) continue
    emitted.push({ value: pair(null, right.id), time: Math.max(right.time, right.time - lower) })
  }
  return emitted
}

suite('interval join', (test) => {
  test('gives what a join of all records at once gives, out of order and after restarts', async () => {
    const bounds = fc.tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: 0, max: 12 }))
    await fc.assert(
      fc.asyncProperty(joinRuns, bounds, fc.constantFrom(...types), async (run, [lower, width], type) => {
        const told = { type, lower, upper: lower + width }
        const { emitted, last } = await play(run, (state) => bench(told, pair, { state }))
        assert.equal(sorted(emitted), sorted(oracle(told, run.events)))
        assert.is(last.state.size, 0, 'nothing is left')
      }),
      { numRuns: 300 },
    )
  })

  test('emits a pair as soon as it is there, with the larger timestamp', async () => {
    const join = await bench({ type: 'inner', lower: -5, upper: 5 })
    await join.record('l', 'k', 0, 10)
    await join.record('other', 'q', 1, 10)
    await join.record('r', 'k', 1, 15)
    await join.record('early', 'k', 1, 5)
    await join.record('far', 'k', 1, 16)
    assert.equal(join.emitted, [
      { value: 'l+r', time: 15 },
      { value: 'l+early', time: 10 },
    ])
  })

  test('lets a record go alone once no partner can come, and forgets all behind the watermark', async () => {
    const join = await bench({ type: 'full', lower: 0, upper: 10 })
    await join.record('l', 'k', 0, 100)
    await join.record('r', 'k', 1, 99)
    await join.watermark(98)
    assert.equal(join.values, [])
    await join.watermark(99)
    assert.equal(join.emitted, [{ value: '-+r', time: 99 }])
    await join.watermark(109)
    assert.equal(join.values, ['-+r'])
    assert.is(join.stage.dueAt, 110)
    await join.watermark(110)
    assert.equal(join.emitted.slice(1), [{ value: 'l+-', time: 110 }])
    assert.is(join.state.size, 0)
    assert.is(join.stage.dueAt, Infinity)
  })

  test('what comes alone is never behind the watermark before', async () => {
    await fc.assert(
      fc.asyncProperty(joinRuns, fc.integer({ min: -9, max: 9 }), async ({ events, behind }, lower) => {
        const join = await bench({ type: 'full', lower, upper: lower + 3 })
        let latest = -Infinity
        for (const { id, input, key, time } of events) {
          const before = latest - behind - 1
          const from = join.emitted.length
          await join.record(id, key, input, time)
          latest = Math.max(latest, time)
          await join.watermark(latest - behind - 1)
          for (const emitted of join.emitted.slice(from)) assert.ok(emitted.time > before)
        }
      }),
    )
  })

  test('a record behind the watermark is late: dropped, counted and warned of once', async () => {
    const join = await bench({ type: 'left', lower: 0, upper: 10 })
    await join.watermark(50)
    await join.record('l', 'k', 0, 50)
    await join.record('r', 'k', 1, 49)
    await join.record('ok', 'k', 1, 51)
    assert.equal(join.values, [])
    assert.equal(countsOf(join.book), { in: 3, dropped: 2 })
    assert.equal(join.metrics.snapshot(), { 'late records': 2 })
    assert.is(join.warnings.length, 1)
    assert.match(join.warnings[0]!, /too late for 'op'.*sideOutput\('late'\)/)
  })

  test('late records go to the side output where somebody reads it', async () => {
    const join = await bench({ type: 'left', lower: 0, upper: 10 }, pair, { sides: true })
    await join.watermark(50)
    await join.record('l', 'k', 0, 7)
    assert.equal(join.sides, [{ tag: 'late', value: 'l', time: 7 }])
    assert.equal(countsOf(join.book), { in: 1 })
    assert.equal(join.warnings, [])
  })

  test('refuses a record without event time', async () => {
    const join = await bench({ type: 'inner', lower: 0, upper: 1 })
    const error = await join.record('l', 'k', 0, NaN).catch((reason: unknown) => reason)
    assert.instance(error, TimestampError)
  })

  test('waits for functions that return promises, and passes nothing for undefined', async () => {
    const join = await bench({ type: 'inner', lower: 0, upper: 10 }, (left: number, right: number) =>
      Promise.resolve(left % 2 ? undefined : left * right),
    )
    for (const left of [1, 2, 3, 4]) await join.record(left, 'k', 0, 5)
    await join.record(10, 'k', 1, 5)
    assert.equal(join.values, [20, 40])
  })

  test('takes a break when it forgets many records that emit nothing', async () => {
    const join = await bench({ type: 'inner', lower: 0, upper: 0 })
    for (let n = 0; n < 5000; n++) await join.record(n, n, 0, 1)
    const outputs = join.stage.advance!(1) as Iterable<unknown>
    const first = outputs[Symbol.iterator]().next()
    assert.instance(first, Promise)
    await (first as unknown as Promise<unknown>)
    assert.is(join.state.size, 0)
  })

  test('goes on behind a record its function threw on', async () => {
    const join = await bench({ type: 'left', lower: 0, upper: 0 }, (left: number) => {
      if (left === 2) throw new Error('two')
      return left
    })
    for (const n of [1, 2, 3]) await join.record(n, n, 0, 1)
    await join.watermark(1).then(
      () => assert.unreachable(),
      () => {},
    )
    await join.watermark(1)
    assert.equal(join.values, [1, 3])
  })
})
