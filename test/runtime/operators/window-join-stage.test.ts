import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { session, sliding, tumbling } from '../../../src/functions/window-assigner.ts'
import type { WindowJoinNode } from '../../../src/graph/transformation.ts'
import { windowJoinStage } from '../../../src/runtime/operators/window-join-stage.ts'
import { suite } from '../../support/suite.ts'
import { countsOf } from '../task/support/parts.ts'
import { type JoinEvent, joinRuns, play, sorted } from './support/join-events.ts'
import { type Emitted, StageBench } from './support/stage-bench.ts'

type Told = Pick<WindowJoinNode, 'type' | 'assigner'> & Partial<Pick<WindowJoinNode, 'allowedLateness'>>

type Id = string | number | null | undefined

const pair = (left: Id, right: Id): string => `${left ?? '-'}+${right ?? '-'}`

const bench = (told: Told, join: unknown = pair, options: object = {}): Promise<StageBench<WindowJoinNode>> =>
  new StageBench(
    windowJoinStage,
    { kind: 'windowJoin', allowedLateness: 0, late: 'late', ...told },
    { join },
    options,
  ).open()

/** The windows of all records of a key, and who is in them. */
function windowsOf(assigner: Told['assigner'], events: readonly JoinEvent[]): [end: number, JoinEvent[]][] {
  if (assigner.type === 'session') {
    const sessions: JoinEvent[][] = []
    for (const event of [...events].sort((a, b) => a.time - b.time)) {
      const last = sessions.at(-1)
      if (last !== undefined && event.time - last.at(-1)!.time < assigner.gap) last.push(event)
      else sessions.push([event])
    }
    return sessions.map((members) => [members.at(-1)!.time + assigner.gap, members])
  }
  const { size } = assigner
  const every = assigner.type === 'sliding' ? assigner.every : size
  const windows: [number, JoinEvent[]][] = []
  for (let start = assigner.offset - 200 * every; start < 100; start += every) {
    const members = events.filter(({ time }) => time >= start && time < start + size)
    if (members.length > 0) windows.push([start + size, members])
  }
  return windows
}

/** What a join of all records at once gives. */
function oracle({ type, assigner }: Told, events: readonly JoinEvent[]): Emitted[] {
  const emitted: Emitted[] = []
  for (const key of new Set(events.map((event) => event.key))) {
    const own = events.filter((event) => event.key === key)
    for (const [end, members] of windowsOf(assigner, own)) {
      const lefts = members.filter(({ input }) => input === 0)
      const rights = members.filter(({ input }) => input === 1)
      const add = (value: string): void => void emitted.push({ value, time: end - 1 })
      for (const left of lefts) for (const right of rights) add(pair(left.id, right.id))
      if (rights.length === 0 && type !== 'inner') for (const left of lefts) add(pair(left.id, null))
      if (lefts.length === 0 && type === 'full') for (const right of rights) add(pair(null, right.id))
    }
  }
  return emitted
}

const size = fc.integer({ min: 1, max: 15 })
const assigners = fc.oneof(
  fc.tuple(size, fc.integer({ min: -9, max: 9 })).map(([size, offset]) => tumbling({ size, offset })),
  fc
    .tuple(size, size, fc.integer({ min: -9, max: 9 }))
    .map(([a, b, offset]) => sliding({ size: Math.max(a, b), every: Math.min(a, b), offset })),
  size.map((gap) => session({ gap })),
)
const types = fc.constantFrom('inner' as const, 'left' as const, 'full' as const)

suite('window join', (test) => {
  test('gives what a join of all records at once gives, out of order and after restarts', async () => {
    await fc.assert(
      fc.asyncProperty(joinRuns, assigners, types, async (run, assigner, type) => {
        const told = { type, assigner }
        const { emitted, last } = await play(run, (state) => bench(told, pair, { state }))
        assert.equal(sorted(emitted), sorted(oracle(told, run.events)))
        assert.is(last.state.size, 0, 'nothing is left')
      }),
      { numRuns: 300 },
    )
  })

  test('with lateness allowed, each pair comes once, whatever comes late', async () => {
    await fc.assert(
      fc.asyncProperty(joinRuns, assigners, async ({ events, steps }, assigner) => {
        const told = { type: 'inner' as const, assigner }
        // The watermark runs ahead of what is to come, and all of it is let in.
        const run = { events, steps, behind: -20 }
        const { emitted } = await play(run, (state) =>
          bench({ ...told, allowedLateness: 1000 }, pair, { state }),
        )
        const values = (all: readonly Emitted[]): string[] => sorted(all.map(({ value }) => value))
        assert.equal(values(emitted), values(oracle(told, events)))
      }),
      { numRuns: 300 },
    )
  })

  test('comes when event time has passed the end of the window', async () => {
    const join = await bench({ type: 'left', assigner: tumbling({ size: 10 }) })
    await join.record('a', 'k', 0, 3)
    await join.record('x', 'k', 1, 9)
    await join.record('b', 'q', 0, 4)
    await join.watermark(8)
    assert.equal(join.values, [])
    assert.is(join.stage.dueAt, 9)
    await join.watermark(9)
    assert.equal(join.emitted, [
      { value: 'a+x', time: 9 },
      { value: 'b+-', time: 9 },
    ])
    assert.is(join.state.size, 0)
  })

  test('a record whose windows are closed is late', async () => {
    const join = await bench({ type: 'inner', assigner: tumbling({ size: 10 }), allowedLateness: 5 })
    await join.record('a', 'k', 0, 3)
    await join.watermark(9)
    await join.record('x', 'k', 1, 3)
    assert.equal(join.emitted, [{ value: 'a+x', time: 9 }])
    await join.watermark(14)
    await join.record('y', 'k', 1, 9)
    assert.equal(countsOf(join.book), { in: 3, dropped: 1 })
    assert.is(join.warnings.length, 1)
    assert.is(join.state.size, 0)
  })

  test('what came alone does not come alone again', async () => {
    const join = await bench({ type: 'full', assigner: tumbling({ size: 10 }), allowedLateness: 50 })
    await join.record('a', 'k', 0, 1)
    await join.watermark(20)
    await join.record('b', 'k', 0, 2)
    assert.equal(join.values, ['a+-', 'b+-'])
    await join.record('x', 'k', 1, 3)
    assert.equal(join.values.slice(2), ['a+x', 'b+x'])
  })

  test('waits for functions that return promises, and goes on behind a window whose function threw', async () => {
    const join = await bench({ type: 'left', assigner: tumbling({ size: 10 }) }, async (left: number) => {
      if (left === 2) throw new Error('two')
      return left % 2 === 0 ? undefined : left
    })
    for (const n of [1, 2, 3, 4]) await join.record(n, n, 0, 1)
    await join.watermark(9).then(
      () => assert.unreachable(),
      () => {},
    )
    await join.watermark(9)
    assert.equal(join.values, [1, 3])
  })
})
