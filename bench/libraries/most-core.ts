import {
  filter,
  fromPromise,
  loop,
  map,
  mergeArray,
  mergeMapConcurrently,
  newStream,
  propagateTask,
  runEffects,
  scan,
  tap,
} from '@most/core'
import { asap, newDefaultScheduler } from '@most/scheduler'
import type { Sink, Stream, Time } from '@most/types'
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

const emitAll = <Value>(time: Time, values: readonly Value[], sink: Sink<Value>): void => {
  for (let i = 0; i < values.length; i++) sink.event(time, values[i]!)
  sink.end(time)
}

/** The package has no source for arrays; this is the one its documentation describes, one task for the whole array. */
const source = <Value>(input: readonly Value[]): Stream<Value> =>
  newStream((sink, scheduler) =>
    asap(propagateTask(emitAll<Value> as never, input, sink as never), scheduler),
  )

const drain = (stream: Stream<unknown>): Promise<void> => runEffects(stream, newDefaultScheduler())

const sum = (stream: Stream<number>, cell: Cell): Promise<void> =>
  drain(
    tap((x) => {
      cell.sum += x
    }, stream),
  )

const chain = (input: readonly number[], steps: readonly Step[], cell: Cell): Promise<void> => {
  let stream = source(input)
  for (const step of steps) stream = step.kind === 'map' ? map(step.f, stream) : filter(step.f, stream)
  return sum(stream, cell)
}

const pool = (input: readonly number[], f: (x: number) => Promise<number>, cell: Cell): Promise<void> =>
  sum(
    mergeMapConcurrently((x) => fromPromise(f(x)), concurrency, source(input)),
    cell,
  )

/**
 * No operator of the package takes an array, and `chain` never ends on a stream that emits at once and turns
 * quadratic on a million that emit later; this is the operator its users write for the purpose.
 */
const flatMap = <In, Out>(f: (value: In) => readonly Out[], stream: Stream<In>): Stream<Out> =>
  newStream((sink, scheduler) =>
    stream.run(
      {
        event: (time, value) => {
          const outputs = f(value)
          for (let i = 0; i < outputs.length; i++) sink.event(time, outputs[i]!)
        },
        end: (time) => {
          sink.end(time)
        },
        error: (time, error) => {
          sink.error(time, error)
        },
      },
      scheduler,
    ),
  )

interface Window {
  readonly seed: number[]
  readonly value: number[] | undefined
}

/** The package has no windows; `loop`, its operator for a state with an output, makes them. */
const fillWindow = (window: number[], value: number): Window => {
  window.push(value)
  return window.length === windowSize ? { seed: [], value: window } : { seed: window, value: undefined }
}

export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: async (input, cell) => {
      const counts = new Map<string, number>()
      const count = (map: Map<string, number>, word: string): Map<string, number> =>
        map.set(word, (map.get(word) ?? 0) + 1)
      await drain(scan(count, counts, source(input)))
      for (const [word, n] of counts) cell.sum += weighCount(word, n)
    },
    e: (input, cell) => sum(mergeArray(input.map((values) => source(values))), cell),
    f: (input, cell) =>
      drain(
        tap(
          (window) => {
            cell.sum += weighWindow(window as number[])
          },
          filter((window) => window !== undefined, loop(fillWindow, [], source(input))),
        ),
      ),
    g: (input, cell) => sum(flatMap(five, source(input)), cell),
    c: (input, cell) => pool(input, byMicrotask, cell),
    ci: (input, cell) => pool(input, byImmediate, cell),
  },
  chain,
}
