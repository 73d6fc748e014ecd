import { type Collected, LocalEnvironment } from '../../../../src/index.ts'
import { turn } from '../../support/run.ts'
import { input, shapes } from '../../support/shapes.ts'
import type { BuildPipeline } from './pipeline.ts'

/** Every way for records to go from a source to a sink, side by side. Settings: `parallelisms`, of the three stages. */
export const allShapes: BuildPipeline = (options, { parallelisms }) => {
  const [upstream, downstream, last] = parallelisms as [number, number, number]
  const env = new LocalEnvironment('all shapes', options)
  const seen: Record<string, Collected<unknown>> = {}
  for (const [name, { build }] of Object.entries(shapes)) {
    const source = () =>
      env.fromBatch(input, { parallelism: upstream }).map((v) => v, { parallelism: upstream })
    let count = 0
    seen[name] = build(source(), downstream, source)
      .map(
        async (value, ctx) => {
          if (ctx.subtaskIndex === 0 && count++ % 5 === 0) await turn()
          return value
        },
        { parallelism: last },
      )
      .collect()
  }
  return { env, seen }
}
