import { bufferCount, filter, from, last, map, merge, mergeMap, type Observable, scan } from 'rxjs'
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

export const drain = <Value>(stream: Observable<Value>, take: (value: Value) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.subscribe({ next: take, error: reject, complete: resolve })
  })

const sum = (stream: Observable<number>, cell: Cell): Promise<void> =>
  drain(stream, (x) => {
    cell.sum += x
  })

export const applySteps = (source: Observable<number>, steps: readonly Step[]): Observable<number> => {
  let stream = source
  for (const step of steps) stream = stream.pipe(step.kind === 'map' ? map(step.f) : filter(step.f))
  return stream
}

const chain = (input: readonly number[], steps: readonly Step[], cell: Cell): Promise<void> =>
  sum(applySteps(from(input), steps), cell)

const pool = (input: readonly number[], f: (x: number) => Promise<number>, cell: Cell): Promise<void> =>
  sum(from(input).pipe(mergeMap(f, concurrency)), cell)

export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: (input, cell) =>
      drain(
        from(input).pipe(
          scan((map, word) => map.set(word, (map.get(word) ?? 0) + 1), new Map<string, number>()),
          last(),
        ),
        (counts) => {
          for (const [word, count] of counts) cell.sum += weighCount(word, count)
        },
      ),
    e: (input, cell) => sum(merge(...input.map((values) => from(values))), cell),
    f: (input, cell) =>
      drain(from(input).pipe(bufferCount(windowSize)), (window) => {
        cell.sum += weighWindow(window)
      }),
    g: (input, cell) => sum(from(input).pipe(mergeMap(five)), cell),
    c: (input, cell) => pool(input, byMicrotask, cell),
    ci: (input, cell) => pool(input, byImmediate, cell),
  },
  chain,
}
