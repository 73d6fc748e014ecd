import type { DataStream, LocalEnvironment, OperatorPlacement } from '../../../src/index.ts'
import { range, turn } from './run.ts'

/** One step of a random pipeline: what it adds, with the numbers its details are drawn from. */
export interface Step {
  readonly operator: string
  /** Which of the streams so far it reads. */
  readonly left: number
  readonly right: number
  readonly size: number
  readonly parallelism: number | undefined
  readonly concurrency: number
  readonly ordered: boolean
  /** How its function answers: at once, by promise, by event loop turn now and then, or always. */
  readonly pace: 0 | 1 | 2 | 3
  /** Where it is; default the environment's. */
  readonly placement?: OperatorPlacement | undefined
}

export type Numbers = DataStream<number>
export type Expected = readonly number[]

export interface Operator {
  /** Adds the operator; the streams it gives. */
  build(env: LocalEnvironment, inputs: readonly [Numbers, Numbers], step: Step): Numbers[]
  /** What those streams hold, in any order. */
  expect(inputs: readonly [Expected, Expected], step: Step): Expected[]
  /** What it gives up on as dead letters. */
  letters?(inputs: readonly [Expected, Expected], step: Step): Expected
}

/** More records than this in a stream, and the step is a plain map instead. */
export const LARGEST = 240

export const letsWait = (pace: Step['pace'], value: number): boolean =>
  pace === 3 || (pace === 2 && value % 3 === 0)

/** The function, at the step's pace. */
export const paced =
  <O>({ pace }: Step, fn: (value: number) => O): ((value: number) => O | Promise<O>) =>
  (value) => {
    if (pace === 1) return Promise.resolve(value).then(fn)
    return letsWait(pace, value) ? turn().then(() => fn(value)) : fn(value)
  }

export const parallel = ({ parallelism, placement }: Pick<Step, 'parallelism' | 'placement'>) => ({
  ...(parallelism === undefined ? {} : { parallelism }),
  ...(placement === undefined ? {} : { placement }),
})
/** Most read what the program has in hand, and are in its process. */
export const subtasks = ({ parallelism }: Step) => parallel({ parallelism, placement: undefined })
export const calls = ({ concurrency, ordered, ...rest }: Step) => ({
  ...parallel(rest),
  concurrency,
  ordered,
})

export const items = ({ size, left }: Step): number[] => range(size, left)
