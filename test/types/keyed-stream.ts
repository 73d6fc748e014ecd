import { expectTypeOf } from 'expect-type'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import type { KeyedStream } from '../../src/stream/keyed-stream.ts'

type None = Record<never, never>
type Stream<T> = DataStream<T, None>
type User = { readonly id: number; readonly name: string }
type Order = { readonly user: number; readonly total: number }

declare const env: BaseEnvironment
const users = env.fromBatch<User>([]).keyBy((user) => user.id)
const orders = env.fromBatch<Order>([]).keyBy((order) => order.user)

expectTypeOf(users).toEqualTypeOf<KeyedStream<User, number, None>>()
expectTypeOf(env.fromBatch<User>([]).keyBy(({ id, name }) => ({ id, name }))).toEqualTypeOf<
  KeyedStream<User, { id: number; name: string }, None>
>()

// The key is typed in the context and in results.
users.map((_, { key }) => expectTypeOf(key).toEqualTypeOf<number>())
users.flatMap((_, { key }) => [expectTypeOf(key).toEqualTypeOf<number>()])
users.filter((_, { key }) => key > 1)
users.tap((_, { key }) => expectTypeOf(key).toEqualTypeOf<number>())
users.process((_, { key }) => void expectTypeOf(key).toEqualTypeOf<number>())
users.sink((_, { key }) => expectTypeOf(key).toEqualTypeOf<number>())
users.sink({ write: (_, { key }) => expectTypeOf(key).toEqualTypeOf<number>() })
expectTypeOf(users.count()).toEqualTypeOf<Stream<[key: number, count: number]>>()
expectTypeOf(users.reduce((a) => a)).toEqualTypeOf<Stream<User>>()
expectTypeOf(users.scan((names, { name }) => [...names, name], [] as string[])).toEqualTypeOf<
  Stream<string[]>
>()
expectTypeOf(users.dedupe({ capacity: 10 })).toEqualTypeOf<Stream<User>>()
expectTypeOf(
  users.aggregate({ create: () => 0, add: (n) => n + 1, result: (n, key) => ({ key, n }) }),
).toEqualTypeOf<Stream<{ key: number; n: number }>>()

// The key is gone from what map puts out; filter and tap keep it.
expectTypeOf(users.map(({ name }) => name)).toEqualTypeOf<Stream<string>>()
expectTypeOf(users.filter(({ id }) => id > 1)).toEqualTypeOf<KeyedStream<User, number, None>>()
expectTypeOf(users.tap(() => {})).toEqualTypeOf<KeyedStream<User, number, None>>()
expectTypeOf(users.filter((user): user is User & { name: 'a' } => user.name === 'a')).toEqualTypeOf<
  KeyedStream<User & { name: 'a' }, number, None>
>()

// Joins: the type decides which side may be missing.
users.join(orders, (left, right, key) => {
  expectTypeOf(left).toEqualTypeOf<User>()
  expectTypeOf(right).toEqualTypeOf<Order>()
  expectTypeOf(key).toEqualTypeOf<number>()
})
users.join(
  orders,
  (left, right) => {
    expectTypeOf(left).toEqualTypeOf<User>()
    expectTypeOf(right).toEqualTypeOf<Order | undefined>()
  },
  { type: 'left' },
)
users.join(
  orders,
  (left, right) => {
    expectTypeOf(left).toEqualTypeOf<User | undefined>()
    expectTypeOf(right).toEqualTypeOf<Order | undefined>()
  },
  { type: 'full', name: 'all' },
)
expectTypeOf(users.join(orders, ({ name }, { total }) => ({ name, total }))).toEqualTypeOf<
  Stream<{ name: string; total: number }>
>()
expectTypeOf(
  users.join(orders, ({ name }, order) => (order ? undefined : name), { type: 'left' }),
).toEqualTypeOf<Stream<string>>()

// @ts-expect-error the order may be missing
users.join(orders, ({ name }, { total }) => ({ name, total }), { type: 'left' })
// @ts-expect-error a join is of two keyed streams
users.join(env.fromBatch<Order>([]), ({ name }) => name)
// @ts-expect-error the keys are of two types
users.join(env.fromBatch<Order>([]).keyBy(String), ({ name }) => name)
// @ts-expect-error there is no such join
users.join(orders, ({ name }) => name, { type: 'outer' })
// Unkeyed streams do not join, and only operators emit on the side.
expectTypeOf(env.fromBatch<User>([])).not.toHaveProperty('join')
expectTypeOf(users).not.toHaveProperty('sideOutput')
