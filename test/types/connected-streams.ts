import { expectTypeOf } from 'expect-type'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type { ConnectedStreams } from '../../src/stream/connected-streams.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

type None = Record<never, never>
type Stream<T> = DataStream<T, None>

declare const env: BaseEnvironment
const numbers = env.fromBatch([1])
const texts = env.fromBatch(['a'])
const flags = env.fromBatch([true])
const two = numbers.connect(texts)
const three = numbers.connect(texts, flags)

expectTypeOf(three).toEqualTypeOf<ConnectedStreams<[number, string, boolean], None>>()
expectTypeOf(numbers.keyBy(String).connect(texts.keyBy(Number))).toEqualTypeOf<
  ConnectedStreams<[number, string], None>
>()

// comap: one function per input, each with a result of its own.
three.comap([
  (n) => expectTypeOf(n).toEqualTypeOf<number>(),
  (text) => expectTypeOf(text).toEqualTypeOf<string>(),
  (flag) => expectTypeOf(flag).toEqualTypeOf<boolean>(),
])
expectTypeOf(two.comap([(n) => ({ n }), async (text) => (text === '' ? undefined : { text })])).toEqualTypeOf<
  Stream<{ n: number } | { text: string }>
>()
class Both {
  map0(n: number): string {
    return String(n)
  }
  async map1(text: string): Promise<number | undefined> {
    return text.length
  }
}
expectTypeOf(two.comap(Both)).toEqualTypeOf<Stream<string | number>>()
// @ts-expect-error a function is missing
three.comap([(n) => n, (text) => text])
// @ts-expect-error a function too many
two.comap([(n) => n, (text) => text, () => true])
// @ts-expect-error a method is missing
three.comap(Both)
// @ts-expect-error the second input has strings
two.comap([(n) => n, (n: number) => n])

// On the union.
expectTypeOf(two.union()).toEqualTypeOf<Stream<number | string>>()
two.map((value) => expectTypeOf(value).toEqualTypeOf<number | string>())
expectTypeOf(two.sink((value) => expectTypeOf(value).toEqualTypeOf<number | string>())).toEqualTypeOf<
  Stream<number | string>
>()

// Keyed: one selector for all, or one for each.
const keyed = two.keyBy([(n) => n, (text) => text.length])
keyed.comap([(_, { key }) => expectTypeOf(key).toEqualTypeOf<number>(), (text) => text])
two.keyBy((value) => expectTypeOf(value).toEqualTypeOf<number | string>())
expectTypeOf(keyed.join((n, text, key) => ({ n, text, key }))).toEqualTypeOf<
  Stream<{ n: number; text: string; key: number }>
>()
keyed.join(
  (n, text) => {
    expectTypeOf(n).toEqualTypeOf<number | undefined>()
    expectTypeOf(text).toEqualTypeOf<string | undefined>()
  },
  { type: 'full' },
)
// @ts-expect-error a selector is missing
two.keyBy([(n) => n])
// @ts-expect-error a join has two inputs
three.keyBy(String).join(() => 1)
// Streams without keys do not join.
expectTypeOf(two).not.toHaveProperty('join')
