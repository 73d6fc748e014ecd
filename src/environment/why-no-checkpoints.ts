import { compile } from '../compiler/compile.ts'
import { InvalidGraphError } from '../errors/invalid-graph-error.ts'
import { checkRecovery } from './check-recovery.ts'
import type { RecordedPipeline } from './recorded-pipeline.ts'

/**
 * Why jobs of this pipeline cannot keep checkpoints; null when they can.
 * @throws InvalidGraphError when they cannot run at all.
 */
export function whyNoCheckpoints(recorded: RecordedPipeline): InvalidGraphError | null {
  const { graph, functions, options } = recorded
  const plan = compile(graph, options.parallelism)
  checkRecovery(plan, functions, { ...options, checkpoints: null })
  try {
    checkRecovery(plan, functions, { ...options, checkpoints: {} })
    return null
  } catch (error) {
    if (error instanceof InvalidGraphError) return error
    throw error
  }
}
