import { Readable } from 'node:stream'
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

const sum = async (stream: Readable, cell: Cell): Promise<void> => {
  for await (const x of stream) cell.sum += x as number
}

/** The operators of Readable. They answer to null as to the end, so a zero is fine and a null could not pass. */
const chain = (input: readonly number[], steps: readonly Step[], cell: Cell): Promise<void> => {
  let stream = Readable.from(input)
  for (const step of steps) stream = step.kind === 'map' ? stream.map(step.f) : stream.filter(step.f)
  return sum(stream, cell)
}

/** Results come in the order of the input: Readable has no other way. */
const pool = (input: readonly number[], f: (x: number) => Promise<number>, cell: Cell): Promise<void> =>
  sum(Readable.from(input).map(f, { concurrency }), cell)

async function* windows(source: AsyncIterable<number>): AsyncGenerator<number[], void, undefined> {
  let window: number[] = []
  for await (const value of source) {
    window.push(value)
    if (window.length === windowSize) {
      yield window
      window = []
    }
  }
  if (window.length > 0) yield window
}

export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: async (input, cell) => {
      const counts = await Readable.from(input).reduce(
        (map: Map<string, number>, word: string) => map.set(word, (map.get(word) ?? 0) + 1),
        new Map<string, number>(),
      )
      for (const [word, count] of counts) cell.sum += weighCount(word, count)
    },
    f: async (input, cell) => {
      const stream: AsyncIterable<unknown> = Readable.from(input).compose(windows)
      for await (const window of stream) cell.sum += weighWindow(window as number[])
    },
    g: (input, cell) => sum(Readable.from(input).flatMap(five as never), cell),
    c: (input, cell) => pool(input, byMicrotask, cell),
    ci: (input, cell) => pool(input, byImmediate, cell),
  },
  chain,
}
