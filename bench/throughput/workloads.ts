/**
 * What is measured, apart from who is measured: the inputs, the user functions and their sizes. Every library gets
 * the same arrays and the same functions, so that only the machinery between them differs.
 */

/** Where every sink accumulates: a property, because a mutable closure variable boxes a double on each addition. */
export class Cell {
  sum = 0
}

export interface Inputs {
  a: readonly number[]
  b: readonly number[]
  d: readonly string[]
  e: readonly (readonly number[])[]
  f: readonly number[]
  g: readonly number[]
  c: readonly number[]
  ci: readonly number[]
}

export type WorkloadName = keyof Inputs

export type Step =
  | { readonly kind: 'map'; readonly f: (value: number) => number }
  | { readonly kind: 'filter'; readonly f: (value: number) => boolean }

const map = (f: (value: number) => number): Step => ({ kind: 'map', f })
const filter = (f: (value: number) => boolean): Step => ({ kind: 'filter', f })

export const stepsOfA: readonly Step[] = [map((x) => x + 1), filter((x) => (x & 1) === 0), map((x) => x * 2)]

export const stepsOfB: readonly Step[] = [
  map((x) => x + 1),
  filter((x) => x % 10 !== 0),
  map((x) => x * 3),
  filter((x) => x % 7 !== 0),
  map((x) => x - 1),
  filter((x) => x % 13 !== 0),
  map((x) => x ^ 5),
  filter((x) => x % 11 !== 0),
  map((x) => x + 7),
  map((x) => x & 0xffffff),
]

/** Takes a window in e, f and d apart again, cheaply, but so that a wrong window shows in the sum. */
export const windowSize = 100
export const weighWindow = (window: readonly number[]): number =>
  window[0]! + 3 * window[window.length - 1]! + window.length

export const weighCount = (word: string, count: number): number => count * count + word.length

export const five = (x: number): number[] => [x, x + 1, x + 2, x + 3, x + 4]

export const concurrency = 16

export const byMicrotask = async (x: number): Promise<number> => x + 1

export const byImmediate = (x: number): Promise<number> =>
  new Promise((resolve) => {
    setImmediate(resolve, x + 1)
  })

interface Workload<Input> {
  readonly title: string
  /** Records a full run reads. */
  readonly records: number
  /** What a time is divided by: records read, except where a record becomes several. */
  readonly recordsCounted: (size: number) => number
  readonly input: (size: number) => Input
}

/** Grown by push, so that the array is packed, as an array that a user fills is. */
const integers = (size: number): number[] => {
  const values: number[] = []
  for (let i = 0; i < size; i++) values.push(i)
  return values
}

const distinctWords = 50_000

/** Words drawn evenly by a small generator with a fixed seed; the same string object for the same word. */
const words = (size: number): string[] => {
  const vocabulary: string[] = []
  for (let i = 0; i < distinctWords; i++) vocabulary.push(`word-${i.toString(36)}`)
  const values: string[] = []
  let state = 12345
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values.push(vocabulary[state % distinctWords]!)
  }
  return values
}

const each = (size: number): number => size

export const workloads: { readonly [Name in WorkloadName]: Workload<Inputs[Name]> } = {
  a: {
    title: '10M integers: map, filter, map, sum',
    records: 10_000_000,
    recordsCounted: each,
    input: integers,
  },
  b: {
    title: '1M integers through 10 map and filter steps',
    records: 1_000_000,
    recordsCounted: each,
    input: integers,
  },
  d: { title: 'keyed count: 5M words, 50k distinct', records: 5_000_000, recordsCounted: each, input: words },
  e: {
    title: 'merge of 4 sources of 1M',
    records: 4_000_000,
    recordsCounted: each,
    input: (size) => {
      const quarter = integers(size / 4)
      return [quarter, quarter.slice(), quarter.slice(), quarter.slice()]
    },
  },
  f: { title: 'tumbling windows of 100 over 5M', records: 5_000_000, recordsCounted: each, input: integers },
  g: {
    title: 'flatMap 1M x 5 (per output record)',
    records: 1_000_000,
    recordsCounted: (size) => size * 5,
    input: integers,
  },
  c: {
    title: 'async map of 200k, 16 at once, each by microtask',
    records: 200_000,
    recordsCounted: each,
    input: integers,
  },
  ci: {
    title: 'async map of 200k, 16 at once, each by setImmediate',
    records: 200_000,
    recordsCounted: each,
    input: integers,
  },
}

export const workloadNames = Object.keys(workloads) as readonly WorkloadName[]
