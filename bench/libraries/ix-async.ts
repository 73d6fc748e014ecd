import { type AsyncIterableX, from, merge, reduce } from 'ix/asynciterable'
import { buffer, concatMap, filter, flatMap, map } from 'ix/asynciterable/operators'
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

const sum = (stream: AsyncIterableX<number>, cell: Cell): Promise<void> =>
  stream.forEach((x) => {
    cell.sum += x
  })

const chain = (input: readonly number[], steps: readonly Step[], cell: Cell): Promise<void> => {
  let stream = from(input)
  for (const step of steps) stream = stream.pipe(step.kind === 'map' ? map(step.f) : filter(step.f))
  return sum(stream, cell)
}

const pool = (input: readonly number[], f: (x: number) => Promise<number>, cell: Cell): Promise<void> =>
  sum(from(input).pipe(flatMap((x) => from(f(x)), concurrency)), cell)

export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: async (input, cell) => {
      const counts = await reduce(from(input), {
        callback: (map, word) => map.set(word, (map.get(word) ?? 0) + 1),
        seed: new Map<string, number>(),
      })
      for (const [word, count] of counts) cell.sum += weighCount(word, count)
    },
    e: (input, cell) => {
      const [first, ...rest] = input.map((values) => from(values))
      return first === undefined ? Promise.resolve() : sum(merge(first, ...rest), cell)
    },
    f: (input, cell) =>
      from(input)
        .pipe(buffer(windowSize))
        .forEach((window) => {
          cell.sum += weighWindow(window)
        }),
    g: (input, cell) => sum(from(input).pipe(concatMap((x) => from(five(x)))), cell),
    c: (input, cell) => pool(input, byMicrotask, cell),
    ci: (input, cell) => pool(input, byImmediate, cell),
  },
  chain,
}
