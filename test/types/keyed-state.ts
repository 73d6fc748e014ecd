import { expectTypeOf } from 'expect-type'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import {
  type Collector,
  type KeyedContext,
  type KeyedProcessContext,
  type ListState,
  listState,
  mapState,
  reducingState,
  type Timer,
  type Timers,
  valueState,
} from '../../src/index.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

type None = Record<never, never>
interface Charge {
  readonly card: string
  readonly amount: number
}

declare const env: BaseEnvironment
const stream = env.fromBatch<Charge>([])
const charges = stream.keyBy(({ card }) => card)

// State is typed by its descriptors, wherever they stand in the object; outputs by the type of the collector.
const processed = charges.process({
  state: {
    last: valueState<Charge>(),
    count: valueState(0),
    profile: valueState({ names: ['a'] }),
    amounts: listState<number>({ ttl: { ms: 1000, time: 'event' } }),
    places: mapState<string, number>(),
    most: reducingState<number>(Math.max, { version: 2, migrate: (old) => Number(old) }),
  },
  process(charge, ctx, out: Collector<string>) {
    expectTypeOf(charge).toEqualTypeOf<Charge>()
    expectTypeOf(ctx.key).toEqualTypeOf<string>()
    expectTypeOf(ctx.timestamp).toEqualTypeOf<number | undefined>()
    expectTypeOf(ctx.state.last.get()).toEqualTypeOf<Charge | undefined>()
    ctx.state.last.set(charge)
    expectTypeOf(ctx.state.count.get()).toEqualTypeOf<number>()
    ctx.state.count.update((n) => n + 1)
    ctx.state.profile.update((draft) => void draft.names.push('b'))
    ctx.state.profile.update((draft) => ({ names: [...draft.names, 'c'] }))
    expectTypeOf(ctx.state.amounts).toEqualTypeOf<ListState<number>>()
    expectTypeOf(ctx.state.amounts.get()).toEqualTypeOf<readonly number[]>()
    expectTypeOf(ctx.state.places.get('x')).toEqualTypeOf<number | undefined>()
    expectTypeOf([...ctx.state.places.entries()]).toEqualTypeOf<[string, number][]>()
    expectTypeOf(ctx.state.most.get()).toEqualTypeOf<number | undefined>()
    expectTypeOf(ctx.timers).toEqualTypeOf<Timers>()
    // @ts-expect-error there is no such state
    void ctx.state.first
    // @ts-expect-error a primitive is not changed in place
    ctx.state.count.update((n) => void (n + 1))
    // @ts-expect-error there may be no value to change in place
    ctx.state.last.update((draft) => void draft)
    // @ts-expect-error of numbers
    ctx.state.amounts.add('1')
    // @ts-expect-error read only
    ctx.state.amounts.get()[0] = 1
    // @ts-expect-error its keys are strings
    ctx.state.places.set(1, 1)
    void out.emit(charge.card)
  },
  onTimer(timer, ctx, out) {
    expectTypeOf(timer).toEqualTypeOf<Timer<string>>()
    expectTypeOf(ctx.state.count.get()).toEqualTypeOf<number>()
    void out.emit(timer.key)
    // @ts-expect-error it emits strings
    void out.emit(1)
  },
  end: (out) => out.emit('end'),
})
expectTypeOf(processed).toEqualTypeOf<DataStream<string, None>>()

// The other operators that keep state.
expectTypeOf(
  charges.map({ state: { n: valueState(0) }, map: ({ amount }, { state }) => amount + state.n.get() }),
).toEqualTypeOf<DataStream<number, None>>()
expectTypeOf(
  charges.flatMap({
    state: { all: listState<Charge>() },
    flatMap: (_, { state, key }) => state.all.get().map(({ amount }) => ({ key, amount })),
  }),
).toEqualTypeOf<DataStream<{ key: string; amount: number }, None>>()
expectTypeOf(
  charges.filter({ state: { seen: valueState(false) }, filter: (_, { state }) => !state.seen.get() }),
).toEqualTypeOf(charges)
// @ts-expect-error a map has no timers
charges.map({ state: { n: valueState(0) }, map: (_, { timers }) => void timers })

// Classes name the context's type.
const perCard = { count: valueState(0), seen: mapState<string, boolean>() }
class Counter {
  readonly state = perCard
  process(charge: Charge, ctx: KeyedProcessContext<typeof perCard, string>, out: Collector<number>): void {
    ctx.timers.atEventTime(1, 'late')
    void out.emit(charge.amount + ctx.state.count.get())
  }
  onTimer(_: Timer<string>, ctx: KeyedProcessContext<typeof perCard, string>): void {
    ctx.state.seen.clear()
  }
}
expectTypeOf(charges.process(Counter)).toEqualTypeOf<DataStream<number, None>>()
class Numbered {
  state = { count: valueState(0) }
  map(charge: Charge, { state }: KeyedContext<Numbered['state'], string>): string {
    return charge.card + state.count.get()
  }
}
expectTypeOf(charges.map(new Numbered())).toEqualTypeOf<DataStream<string, None>>()
// @ts-expect-error its key is no string
stream.keyBy(({ amount }) => amount).process(Counter)

// Functions, and objects without state, are as before.
expectTypeOf(charges.process<number>((_, { key }, out) => out.emit(key.length))).toEqualTypeOf<
  DataStream<number, None>
>()
expectTypeOf(charges.map(({ amount }) => amount)).toEqualTypeOf<DataStream<number, None>>()
expectTypeOf(
  charges.process({ process: (charge, _, out: Collector<Charge>) => out.emit(charge) }),
).toEqualTypeOf<DataStream<Charge, None>>()
expectTypeOf(charges.map({ map: (_, ctx) => expectTypeOf(ctx.state).toEqualTypeOf<Readonly<None>>() }))

// Without a key there is no state.
stream.map({
  // @ts-expect-error the stream has no key
  state: { n: valueState(0) },
  map: ({ amount }) => amount,
})
stream.process({
  process: () => {},
  // @ts-expect-error the stream has no key
  onTimer: () => {},
})
// @ts-expect-error keys of mapState are primitives
mapState<object, number>()
// @ts-expect-error there is no such time
valueState(0, { ttl: { ms: 1, time: 'ingestion' } })
