import { expectTypeOf } from 'expect-type'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import { countWindow, tumbling } from '../../src/functions/window-assigner.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

type None = Record<never, never>
type Stream<T> = DataStream<T, None>
type Order = { readonly currency: string; readonly total: number }
type Rate = { readonly currency: string; readonly rate: number }

declare const env: BaseEnvironment
const orders = env.fromBatch<Order>([]).keyBy((order) => order.currency)
const rates = env.fromBatch<Rate>([]).keyBy((rate) => rate.currency)

// Whatever a join goes by, its type decides which side may be missing.
expectTypeOf(
  orders.join(
    rates,
    (order, rate, key) => {
      expectTypeOf(order).toEqualTypeOf<Order>()
      expectTypeOf(rate).toEqualTypeOf<Rate>()
      expectTypeOf(key).toEqualTypeOf<string>()
      return order.total * rate.rate
    },
    { between: [0, 1] },
  ),
).toEqualTypeOf<Stream<number>>()
orders.join(
  rates,
  (order, rate) => {
    expectTypeOf(order).toEqualTypeOf<Order>()
    expectTypeOf(rate).toEqualTypeOf<Rate | undefined>()
  },
  { between: [0, 1], type: 'left', late: 'missed', name: 'pairs' },
)
orders.join(
  rates,
  (order, rate) => {
    expectTypeOf(order).toEqualTypeOf<Order | undefined>()
    expectTypeOf(rate).toEqualTypeOf<Rate | undefined>()
  },
  { ttl: { ms: 1000, time: 'processing' }, type: 'full' },
)
orders.join(
  rates,
  (order, rate) => {
    expectTypeOf(order).toEqualTypeOf<Order | undefined>()
    expectTypeOf(rate).toEqualTypeOf<Rate | undefined>()
  },
  { window: tumbling({ size: 1000 }), allowedLateness: 5, type: 'full' },
)

// A join goes by one thing.
// @ts-expect-error interval and time to live
orders.join(rates, () => 1, { between: [0, 1], ttl: { ms: 1 } })
// @ts-expect-error window and interval
orders.join(rates, () => 1, { window: tumbling({ size: 1 }), between: [0, 1] })
// @ts-expect-error lateness is for windows
orders.join(rates, () => 1, { between: [0, 1], allowedLateness: 5 })
// @ts-expect-error windows of time only
orders.join(rates, () => 1, { window: countWindow(5) })
// @ts-expect-error without event time nothing is late
orders.join(rates, () => 1, { late: 'missed' })
// @ts-expect-error two bounds
orders.join(rates, () => 1, { between: [0] })

// Temporal joins: the row may be missing in a left one.
expectTypeOf(
  orders.temporalJoin(rates, (order, rate, key) => {
    expectTypeOf(order).toEqualTypeOf<Order>()
    expectTypeOf(rate).toEqualTypeOf<Rate>()
    expectTypeOf(key).toEqualTypeOf<string>()
    return order.total > 5 ? order.total * rate.rate : undefined
  }),
).toEqualTypeOf<Stream<number>>()
orders.temporalJoin(
  rates,
  (order, rate) => {
    expectTypeOf(order).toEqualTypeOf<Order>()
    expectTypeOf(rate).toEqualTypeOf<Rate | undefined>()
  },
  { type: 'left', isDelete: (row) => row.rate === 0 },
)
// @ts-expect-error rows that nothing asks for do not come out
orders.temporalJoin(rates, () => 1, { type: 'full' })

const connected = env
  .fromBatch<Order>([])
  .connect(env.fromBatch<Rate>([]))
  .keyBy(({ currency }) => currency)
connected.join(
  (order, rate) => {
    expectTypeOf(order).toEqualTypeOf<Order>()
    expectTypeOf(rate).toEqualTypeOf<Rate | undefined>()
  },
  { between: [-1, 1], type: 'left' },
)
expectTypeOf(
  connected.temporalJoin((order, rate) => order.total / (rate?.rate ?? 1), {
    type: 'left',
    isDelete: (row) => row.rate === 0,
  }),
).toEqualTypeOf<Stream<number>>()
