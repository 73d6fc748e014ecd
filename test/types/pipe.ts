import { expectTypeOf } from 'expect-type'
import {
  bufferCount,
  delay,
  filter,
  map,
  type Observable,
  scan,
  type SchedulerLike,
  take,
  throttleTime,
} from 'rxjs'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

type Stream<T> = DataStream<T, Record<never, never>>

declare const env: BaseEnvironment
const numbers = env.fromBatch([1])
const up = map((n: number) => n + 1)

// Operators, as in RxJS, up to nine.
expectTypeOf(numbers.pipe(map((n) => String(n)))).toEqualTypeOf<Stream<string>>()
expectTypeOf(
  numbers.pipe(
    map((n) => n + 1),
    filter((n) => n > 1),
  ),
).toEqualTypeOf<Stream<number>>()
expectTypeOf(
  numbers.pipe(
    map((n) => n + 1),
    bufferCount(2),
    map((pair) => pair.length > 1),
  ),
).toEqualTypeOf<Stream<boolean>>()
expectTypeOf(
  numbers.pipe(
    map((n) => n + 1),
    bufferCount(2),
    map((pair) => pair.length),
    map((n) => String(n)),
  ),
).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.pipe(up, up, up, up, map(String))).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.pipe(up, up, up, up, up, map(String))).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.pipe(up, up, up, up, up, up, map(String))).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.pipe(up, up, up, up, up, up, up, map(String))).toEqualTypeOf<Stream<string>>()
expectTypeOf(
  numbers.pipe(
    up,
    up,
    up,
    up,
    up,
    up,
    up,
    up,
    map((n) => String(n)),
  ),
).toEqualTypeOf<Stream<string>>()

// Options come last.
expectTypeOf(numbers.pipe(up, { name: 'rx' })).toEqualTypeOf<Stream<number>>()
expectTypeOf(numbers.pipe(up, map(String), { name: 'rx', parallelism: 2 })).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.pipe(up, up, up, up, up, up, up, up, map(String), { name: 'rx' })).toEqualTypeOf<
  Stream<string>
>()
// @ts-expect-error pipe knows no error policy
numbers.pipe(up, { onError: 'skip' })

// A function of the source, which carries the context.
expectTypeOf(
  numbers.pipe((source) => {
    expectTypeOf(source).toExtend<Observable<number>>()
    expectTypeOf(source.scheduler).toEqualTypeOf<SchedulerLike>()
    expectTypeOf(source.signal).toEqualTypeOf<AbortSignal>()
    expectTypeOf(source.subtaskIndex).toEqualTypeOf<number>()
    expectTypeOf(source.now()).toEqualTypeOf<number>()
    return source.pipe(
      delay(1, source.scheduler),
      map((n) => String(n)),
    )
  }),
).toEqualTypeOf<Stream<string>>()
expectTypeOf(numbers.pipe((source) => source.pipe(take(1)), { name: 'first' })).toEqualTypeOf<
  Stream<number>
>()

// A function of the context that returns operators: the last one decides.
expectTypeOf(
  numbers.pipe(({ scheduler }) => [throttleTime(10, scheduler), map((n: number) => String(n))]),
).toEqualTypeOf<Stream<string>>()
expectTypeOf(
  numbers.pipe((_ctx) => [scan((all: number[], n: number) => [...all, n], [])], { name: 'rx' }),
).toEqualTypeOf<Stream<number[]>>()

// @ts-expect-error the stream has numbers
numbers.pipe(map((text: string) => text))
// @ts-expect-error the second operator takes strings
numbers.pipe(
  up,
  map((text: string) => text),
)
// @ts-expect-error neither an Observable nor operators
numbers.pipe(() => 3)
// @ts-expect-error declared or not
numbers.pipe(up, { stateless: 'yes' })
numbers.pipe(up, { stateless: true, name: 'up' })
