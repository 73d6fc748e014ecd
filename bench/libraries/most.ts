import { from, mergeArray, of, type Stream } from 'most'
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
} from '../throughput/workloads.ts'
import type { Library } from './library.ts'

const source = <Value>(input: readonly Value[]): Stream<Value> => from(input as Value[])

const sum = (stream: Stream<number>, cell: Cell): Promise<void> =>
  stream.observe((x) => {
    cell.sum += x
  })

const chain = (input: readonly number[], steps: readonly Step[], cell: Cell): Promise<void> => {
  let stream = source(input)
  for (const step of steps) stream = step.kind === 'map' ? stream.map(step.f) : stream.filter(step.f)
  return sum(stream, cell)
}

/** The inner stream calls only when it is subscribed; mapping to promises first would start every call at once. */
const pool = (input: readonly number[], f: (x: number) => Promise<number>, cell: Cell): Promise<void> => {
  const calls = source(input).map((x) => of(x).map(f).awaitPromises())
  return sum(calls.mergeConcurrently(concurrency), cell)
}

export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: async (input, cell) => {
      const counts = await source(input).reduce(
        (map, word) => map.set(word, (map.get(word) ?? 0) + 1),
        new Map<string, number>(),
      )
      for (const [word, count] of counts) cell.sum += weighCount(word, count)
    },
    e: (input, cell) => sum(mergeArray(input.map((values) => source(values))), cell),
    g: (input, cell) =>
      sum(
        source(input).chain((x) => source(five(x))),
        cell,
      ),
    c: (input, cell) => pool(input, byMicrotask, cell),
    ci: (input, cell) => pool(input, byImmediate, cell),
  },
  chain,
}
