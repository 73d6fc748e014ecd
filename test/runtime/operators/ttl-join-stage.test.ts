import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { TtlJoinNode } from '../../../src/graph/transformation.ts'
import { ttlJoinStage } from '../../../src/runtime/operators/ttl-join-stage.ts'
import { LONGEST_DELAY } from '../../../src/util/longest-delay.ts'
import { suite } from '../../support/suite.ts'
import { HandClock } from '../task/support/hand-clock.ts'
import { countsOf } from '../task/support/parts.ts'
import { type JoinEvent, joinRuns, play, sorted } from './support/join-events.ts'
import { type Emitted, StageBench } from './support/stage-bench.ts'

type Told = Pick<TtlJoinNode, 'type' | 'ttl' | 'time'>

type Id = string | number | null | undefined

const pair = (left: Id, right: Id): string => `${left ?? '-'}+${right ?? '-'}`

const bench = (told: Told, options: object = {}, join: unknown = pair): Promise<StageBench<TtlJoinNode>> =>
  new StageBench(ttlJoinStage, { kind: 'ttlJoin', ...told }, { join }, options).open()

const types = ['inner', 'left', 'full'] as const

/** What a join of all records at once gives. */
function oracle({ type, ttl }: Told, events: readonly JoinEvent[]): Emitted[] {
  const emitted: Emitted[] = []
  for (const own of events) {
    const partners = events.filter(
      ({ key, input, time }) => key === own.key && input !== own.input && Math.abs(time - own.time) <= ttl,
    )
    if (own.input === 0) {
      for (const { id, time } of partners)
        emitted.push({ value: pair(own.id, id), time: Math.max(own.time, time) })
    }
    if (partners.length > 0 || type === 'inner' || (type === 'left' && own.input === 1)) continue
    emitted.push({ value: own.input === 0 ? pair(own.id, null) : pair(null, own.id), time: own.time + ttl })
  }
  return emitted
}

suite('join with a time to live, by event time', (test) => {
  test('gives what a join of all records at once gives, out of order and after restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        joinRuns,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(...types),
        async (run, ttl, type) => {
          const told = { type, ttl, time: 'event' as const }
          const { emitted, last } = await play(run, (state) => bench(told, { state }))
          assert.equal(sorted(emitted), sorted(oracle(told, run.events)))
          assert.is(last.state.size, 0, 'nothing is left')
        },
      ),
      { numRuns: 200 },
    )
  })

  test('a record behind the watermark meets what is still there; one past its time is late', async () => {
    const join = await bench({ type: 'left', ttl: 10, time: 'event' })
    await join.record('l', 'k', 0, 100)
    await join.watermark(105)
    await join.record('behind', 'k', 1, 97)
    await join.record('late', 'k', 1, 95)
    assert.equal(join.values, ['l+behind'])
    assert.equal(countsOf(join.book), { in: 3, dropped: 1 })
    await join.watermark(110)
    assert.equal(join.values, ['l+behind'])
    assert.is(join.state.size, 0)
  })
})

suite('join with a time to live, by the clock', (test) => {
  const told = { type: 'full', ttl: 100, time: 'processing' } as const

  test('forgets a record after its time, and lets it go alone where it had no partner', async () => {
    const join = await bench(told)
    await join.record('a', 1, 0, NaN)
    await join.pass(60)
    await join.record('b', 1, 1, NaN)
    await join.record('c', 2, 1, NaN)
    await join.pass(39)
    assert.equal(join.values, ['a+b'])
    await join.pass(1)
    await join.record('too late', 1, 1, NaN)
    assert.equal(join.values, ['a+b'])
    await join.pass(59)
    assert.equal(join.values, ['a+b'])
    await join.pass(1)
    assert.equal(join.values, ['a+b', '-+c'])
    await join.pass(40)
    assert.equal(join.values, ['a+b', '-+c', '-+too late'])
    assert.is(join.state.size, 0)
    assert.is(join.clock.timers, 0)
  })

  test('has one timer, and none once it is closed', async () => {
    const join = await bench(told)
    for (let n = 0; n < 10; n++) {
      await join.record(n, n, 0, NaN)
      await join.pass(1)
    }
    assert.is(join.clock.timers, 1)
    join.stage.close!()
    assert.is(join.clock.timers, 0)
  })

  test('lets all go at the end', async () => {
    const join = await bench({ ...told, type: 'left' })
    await join.record('a', 1, 0, NaN)
    await join.record('b', 2, 1, NaN)
    await join.end()
    assert.equal(join.values, ['a+-'])
    assert.is(join.state.size, 0)
  })

  test('goes on from a snapshot with the time that is left', async () => {
    const clock = new HandClock()
    const before = await bench(told, { clock })
    await before.record('a', 1, 0, NaN)
    await before.record('b', 2, 0, NaN)
    before.state.capture()
    await before.record('c', 2, 1, NaN)
    const state = before.state.capture()
    before.stage.close!()
    clock.advance(70)
    const after = await bench(told, { clock, state })
    await after.record('d', 1, 1, NaN)
    await after.pass(29)
    assert.equal(after.values, ['a+d'])
    await after.pass(1)
    assert.equal(after.values, ['a+d'])
    await after.pass(70)
    assert.equal(after.values, ['a+d'])
    assert.is(after.state.size, 0)
  })

  test('waits longer than a timer can', async () => {
    const ttl = 2 ** 33
    const asked: number[] = []
    class NotingClock extends HandClock {
      override setTimeout(run: () => void, ms: number): () => void {
        asked.push(ms)
        return super.setTimeout(run, ms)
      }
    }
    const join = await bench({ ...told, ttl }, { clock: new NotingClock() })
    await join.record('a', 1, 0, NaN)
    await join.pass(ttl - 1)
    assert.equal(join.values, [])
    assert.ok(Math.max(...asked) <= LONGEST_DELAY)
    await join.pass(1)
    assert.equal(join.values, ['a+-'])
  })

  test('what comes alone has its event time, unless that is behind the watermark', async () => {
    const join = await bench(told)
    await join.watermark(20)
    await join.record('old', 1, 0, 10)
    await join.record('new', 2, 0, 30)
    await join.pass(100)
    assert.equal(join.emitted, [
      { value: 'old+-', time: 21 },
      { value: 'new+-', time: 30 },
    ])
  })

  test('goes on behind a record its function threw on', async () => {
    const join = await bench(told, {}, (left: number) => {
      if (left === 2) throw new Error('two')
      return left
    })
    for (const n of [1, 2, 3]) await join.record(n, n, 0, NaN)
    await join.pass(100).then(
      () => assert.unreachable(),
      () => {},
    )
    assert.is(join.stage.due, true)
    await join.pass(0)
    assert.equal(join.values, [1, 3])
    assert.is(join.stage.due, false)
  })
})
