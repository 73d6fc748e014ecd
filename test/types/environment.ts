import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { expectTypeOf } from 'expect-type'
import { of } from 'rxjs'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type { DeadLetter } from '../../src/functions/error-policy.ts'
import { END } from '../../src/functions/user-functions.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import type { FutureStream } from '../../src/stream/future-stream.ts'

type None = Record<never, never>
declare const env: BaseEnvironment
declare const node: Readable
declare const web: ReadableStream<string>
declare const generate: () => AsyncGenerator<number>

// Sources infer what they emit.
expectTypeOf(env.fromBatch([1, 2])).toEqualTypeOf<DataStream<number, None>>()
expectTypeOf(env.fromBatch(generate)).toEqualTypeOf<DataStream<number, None>>()
expectTypeOf(env.fromBatch(generate())).toEqualTypeOf<DataStream<number, None>>()
expectTypeOf(env.fromBatch(() => new Set(['a']))).toEqualTypeOf<DataStream<string, None>>()
expectTypeOf(env.fromBatch([1, null])).toEqualTypeOf<DataStream<number | null, None>>()
expectTypeOf(env.fromSource(() => (Math.random() > 0.5 ? String(1) : END))).toEqualTypeOf<
  DataStream<string, None>
>()
expectTypeOf(env.fromSource(async ({ subtaskIndex }) => subtaskIndex)).toEqualTypeOf<
  DataStream<number, None>
>()
expectTypeOf(env.fromObservable(of(true))).toEqualTypeOf<DataStream<boolean, None>>()
expectTypeOf(env.fromReadable(web)).toEqualTypeOf<DataStream<string, None>>()
expectTypeOf(env.fromReadable(node)).toEqualTypeOf<DataStream<Uint8Array, None>>()
expectTypeOf(env.fromReadable<string>(() => node)).toEqualTypeOf<DataStream<string, None>>()
expectTypeOf(env.fromInterval(10)).toEqualTypeOf<DataStream<number, None>>()
expectTypeOf(env.fromFuture<string>('again')).toEqualTypeOf<FutureStream<string, None>>()
expectTypeOf(env.deadLetters<number>()).toEqualTypeOf<DataStream<DeadLetter<number>, None>>()

class Counter {
  next(): number | typeof END {
    return END
  }
}
expectTypeOf(env.fromSource(Counter)).toEqualTypeOf<DataStream<number, None>>()
expectTypeOf(env.fromSource(new Counter())).toEqualTypeOf<DataStream<number, None>>()

// @ts-expect-error a number cannot be iterated
env.fromBatch(3)
// @ts-expect-error a source knows no error policy
env.fromBatch([1], { onError: 'skip' })
// @ts-expect-error there is one subscription
env.fromObservable(of(1), { parallelism: 2 })
// @ts-expect-error there is no such policy
env.fromObservable(of(1), { overflow: 'buffer' })
// @ts-expect-error a source returns records, not arrays of options
env.fromSource({ previous: () => 1 })
