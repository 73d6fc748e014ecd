import { LocalEnvironment } from '../../../../src/index.ts'
import { range, turn } from '../../support/run.ts'
import type { BuildPipeline } from './pipeline.ts'

/** Operators that count, log and ask where they are. */
export const figures: BuildPipeline = (options) => {
  const env = new LocalEnvironment('figures', options)
  const told = env.fromBatch(range(60)).map(
    async (n, ctx) => {
      if (n % 7 === 0) await ctx.delay(1)
      ctx.metrics.count('seen')
      ctx.metrics.count('sum', n)
      ctx.metrics.gauge('subtasks', ctx.parallelism)
      if (n === 30) ctx.logger.child({ price: 'none' }).warn('half', { n, error: new RangeError('no price') })
      await turn()
      return [ctx.operator, ctx.parallelism, ctx.subtaskIndex < ctx.parallelism, ctx.signal.aborted]
    },
    { name: 'tell', parallelism: 2 },
  )
  return { env, seen: { told: told.collect() } }
}
