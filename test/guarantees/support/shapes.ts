import type { DataStream } from '../../../src/index.ts'
import { range, turn } from './run.ts'

type Numbers = DataStream<number>

const COUNT = 120
/** What every source gives. */
export const input = range(COUNT)

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Odd subtasks wait for a turn of the event loop now and then, so slow and fast ones are mixed. */
const mixed = <T>(value: T, ctx: { readonly subtaskIndex: number }, n: number): T | Promise<T> =>
  ctx.subtaskIndex % 2 === 1 && n % 3 === 0 ? turn().then(() => value) : value

interface Shape {
  /** Adds operators with `parallelism` subtasks between the source and the sink. */
  readonly build: (source: Numbers, parallelism: number, again: () => Numbers) => DataStream<unknown>
  readonly expected: readonly unknown[]
}

/** Every way for records to go from a source to a sink. */
export const shapes: Readonly<Record<string, Shape>> = {
  map: {
    build: (s, parallelism) => s.map((v, ctx) => mixed(v + 1, ctx, v), { parallelism }),
    expected: input.map((v) => v + 1),
  },
  'concurrent map': {
    build: (s, parallelism) => s.map((v, ctx) => mixed(v, ctx, v), { parallelism, concurrency: 4 }),
    expected: input,
  },
  'unordered map': {
    build: (s, parallelism) =>
      s.map((v, ctx) => mixed(v, ctx, v), { parallelism, concurrency: 4, ordered: false }),
    expected: input,
  },
  filter: {
    build: (s, parallelism) => s.filter((v, ctx) => mixed(v % 2 === 0, ctx, v), { parallelism }),
    expected: input.filter((v) => v % 2 === 0),
  },
  flatMap: {
    build: (s, parallelism) => s.flatMap((v, ctx) => mixed([v, -v], ctx, v), { parallelism }),
    expected: input.flatMap((v) => [v, -v]),
  },
  'keyed reduce': {
    build: (s, parallelism) => s.keyBy((v) => v % 11).reduce((a, b) => a + b, { parallelism }),
    expected: range(11).map((key) => sum(input.filter((v) => v % 11 === key))),
  },
  'keyed map': {
    build: (s, parallelism) => s.keyBy((v) => v % 11).map((v, ctx) => mixed(v, ctx, v), { parallelism }),
    expected: input,
  },
  union: {
    build: (s, parallelism, again) =>
      s.union(again(), { parallelism }).map((v, ctx) => mixed(v, ctx, v), { parallelism }),
    expected: [...input, ...input],
  },
  comap: {
    build: (s, parallelism, again) =>
      s.connect(again()).comap([(v, ctx) => mixed(`a${v}`, ctx, v), (v) => `b${v}`], { parallelism }),
    expected: [...input.map((v) => `a${v}`), ...input.map((v) => `b${v}`)],
  },
  'inner join': {
    build: (s, parallelism, again) =>
      s
        .keyBy((v) => v)
        .join(
          again()
            .filter((v) => v % 2 === 0)
            .keyBy((v) => v),
          (l, r) => [l, r],
          { parallelism },
        ),
    expected: input.filter((v) => v % 2 === 0).map((v) => [v, v]),
  },
  'left join': {
    build: (s, parallelism, again) =>
      s
        .keyBy((v) => v)
        .join(
          again()
            .filter((v) => v % 2 === 0)
            .keyBy((v) => v),
          (l, r) => [l, r ?? 'none'],
          { parallelism, type: 'left' },
        ),
    expected: input.map((v) => [v, v % 2 === 0 ? v : 'none']),
  },
  'full join': {
    build: (s, parallelism, again) =>
      s
        .keyBy((v) => v)
        .join(
          again().keyBy((v) => v + 60),
          (l, r) => [l ?? 'none', r ?? 'none'],
          { parallelism, type: 'full' },
        ),
    expected: range(180).map((key) => [key < COUNT ? key : 'none', key >= 60 ? key - 60 : 'none']),
  },
  'diamond, united again': {
    build: (s, parallelism) => {
      const left = s.map((v, ctx) => mixed(v, ctx, v), { parallelism })
      const right = s.filter((v) => v % 3 === 0, { parallelism }).map((v) => -v, { parallelism: 2 })
      return left.union(right, { parallelism })
    },
    expected: [...input, ...input.filter((v) => v % 3 === 0).map((v) => -v)],
  },
  'diamond, joined again': {
    build: (s, parallelism) => {
      const left = s.map((v, ctx) => mixed(v, ctx, v), { parallelism }).keyBy((v) => v)
      const right = s.map((v) => v * 2, { parallelism }).keyBy((v) => v / 2)
      return left.join(right, (l, r) => l + r, { parallelism })
    },
    expected: input.map((v) => 3 * v),
  },
  'batch and flatten': {
    build: (s, parallelism) => s.batch(7, { parallelism }).flatMap((batch) => batch),
    expected: input,
  },
  broadcast: {
    build: (s, parallelism) =>
      s.broadcast().map((v, ctx) => (ctx.subtaskIndex === 0 ? v : undefined), { parallelism }),
    expected: input,
  },
}
