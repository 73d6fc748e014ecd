import { LocalEnvironment } from '../../../../src/index.ts'
import { range, turn } from '../../support/run.ts'
import type { BuildPipeline } from './pipeline.ts'

/** Each record says which subtasks it came by. */
export const order: BuildPipeline = (options) => {
  const env = new LocalEnvironment('order', options)
  const hop = async (way: readonly number[], subtaskIndex: number): Promise<readonly number[]> => {
    if (subtaskIndex === 1 && way[0]! % 3 === 0) await turn()
    return [...way, subtaskIndex]
  }
  const way = env
    .fromBatch(
      range(300).map((n) => [n]),
      { parallelism: 3 },
    )
    .map((v, ctx) => hop(v, ctx.subtaskIndex), { parallelism: 3, concurrency: 3, placement: { thread: 0 } })
    .map((v, ctx) => hop(v, ctx.subtaskIndex), { parallelism: 2, placement: { thread: 1 } })
    .rebalance()
    .map((v, ctx) => hop(v, ctx.subtaskIndex), { parallelism: 4, placement: { thread: 2 } })
  return { env, seen: { way: way.collect() } }
}
