import { Readable } from 'node:stream'
import { from } from 'rxjs'
import { END, type LocalEnvironment } from '../../../src/index.ts'
import { items, letsWait, type Numbers, type Operator, type Step, subtasks } from './graph-step.ts'
import { turn } from './run.ts'

const source = (step: Step, build: (env: LocalEnvironment, step: Step) => Numbers): Operator => ({
  build: (env) => [build(env, step)],
  expect: () => [items(step)],
})

/** Sources of every kind, each with the step's items. */
export const sources = (step: Step): Readonly<Record<string, Operator>> => ({
  array: source(step, (env) => env.fromBatch(items(step), subtasks(step))),
  generator: source(step, (env) =>
    env.fromBatch(function* () {
      yield* items(step)
    }, subtasks(step)),
  ),
  asyncGenerator: source(step, (env) =>
    env.fromBatch(async function* () {
      for (const item of items(step)) {
        if (letsWait(step.pace, item)) await turn()
        yield item
      }
    }, subtasks(step)),
  ),
  pull: source(step, (env) => {
    const left = items(step)
    return env.fromSource(
      () => {
        const item = left.shift()
        if (item === undefined) return END
        return letsWait(step.pace, item) ? turn().then(() => item) : item
        // They share what is left, which threads cannot.
      },
      { ...subtasks(step), placement: 'process' },
    )
  }),
  observable: source(step, (env) => env.fromObservable(from(items(step)))),
  readable: source(step, (env) => env.fromReadable<number>(() => Readable.from(items(step)))),
})
