import { expectTypeOf } from 'expect-type'
import {
  anyOf,
  countWindow,
  early,
  globalWindow,
  onCount,
  purging,
  session,
  sliding,
  tumbling,
  type Window,
  type WindowCount,
  type WindowedStream,
  type WindowProcessor,
} from '../../src/index.ts'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

type None = Record<never, never>
type Stream<T> = DataStream<T, None>
type View = { readonly user: string; readonly page: string }

declare const env: BaseEnvironment
const views = env.fromBatch<View>([])
const keyed = views.keyBy(({ user }) => user)
const windowed = keyed.window(tumbling({ size: 1000 }))
expectTypeOf(windowed).toEqualTypeOf<WindowedStream<View, string, None>>()
expectTypeOf(views.window(countWindow(3))).toEqualTypeOf<WindowedStream<View, undefined, None>>()
keyed.window(sliding({ size: 10, every: 5, offset: 1 }), { allowedLateness: 5, late: 'behind' })
keyed.window(globalWindow(), { trigger: purging(anyOf(onCount(3), early(100))) })

// The key is typed wherever a window is.
expectTypeOf(windowed.count()).toEqualTypeOf<Stream<WindowCount<string>>>()
expectTypeOf(windowed.reduce((a) => a)).toEqualTypeOf<Stream<View>>()
expectTypeOf(
  windowed.reduce(
    (a) => a,
    ({ page }, window) => {
      expectTypeOf(window).toEqualTypeOf<Window<string>>()
      return { page, start: window.start }
    },
    { name: 'last page' },
  ),
).toEqualTypeOf<Stream<{ page: string; start: number }>>()
expectTypeOf(
  keyed.window(session({ gap: 10 })).aggregate({
    create: () => new Set<string>(),
    add: (pages, { page }) => void pages.add(page),
    merge: (pages, others) => new Set([...pages, ...others]),
    result: ({ size }, { key, end, firing }) => ({ user: key, size, end, firing }),
  }),
).toEqualTypeOf<Stream<{ user: string; size: number; end: number; firing: 'early' | 'on-time' | 'late' }>>()
expectTypeOf(
  windowed.aggregate({ create: () => 0, add: (n) => n + 1, result: (n) => Promise.resolve(n) }),
).toEqualTypeOf<Stream<number>>()
expectTypeOf(
  windowed.process<number>((records, ctx, out) => {
    expectTypeOf(records).toEqualTypeOf<readonly View[]>()
    expectTypeOf(ctx.key).toEqualTypeOf<string>()
    expectTypeOf(ctx.window).toEqualTypeOf<Window<string>>()
    void out.emit(records.length)
  }),
).toEqualTypeOf<Stream<number>>()
expectTypeOf(
  views
    .window(tumbling({ size: 1 }))
    .process((_, { key }) => void expectTypeOf(key).toEqualTypeOf<undefined>()),
).toEqualTypeOf<Stream<unknown>>()

class Lengths implements WindowProcessor<View, number, None, string> {
  process(records: readonly View[], _ctx: unknown, out: { emit(value: number): unknown }): void {
    out.emit(records.length)
  }
}
expectTypeOf(windowed.process(Lengths)).toEqualTypeOf<Stream<number>>()
expectTypeOf(windowed.process(new Lengths())).toEqualTypeOf<Stream<number>>()
expectTypeOf(windowed.count().sideOutput<View>('late')).toEqualTypeOf<Stream<View>>()

// @ts-expect-error windows need a size
tumbling({})
// @ts-expect-error purging goes around the whole trigger
anyOf(purging(onCount(1)))
// @ts-expect-error there is no such time
keyed.window(tumbling({ size: 1 }), { time: 'ingestion' })
// @ts-expect-error a name belongs to what becomes of the windows
keyed.window(tumbling({ size: 1 }), { name: 'windows' })
