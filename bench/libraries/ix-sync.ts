import { from, type IterableX, reduce } from 'ix/iterable'
import { buffer, concatAll, filter, flatMap, map } from 'ix/iterable/operators'
import {
  type Cell,
  five,
  type Step,
  stepsOfA,
  stepsOfB,
  weighCount,
  weighWindow,
  windowSize,
} from '../throughput/workloads.ts'
import type { Library } from './library.ts'

const sum = (stream: IterableX<number>, cell: Cell): void => {
  stream.forEach((x) => {
    cell.sum += x
  })
}

const chain = (input: readonly number[], steps: readonly Step[], cell: Cell): void => {
  let stream = from(input)
  for (const step of steps) stream = stream.pipe(step.kind === 'map' ? map(step.f) : filter(step.f))
  sum(stream, cell)
}

export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: (input, cell) => {
      const counts = reduce(from(input), {
        callback: (map, word) => map.set(word, (map.get(word) ?? 0) + 1),
        seed: new Map<string, number>(),
      })
      for (const [word, count] of counts) cell.sum += weighCount(word, count)
    },
    e: (input, cell) => {
      sum(from(input.map((values) => from(values))).pipe(concatAll<number>()), cell)
    },
    f: (input, cell) => {
      from(input)
        .pipe(buffer(windowSize))
        .forEach((window) => {
          cell.sum += weighWindow(window)
        })
    },
    g: (input, cell) => sum(from(input).pipe(flatMap(five)), cell),
  },
  chain,
}
