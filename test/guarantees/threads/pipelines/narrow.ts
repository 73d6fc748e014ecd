import { LocalEnvironment } from '../../../../src/index.ts'
import { Gauge } from '../../support/gauge.ts'
import { turn } from '../../support/run.ts'
import type { Pipeline, PipelineSettings } from './pipeline.ts'

/** Read in the process, by way of two threads, and slowly written there. Settings: `count`, `kind`. */
export const narrow = (
  options: object,
  { count, kind }: PipelineSettings,
): Pipeline & { readonly gauge: Gauge } => {
  const env = new LocalEnvironment('narrow', options)
  const gauge = new Gauge()
  const source = env.fromBatch(() => gauge.source(count as number))
  const first = { placement: { thread: 0 } } as const
  const second = { placement: { thread: 1 } } as const
  const sink = async (): Promise<void> => {
    await turn()
    gauge.sink()
  }
  if (kind === 'fan-out') {
    source.map((n) => n, first).sink(() => {}, { placement: 'process' })
    source.map((n) => n, second).sink(sink, { placement: 'process' })
  } else {
    source
      .map((n) => n, first)
      .map(async (n) => n, { ...second, concurrency: 16 })
      .sink(sink, { placement: 'process' })
  }
  return { env, seen: {}, gauge }
}
