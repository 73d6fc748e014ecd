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

type Stream<Value> = AsyncGenerator<Value, void, undefined>

async function* from<Value>(values: Iterable<Value>): Stream<Value> {
  for (const value of values) yield value
}

async function* map<In, Out>(source: Stream<In>, f: (value: In) => Out): Stream<Out> {
  for await (const value of source) yield f(value)
}

async function* filter<Value>(source: Stream<Value>, f: (value: Value) => boolean): Stream<Value> {
  for await (const value of source) if (f(value)) yield value
}

async function* flatMap<In, Out>(source: Stream<In>, f: (value: In) => Iterable<Out>): Stream<Out> {
  for await (const value of source) yield* f(value)
}

async function* windows<Value>(source: Stream<Value>, size: number): Stream<Value[]> {
  let window: Value[] = []
  for await (const value of source) {
    window.push(value)
    if (window.length === size) {
      yield window
      window = []
    }
  }
  if (window.length > 0) yield window
}

async function* merge<Value>(sources: readonly Stream<Value>[]): Stream<Value> {
  type Arrival = { readonly index: number; readonly result: IteratorResult<Value, void> }
  const next = (index: number): Promise<Arrival> =>
    sources[index]!.next().then((result) => ({ index, result }))
  const pending = new Map(sources.map((_, index) => [index, next(index)]))
  while (pending.size > 0) {
    const { index, result } = await Promise.race(pending.values())
    if (result.done === true) {
      pending.delete(index)
    } else {
      pending.set(index, next(index))
      yield result.value
    }
  }
}

async function* mapConcurrently<In, Out>(
  source: Iterable<In>,
  f: (value: In) => Promise<Out>,
  limit: number,
): Stream<Out> {
  const arrived: Out[] = []
  let inFlight = 0
  let wake = (): void => {}
  const arrive = (value: Out): void => {
    inFlight--
    arrived.push(value)
    wake()
  }
  const emptied = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
    })
  for (const value of source) {
    inFlight++
    void f(value).then(arrive)
    while (inFlight + arrived.length >= limit) {
      if (arrived.length === 0) await emptied()
      yield arrived.pop() as Out
    }
  }
  while (inFlight > 0 || arrived.length > 0) {
    if (arrived.length === 0) await emptied()
    yield arrived.pop() as Out
  }
}

const sum = async (stream: Stream<number>, cell: Cell): Promise<void> => {
  for await (const x of stream) cell.sum += x
}

const chain = (input: readonly number[], steps: readonly Step[], cell: Cell): Promise<void> => {
  let stream = from(input)
  for (const step of steps) stream = step.kind === 'map' ? map(stream, step.f) : filter(stream, step.f)
  return sum(stream, cell)
}

/** What a user writes with the language alone. */
export const library: Library = {
  workloads: {
    a: (input, cell) => chain(input, stepsOfA, cell),
    b: (input, cell) => chain(input, stepsOfB, cell),
    d: async (input, cell) => {
      const counts = new Map<string, number>()
      for await (const word of from(input)) counts.set(word, (counts.get(word) ?? 0) + 1)
      for (const [word, count] of counts) cell.sum += weighCount(word, count)
    },
    e: (input, cell) => sum(merge(input.map((values) => from(values))), cell),
    f: async (input, cell) => {
      for await (const window of windows(from(input), windowSize)) cell.sum += weighWindow(window)
    },
    g: (input, cell) => sum(flatMap(from(input), five), cell),
    c: (input, cell) => sum(mapConcurrently(input, byMicrotask, concurrency), cell),
    ci: (input, cell) => sum(mapConcurrently(input, byImmediate, concurrency), cell),
  },
  chain,
}
