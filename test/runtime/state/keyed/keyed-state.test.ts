import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../../src/errors/invalid-argument-error.ts'
import {
  listState,
  mapState,
  reducingState,
  type StateDescriptors,
  type StateHandles,
  valueState,
} from '../../../../src/functions/state-descriptors.ts'
import { declareState } from '../../../../src/runtime/state/keyed/declared-state.ts'
import { StateClock } from '../../../../src/runtime/state/keyed/time-to-live.ts'
import { type Snapshot, TestState } from '../../operators/support/test-state.ts'
import { suite } from '../../../support/suite.ts'

/** State of those descriptors, used by one call after the other. */
const keep = <D extends StateDescriptors>(descriptors: D, from?: Snapshot) => {
  const saved = new TestState(from)
  const clock = new StateClock()
  const call = { key: 'k' as unknown, time: NaN, overdue: false, wall: 0, now: (): number => call.wall }
  const state = declareState(descriptors, saved, clock, () => call.wall)(call) as StateHandles<D>
  return { saved, clock, call, state }
}

suite('keyed state', (test) => {
  test('a value is one per key, the initial one until it is set', () => {
    const { state, call, saved } = keep({
      n: valueState(7),
      none: valueState<string>(),
      made: valueState(() => [1]),
    })
    assert.is(state.n.get(), 7)
    assert.is(state.none.get(), undefined)
    assert.equal(state.made.get(), [1])
    state.n.set(1)
    state.none.set('a')
    call.key = ['structured', 1]
    assert.is(state.n.get(), 7)
    state.n.set(2)
    call.key = ['structured', 1]
    assert.is(state.n.get(), 2)
    call.key = 'k'
    assert.is(state.n.get(), 1)
    state.n.clear()
    assert.is(state.n.get(), 7)
    assert.is(state.none.get(), 'a')
    assert.is(saved.size, 2)
  })

  test('a recipe changes objects as drafts, and leaves what was read as it was', () => {
    const { state } = keep({
      profile: valueState<{ names: readonly string[]; deep: { n: number } }>({ names: [], deep: { n: 0 } }),
      n: valueState(1),
      maybe: valueState<{ n: number }>(),
      sets: valueState(new Set([1])),
      maps: valueState(new Map([[1, 'a']])),
    })
    const before = state.profile.get()
    state.profile.update((draft) => void draft.names.push('x'))
    state.profile.update((draft) => ({ ...draft, deep: { n: draft.deep.n + 1 } }))
    assert.equal(state.profile.get(), { names: ['x'], deep: { n: 1 } })
    assert.equal(before, { names: [], deep: { n: 0 } })
    assert.throws(() => void (state.profile.get().names as string[]).push('y'), TypeError)
    state.n.update((n) => n + 1)
    assert.is(state.n.get(), 2)
    state.maybe.update((old) => old ?? { n: 1 })
    assert.equal(state.maybe.get(), { n: 1 })
    const set = state.sets.get()
    state.sets.update((draft) => void draft.add(2))
    assert.equal([...set, ...state.sets.get()], [1, 1, 2])
    state.maps.update((draft) => new Map([...draft, [2, 'b']]))
    assert.equal([...state.maps.get()].length, 2)
  })

  test('an initial object is shared by all keys and so cannot be changed', () => {
    const { state } = keep({ list: valueState<number[]>([]) })
    assert.throws(() => state.list.get().push(1), TypeError)
  })

  test('a list keeps its order, and what was read stays as it was', () => {
    const { state, saved } = keep({ list: listState<number>() })
    assert.equal(state.list.get(), [])
    state.list.add(1)
    state.list.addAll(new Set([2, 3]))
    const read = state.list.get()
    state.list.add(4)
    assert.equal(read, [1, 2, 3])
    assert.is(state.list.size, 4)
    state.list.update(state.list.get().filter((n) => n % 2 === 0))
    assert.equal(state.list.get(), [2, 4])
    state.list.update([])
    assert.is(saved.size, 0)
  })

  test('a map has primitive keys, and can be changed while it is gone through', () => {
    const { state, saved } = keep({ map: mapState<number | string, number>() })
    assert.is(state.map.get(1), undefined)
    assert.not(state.map.delete(1))
    for (const n of [3, 1, 2]) state.map.set(n, n)
    for (const [key, value] of state.map.entries()) state.map.set(key, value * 2)
    for (const key of state.map.keys()) if (key === 1) state.map.delete(key)
    assert.equal(
      [...state.map.entries()],
      [
        [3, 6],
        [2, 4],
      ],
    )
    assert.equal([...state.map.values()], [6, 4])
    assert.ok(state.map.has(3) && !state.map.has('3'))
    assert.is(state.map.size, 2)
    assert.throws(
      () => state.map.set({} as never, 1),
      (error: unknown) => error instanceof InvalidArgumentError && /primitive/.test(error.message),
    )
    for (const key of [2, 3]) assert.ok(state.map.delete(key))
    assert.is(saved.size, 0)
  })

  test('values are reduced as they are added', () => {
    const { state } = keep({ most: reducingState<number>(Math.max) })
    assert.is(state.most.get(), undefined)
    for (const n of [2, 5, 3]) state.most.add(n)
    assert.is(state.most.get(), 5)
    state.most.clear()
    assert.is(state.most.get(), undefined)
  })

  test('a call that has overrun its timeout has no state any more', () => {
    const { state, call } = keep({ n: valueState(0) })
    call.overdue = true
    assert.throws(() => state.n.set(1), /overrun/)
    assert.throws(() => state.n.get(), /overrun/)
  })

  test('another version of the program migrates values, items and entries, and leaves their times', async () => {
    const ttl = { ms: 100 }
    const old = keep({
      value: valueState('1', { ttl }),
      list: listState<string>({ ttl }),
      map: mapState<string, string>({ ttl }),
      sum: reducingState<string>((a, b) => a + b),
      same: valueState(0, { version: 3 }),
    })
    old.call.wall = 50
    old.state.value.set('2')
    old.state.list.addAll(['3', '4'])
    old.state.map.set('a', '5')
    old.state.sum.add('6')
    old.state.same.set(1)
    const options = { version: 2, migrate: (value: string, from: number) => Number(value) * 10 + from, ttl }
    const next = keep(
      {
        value: valueState(0, options),
        list: listState(options),
        map: mapState<string, number>(options),
        sum: reducingState((a: number, b: number) => a + b, { ...options, ttl: { ms: Infinity } }),
        same: valueState(0, { version: 3 }),
      },
      old.saved.capture(),
    )
    await next.saved.load()
    next.call.wall = 149
    assert.is(next.state.value.get(), 21)
    assert.equal(next.state.list.get(), [31, 41])
    assert.equal([...next.state.map.entries()], [['a', 51]])
    next.state.sum.add(1)
    assert.is(next.state.sum.get(), 62)
    assert.is(next.state.same.get(), 1)
    next.call.wall = 150
    assert.is(next.state.value.get(), 0)
    assert.equal(next.state.list.get(), [])
    assert.is(next.state.map.size, 0)
  })

  test('a time to live may come and go between versions', async () => {
    const plain = { value: valueState(0), list: listState<number>(), map: mapState<string, number>() }
    const first = keep(plain)
    first.state.value.set(1)
    first.state.list.add(1)
    first.state.map.set('a', 1)

    const ttl = { ms: 10 }
    const second = keep(
      {
        value: valueState(0, { ttl }),
        list: listState<number>({ ttl }),
        map: mapState<string, number>({ ttl }),
      },
      first.saved.capture(),
    )
    await second.saved.load()
    second.call.wall = 1000
    const seen = (): unknown[] => [
      second.state.value.get(),
      second.state.list.get(),
      second.state.map.get('a'),
    ]
    assert.equal(seen(), [1, [1], 1])
    second.call.wall = 1009
    assert.equal(seen(), [1, [1], 1])
    const third = keep(plain, second.saved.capture())
    second.call.wall = 1010
    assert.equal(seen(), [0, [], undefined])

    await third.saved.load()
    third.call.wall = 9999
    third.state.list.add(2)
    third.state.map.set('b', 2)
    assert.equal([third.state.value.get(), third.state.list.get(), third.state.map.size], [1, [1, 2], 2])
  })
})

suite('time to live', (test) => {
  test('by event time a record sees what is not gone by its own time', () => {
    const { state, clock, call } = keep({ n: valueState(0, { ttl: { ms: 10, time: 'event' } }) })
    call.time = 100
    state.n.set(1)
    call.time = 109
    assert.is(state.n.get(), 1)
    call.time = 110
    assert.is(state.n.get(), 0)
    // Others may still be behind it.
    call.time = 105
    assert.is(state.n.get(), 1)
    clock.moveTo(110)
    assert.is(state.n.get(), 0)
  })

  test('a record that is out of order makes nothing older', () => {
    const ttl = { ms: 10, time: 'event' } as const
    const { state, call } = keep({ n: valueState(0, { ttl }), map: mapState<string, number>({ ttl }) })
    call.time = 100
    state.n.set(1)
    state.map.set('a', 1)
    call.time = 95
    state.n.set(2)
    state.map.set('a', 2)
    call.time = 109
    assert.is(state.n.get(), 2)
    assert.is(state.map.get('a'), 2)
    call.time = 110
    assert.is(state.n.get(), 0)
    assert.not(state.map.has('a'))
  })

  test('what is written while no time is known lives from the first time that is', () => {
    const { state, clock } = keep({
      n: valueState(0, { ttl: { ms: 10, time: 'event' } }),
      list: listState<number>({ ttl: { ms: 10, time: 'event' } }),
      map: mapState<string, number>({ ttl: { ms: 10, time: 'event' } }),
    })
    const seen = (): unknown[] => [state.n.get(), state.list.get(), state.map.get('a')]
    state.n.set(1)
    state.list.add(1)
    state.map.set('a', 1)
    assert.equal(seen(), [1, [1], 1])
    clock.moveTo(50)
    assert.equal(seen(), [1, [1], 1])
    clock.moveTo(60)
    assert.equal(seen(), [0, [], undefined])
  })

  test('the end of event time ends no life', () => {
    const { state, clock, call } = keep({ n: valueState(0, { ttl: { ms: 10, time: 'event' } }) })
    call.time = 5
    state.n.set(1)
    clock.moveTo(Infinity)
    assert.is(state.n.get(), 1)
  })

  test('state that nobody asks for is forgotten as others write', () => {
    const ttl = { ms: 50 }
    const { state, call, saved } = keep({
      n: valueState(0, { ttl }),
      list: listState<number>({ ttl }),
      map: mapState<string, number>({ ttl }),
    })
    let most = 0
    for (let now = 0; now < 5_000; now++) {
      call.wall = now
      call.key = now
      state.n.set(1)
      state.list.add(1)
      state.map.set('a', 1)
      most = Math.max(most, saved.size)
    }
    assert.ok(most < 3 * 4 * 50, `held ${most}`)
    assert.ok(most >= 3 * 50)
  })
})
