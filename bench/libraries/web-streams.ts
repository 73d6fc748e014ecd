import {
  ReadableStream,
  TransformStream,
  type TransformStreamDefaultController,
  WritableStream,
} from 'node:stream/web'
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

const source = <Value>(input: readonly Value[]): ReadableStream<Value> => {
  let next = 0
  return new ReadableStream<Value>({
    pull: (controller) => {
      if (next < input.length) controller.enqueue(input[next++]!)
      else controller.close()
    },
  })
}

const through = <In, Out>(
  stream: ReadableStream<In>,
  transform: (value: In, controller: TransformStreamDefaultController<Out>) => void,
  flush: (controller: TransformStreamDefaultController<Out>) => void = () => {},
): ReadableStream<Out> => stream.pipeThrough(new TransformStream<In, Out>({ transform, flush }))

const drain = <Value>(stream: ReadableStream<Value>, write: (value: Value) => void): Promise<void> =>
  stream.pipeTo(new WritableStream<Value>({ write }))

const sum = (stream: ReadableStream<number>, cell: Cell): Promise<void> =>
  drain(stream, (x) => {
    cell.sum += x
  })

const chain = (input: readonly number[], steps: readonly Step[], cell: Cell): Promise<void> => {
  let stream = source(input)
  for (const step of steps) {
    stream = through<number, number>(stream, (value, controller) => {
      if (step.kind === 'map') controller.enqueue(step.f(value))
      else if (step.f(value)) controller.enqueue(value)
    })
  }
  return sum(stream, cell)
}

export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: async (input, cell) => {
      const counts = new Map<string, number>()
      await drain(source(input), (word) => {
        counts.set(word, (counts.get(word) ?? 0) + 1)
      })
      for (const [word, count] of counts) cell.sum += weighCount(word, count)
    },
    f: (input, cell) => {
      let window: number[] = []
      const windows = through<number, number[]>(
        source(input),
        (value, controller) => {
          window.push(value)
          if (window.length < windowSize) return
          controller.enqueue(window)
          window = []
        },
        (controller) => {
          if (window.length > 0) controller.enqueue(window)
        },
      )
      return drain(windows, (values) => {
        cell.sum += weighWindow(values)
      })
    },
    g: (input, cell) =>
      sum(
        through<number, number>(source(input), (value, controller) => {
          for (const x of five(value)) controller.enqueue(x)
        }),
        cell,
      ),
  },
  chain,
}
