import { Effect, Stream } from 'effect'
import {
  byImmediate,
  byMicrotask,
  type Cell,
  concurrency,
  five,
  type Step,
  stepsOfA,
  stepsOfB,
  weighCount,
  weighWindow,
  windowSize,
} from '../throughput/workloads.ts'
import type { Library } from './library.ts'

/** Of the two sources that take an array, `fromIterable` is the faster: it makes chunks, `fromArray` makes one. */
const source = <Value>(input: readonly Value[]): Stream.Stream<Value> => Stream.fromIterable(input)

/** Sinks take whole chunks, the way that is fastest here. */
const drain = <Value>(stream: Stream.Stream<Value>, take: (value: Value) => void): Promise<void> =>
  Effect.runPromise(
    Stream.runForEachArray(stream, (chunk) =>
      Effect.sync(() => {
        for (const value of chunk) take(value)
      }),
    ),
  )

const sum = (stream: Stream.Stream<number>, cell: Cell): Promise<void> =>
  drain(stream, (x) => {
    cell.sum += x
  })

const chain = (input: readonly number[], steps: readonly Step[], cell: Cell): Promise<void> => {
  let stream = source(input)
  for (const step of steps) {
    stream = step.kind === 'map' ? Stream.map(stream, step.f) : Stream.filter(stream, step.f)
  }
  return sum(stream, cell)
}

const pool = (input: readonly number[], f: (x: number) => Promise<number>, cell: Cell): Promise<void> =>
  sum(
    Stream.mapEffect(source(input), (x) => Effect.promise(() => f(x)), { concurrency, unordered: true }),
    cell,
  )

export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: async (input, cell) => {
      const counts = await Effect.runPromise(
        Stream.runFold(
          source(input),
          () => new Map<string, number>(),
          (map, word) => map.set(word, (map.get(word) ?? 0) + 1),
        ),
      )
      for (const [word, count] of counts) cell.sum += weighCount(word, count)
    },
    e: (input, cell) =>
      sum(
        Stream.mergeAll(
          input.map((values) => source(values)),
          { concurrency: 'unbounded' },
        ),
        cell,
      ),
    f: (input, cell) =>
      drain(Stream.grouped(source(input), windowSize), (window) => {
        cell.sum += weighWindow(window)
      }),
    g: (input, cell) =>
      sum(
        Stream.flatMap(source(input), (x) => source(five(x))),
        cell,
      ),
    c: (input, cell) => pool(input, byMicrotask, cell),
    ci: (input, cell) => pool(input, byImmediate, cell),
  },
  chain,
}
