import { LocalEnvironment } from '../../src/index.ts'
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

const add =
  (cell: Cell): ((x: number) => void) =>
  (x) => {
    cell.sum += x
  }

const chain = async (input: readonly number[], steps: readonly Step[], cell: Cell): Promise<void> => {
  const env = new LocalEnvironment('chain')
  let stream = env.fromBatch(input)
  for (const step of steps) stream = step.kind === 'map' ? stream.map(step.f) : stream.filter(step.f)
  stream.sink(add(cell))
  await env.submit({ autostop: true })
}

const pool = async (
  input: readonly number[],
  f: (x: number) => Promise<number>,
  cell: Cell,
): Promise<void> => {
  const env = new LocalEnvironment('pool')
  env.fromBatch(input).map(f, { concurrency, ordered: false }).sink(add(cell))
  await env.submit({ autostop: true })
}

/** Everything is timed: recording the graph, compiling it, running it, teardown and the books in the result. */
export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: async (input, cell) => {
      const env = new LocalEnvironment('d')
      env
        .fromBatch(input)
        .keyBy((word) => word)
        .count()
        .sink(([word, count]) => {
          cell.sum += weighCount(word, count)
        })
      await env.submit({ autostop: true })
    },
    e: async (input, cell) => {
      const env = new LocalEnvironment('e')
      const [first, ...rest] = input.map((values) => env.fromBatch(values))
      first?.union(...rest).sink(add(cell))
      await env.submit({ autostop: true })
    },
    f: async (input, cell) => {
      const env = new LocalEnvironment('f')
      env
        .fromBatch(input)
        .batch(windowSize)
        .sink((window) => {
          cell.sum += weighWindow(window)
        })
      await env.submit({ autostop: true })
    },
    g: async (input, cell) => {
      const env = new LocalEnvironment('g')
      env.fromBatch(input).flatMap(five).sink(add(cell))
      await env.submit({ autostop: true })
    },
    c: (input, cell) => pool(input, byMicrotask, cell),
    ci: (input, cell) => pool(input, byImmediate, cell),
  },
  chain,
}
