import { expectTypeOf } from 'expect-type'
import { z } from 'zod'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type { Collector, RecordContext } from '../../src/functions/context.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

type None = Record<never, never>
type Stream<T> = DataStream<T, None>

declare const env: BaseEnvironment
const numbers = env.fromBatch([1, 2])
const texts = env.fromBatch(['a'])

// map: undefined drops, promises are awaited, everything else passes.
expectTypeOf(numbers.map((n) => String(n))).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.map(async (n) => n > 1)).toEqualTypeOf<Stream<boolean>>()
expectTypeOf(numbers.map((n) => (n > 1 ? String(n) : undefined))).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.map(async (n) => (n > 1 ? String(n) : undefined))).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.map((n) => (n > 1 ? n : null))).toEqualTypeOf<Stream<number | null>>()
numbers.map((_, ctx) => {
  expectTypeOf(ctx).toEqualTypeOf<RecordContext<None, undefined>>()
  expectTypeOf(ctx.key).toEqualTypeOf<undefined>()
  expectTypeOf(ctx.timestamp).toEqualTypeOf<number | undefined>()
})

class Format {
  open(): void {}
  map(n: number): string {
    return String(n)
  }
  end(out: Collector<string>): void {
    void out.emit('end')
  }
}
expectTypeOf(numbers.map(Format)).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.map(new Format())).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.map({ map: (n) => n + 1 })).toEqualTypeOf<Stream<number>>()
// @ts-expect-error the stream has numbers
numbers.map((text: string) => text)
// @ts-expect-error the stream has strings
texts.map(Format)
// @ts-expect-error no such option
numbers.map((n) => n, { concurency: 2 })
// @ts-expect-error no such policy
numbers.map((n) => n, { onError: 'ignore' })
numbers.map((n) => n, { onError: { retry: { attempts: 2 }, then: 'skip' }, concurrency: 4, ordered: false })

// filter: type guards narrow, also those TypeScript infers.
declare const isOne: (n: number) => n is 1
expectTypeOf(numbers.filter(isOne)).toEqualTypeOf<Stream<1>>()
expectTypeOf(env.fromBatch([1, undefined]).filter((n) => n !== undefined)).toEqualTypeOf<Stream<number>>()
expectTypeOf(numbers.filter((n) => n > 1)).toEqualTypeOf<Stream<number>>()
expectTypeOf(numbers.filter(async (n) => n > 1)).toEqualTypeOf<Stream<number>>()
expectTypeOf(numbers.filter({ filter: (n) => n > 1 }, { name: 'big' })).toEqualTypeOf<Stream<number>>()
// @ts-expect-error a predicate gives a boolean
numbers.filter((n) => n)

// flatMap, tap, process.
expectTypeOf(numbers.flatMap((n) => [n, String(n)])).toEqualTypeOf<Stream<number | string>>()
expectTypeOf(
  numbers.flatMap(async function* (n) {
    yield n > 1
  }),
).toEqualTypeOf<Stream<boolean>>()
expectTypeOf(numbers.flatMap((n) => (n > 1 ? new Set([n]) : undefined))).toEqualTypeOf<Stream<number>>()
// @ts-expect-error a number cannot be iterated
numbers.flatMap((n) => n)
expectTypeOf(numbers.tap((n) => n + 1)).toEqualTypeOf<Stream<number>>()
expectTypeOf(numbers.process((n, _ctx, out: Collector<string>) => out.emit(String(n)))).toEqualTypeOf<
  Stream<string>
>()
expectTypeOf(numbers.process<boolean>((n, _ctx, out) => out.emit(n > 1))).toEqualTypeOf<Stream<boolean>>()
expectTypeOf(numbers.process<boolean>(() => {}).sideOutput<string>('late')).toEqualTypeOf<Stream<string>>()
// @ts-expect-error the stream is to have booleans
numbers.process<boolean>((n, _ctx, out) => out.emit(n))

// validate gives what the schema lets through.
const schema = z.object({ at: z.string().transform((text) => new Date(text)) })
expectTypeOf(env.fromBatch<unknown>([]).validate(schema)).toEqualTypeOf<Stream<{ at: Date }>>()
// @ts-expect-error no schema
numbers.validate({ parse: () => 1 })

// Combining.
expectTypeOf(numbers.union(numbers, numbers.keyBy(String))).toEqualTypeOf<Stream<number>>()
expectTypeOf(numbers.union(numbers, { name: 'all' })).toEqualTypeOf<Stream<number>>()
expectTypeOf(numbers.concat(numbers)).toEqualTypeOf<Stream<number>>()
// @ts-expect-error a union is of streams of one type
numbers.union(texts)
// @ts-expect-error one stream after the other has one subtask
numbers.concat(numbers, { parallelism: 2 })

// Pacing and results for the whole stream.
expectTypeOf(numbers.batch(10)).toEqualTypeOf<Stream<number[]>>()
expectTypeOf(numbers.batch({ size: 10, interval: 5 }).flatMap((batch) => batch)).toEqualTypeOf<
  Stream<number>
>()
expectTypeOf(numbers.take(1).skip(1).throttle({ count: 1, interval: 1 }).timeout(1)).toEqualTypeOf<
  Stream<number>
>()
expectTypeOf(numbers.reduce((a, b) => a + b)).toEqualTypeOf<Stream<number>>()
expectTypeOf(numbers.scan((sum, n) => sum + n, 0)).toEqualTypeOf<Stream<number>>()
expectTypeOf(
  numbers.scan(
    (seen, n) => seen.add(n),
    () => new Set<number>(),
  ),
).toEqualTypeOf<Stream<Set<number>>>()
expectTypeOf(numbers.count()).toEqualTypeOf<Stream<number>>()
expectTypeOf(numbers.dedupe((n) => n % 2)).toEqualTypeOf<Stream<number>>()
expectTypeOf(
  numbers.aggregate({
    create: () => ({ sum: 0 }),
    add: (total, n) => {
      total.sum += n
    },
    result: ({ sum }) => String(sum),
  }),
).toEqualTypeOf<Stream<string>>()
// @ts-expect-error a reducer returns what it folds
numbers.reduce((a, b) => String(a + b))
// @ts-expect-error the accumulator is a number
numbers.scan((sum, n) => `${sum}${n}`, 0)
// @ts-expect-error a result for the whole stream has one subtask
numbers.reduce((a, b) => a + b, { parallelism: 2 })

// Feedback.
const again = env.fromFuture<number>('again')
numbers.union(again).fillFuture(again)
// @ts-expect-error the future is of numbers
texts.fillFuture(again)
// @ts-expect-error this is no future
numbers.fillFuture(numbers)
