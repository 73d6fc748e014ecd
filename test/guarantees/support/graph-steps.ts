import { map as rxMap } from 'rxjs'
import { sources } from './graph-sources.ts'
import {
  calls,
  type Expected,
  items,
  letsWait,
  type Numbers,
  type Operator,
  paced,
  parallel,
  type Step,
  subtasks,
} from './graph-step.ts'
import { range, turn } from './run.ts'

const sum = (a: number, b: number): number => (a + b) % 1000

const groups = (values: Expected, key: (value: number) => number): Map<number, number[]> => {
  const found = new Map<number, number[]>()
  for (const value of values) found.set(key(value), [...(found.get(key(value)) ?? []), value])
  return found
}

const keyOf =
  ({ size }: Step) =>
  (value: number): number =>
    value % ((size % 7) + 1)

const fails = (value: number): boolean => value % 5 === 0

export const operators: Readonly<Record<string, Operator>> = {
  map: {
    build: (_env, [a], step) => [
      a.map(
        paced(step, (v) => v + step.size),
        calls(step),
      ),
    ],
    expect: ([a], { size }) => [a.map((v) => v + size)],
  },
  mapAndDrop: {
    build: (_env, [a], step) => [
      a.map(
        paced(step, (v) => (v % 3 === 0 ? undefined : v)),
        calls(step),
      ),
    ],
    expect: ([a]) => [a.filter((v) => v % 3 !== 0)],
  },
  filter: {
    build: (_env, [a], step) => [
      a.filter(
        paced(step, (v) => v % 2 === 0),
        calls(step),
      ),
    ],
    expect: ([a]) => [a.filter((v) => v % 2 === 0)],
  },
  flatMap: {
    build: (_env, [a], step) => [
      a.flatMap(
        paced(step, (v) => range(v % 4, v)),
        calls(step),
      ),
    ],
    expect: ([a]) => [a.flatMap((v) => range(v % 4, v))],
  },
  flatMapLazily: {
    build: (_env, [a], step) => [
      a.flatMap(async function* (v: number) {
        for (const out of range(v % 3, v)) {
          if (letsWait(step.pace, out)) await turn()
          yield out
        }
      }, calls(step)),
    ],
    expect: ([a]) => [a.flatMap((v) => range(v % 3, v))],
  },
  tap: {
    build: (_env, [a], step) => [
      a.tap(
        paced(step, () => false),
        calls(step),
      ),
    ],
    expect: ([a]) => [a],
  },
  process: {
    build: (_env, [a], step) => {
      const both = a.process<number>(async (v, _ctx, out) => {
        if (letsWait(step.pace, v)) await turn()
        await out.emit(v)
        if (v % 2 === 1) await out.side('odd', v)
        if (v % 4 === 0) await out.emit(v + 1)
      }, calls(step))
      return [both, both.sideOutput<number>('odd')]
    },
    expect: ([a]) => [a.flatMap((v) => (v % 4 === 0 ? [v, v + 1] : [v])), a.filter((v) => v % 2 === 1)],
  },
  processAtOnce: {
    build: (_env, [a], step) => {
      const both = a.process<number>(
        (v, _ctx, out) => void (v % 2 === 0 ? out.emit(v) : out.side('odd', v)),
        parallel(step),
      )
      return [both, both.sideOutput<number>('odd')]
    },
    expect: ([a]) => [a.filter((v) => v % 2 === 0), a.filter((v) => v % 2 === 1)],
  },
  union: {
    build: (_env, [a, b], step) => [a.union(b, parallel(step))],
    expect: ([a, b]) => [[...a, ...b]],
  },
  comap: {
    build: (_env, [a, b], step) => [
      a.connect(b).comap([paced(step, (v: number) => v + 1), paced(step, (v: number) => v * 2)], calls(step)),
    ],
    expect: ([a, b]) => [[...a.map((v) => v + 1), ...b.map((v) => v * 2)]],
  },
  join: {
    build: (_env, [a, b], step) => {
      const type = (['inner', 'left', 'full'] as const)[step.size % 3]!
      return [
        a
          .keyBy(keyOf(step))
          .join(
            b.keyBy(keyOf(step)),
            (l: number | undefined, r: number | undefined) => sum(l ?? 500, 2 * (r ?? 700)),
            { ...parallel(step), type },
          ),
      ]
    },
    expect: ([a, b], step) => {
      const key = keyOf(step)
      const [lefts, rights] = [groups(a, key), groups(b, key)]
      const pairs = a.flatMap((l) => (rights.get(key(l)) ?? []).map((r) => sum(l, 2 * r)))
      const onlyLeft = a.filter((l) => !rights.has(key(l))).map((l) => sum(l, 1400))
      const onlyRight = b.filter((r) => !lefts.has(key(r))).map((r) => sum(500, 2 * r))
      return [[...pairs, ...(step.size % 3 > 0 ? onlyLeft : []), ...(step.size % 3 === 2 ? onlyRight : [])]]
    },
  },
  reduce: {
    build: (_env, [a], step) => [a.keyBy(keyOf(step)).reduce(sum, parallel(step))],
    expect: ([a], step) => [[...groups(a, keyOf(step)).values()].map((group) => group.reduce(sum))],
  },
  reduceAll: {
    build: (_env, [a]) => [a.reduce(async (x, y) => sum(x, y))],
    expect: ([a]) => [a.length === 0 ? [] : [a.reduce(sum)]],
  },
  count: {
    build: (_env, [a], step) => [
      a
        .keyBy(keyOf(step))
        .count(parallel(step))
        .map(([key, count]) => key * 10 + count),
    ],
    expect: ([a], step) => [[...groups(a, keyOf(step))].map(([key, group]) => key * 10 + group.length)],
  },
  scan: {
    build: (_env, [a], step) => [a.keyBy(keyOf(step)).scan((n) => n + 1, 0, parallel(step))],
    expect: ([a], step) => [[...groups(a, keyOf(step)).values()].flatMap((group) => range(group.length, 1))],
  },
  dedupe: {
    build: (_env, [a]) => [a.dedupe()],
    expect: ([a]) => [[...new Set(a)]],
  },
  keyedMap: {
    build: (_env, [a], step) => [
      a
        .keyBy(keyOf(step))
        .filter((v) => v % 7 !== 0)
        .map(
          paced(step, (v) => v + 1),
          calls(step),
        ),
    ],
    expect: ([a]) => [a.filter((v) => v % 7 !== 0).map((v) => v + 1)],
  },
  batch: {
    build: (_env, [a], step) => [a.batch((step.size % 5) + 1, parallel(step)).flatMap((batch) => batch)],
    expect: ([a]) => [a],
  },
  // Which records they are depends on timing, but not how many.
  take: {
    build: (_env, [a], { size }) => [a.take(size).map(() => 7)],
    expect: ([a], { size }) => [a.slice(0, size).map(() => 7)],
  },
  takeAndCancel: {
    build: (env, _inputs, step) => [
      env
        .fromBatch(items(step), subtasks(step))
        .map(
          paced(step, (v) => v),
          calls(step),
        )
        .take(step.right)
        .map(() => 9),
    ],
    expect: (_inputs, step) => [
      items(step)
        .slice(0, step.right)
        .map(() => 9),
    ],
  },
  skip: {
    build: (_env, [a], { size }) => [a.skip(size).map(() => 8)],
    expect: ([a], { size }) => [a.slice(size).map(() => 8)],
  },
  rebalance: {
    build: (_env, [a], step) => [a.rebalance().map((v) => v, parallel(step))],
    expect: ([a]) => [a],
  },
  pipe: {
    build: (_env, [a], step) => [
      a.pipe(
        rxMap((v: number) => v + 3),
        parallel(step),
      ),
    ],
    expect: ([a]) => [a.map((v) => v + 3)],
  },
  concat: {
    build: (env, [a], step) => {
      const other = env.fromBatch(items(step)) as Numbers
      return [step.ordered ? a.concat(other) : other.concat(a)]
    },
    expect: ([a], step) => [[...a, ...items(step)]],
  },
  giveUp: {
    build: (_env, [a], step) => {
      const fn = paced(step, (v) => {
        if (fails(v)) throw new Error(`${v}`)
        return v
      })
      const onError = (
        [
          'skip',
          'dead-letter',
          { retry: { attempts: 2 }, then: 'skip' },
          { retry: { attempts: 1 }, then: 'dead-letter' },
        ] as const
      )[step.size % 4]!
      return [a.map(fn, { ...calls(step), onError })]
    },
    expect: ([a]) => [a.filter((v) => !fails(v))],
    letters: ([a], { size }) => (size % 2 === 1 ? a.filter(fails) : []),
  },
  loop: {
    build: (env, [a], step) => {
      const again = env.fromFuture<number>(`again ${env.graph.nodes.length}`, { admit: step.size + 1 })
      const { placement: _loopsStay, ...own } = calls(step)
      const next = a.union(again, subtasks(step)).map(
        paced(step, (v) => v + 1),
        own,
      )
      next.filter((v) => v % 4 !== 0).fillFuture(again as never)
      return [next.filter((v) => v % 4 === 0)]
    },
    expect: ([a]) => [a.map((v) => (Math.floor(v / 4) + 1) * 4)],
  },
}

export const sourceNames = ['array', 'generator', 'asyncGenerator', 'pull', 'observable', 'readable']

/** The operator a step adds. */
export const operatorOf = (step: Step): Operator => sources(step)[step.operator] ?? operators[step.operator]!

export const isSource = ({ operator }: Step): boolean => sourceNames.includes(operator)
