import { compile } from '../../compiler/compile.ts'
import type { Plan, PlanWarning } from '../../compiler/plan.ts'
import { checkRecovery } from '../../environment/check-recovery.ts'
import type { RecordedPipeline } from '../../environment/recorded-pipeline.ts'
import { threadSettings } from '../../environment/thread-settings.ts'
import type { RegionSpec } from '../protocol/job-spec.ts'
import { planRegions } from './plan-regions.ts'

/** A pipeline as it is to run in a cluster. */
export interface Distribution {
  readonly plan: Plan
  readonly regions: readonly RegionSpec[]
  readonly warnings: readonly PlanWarning[]
}

/** @throws InvalidGraphError when it cannot run; NotDistributableError when it cannot run across machines. */
export function distribute({ graph, functions, options }: RecordedPipeline): Distribution {
  const plan = compile(graph, options.parallelism, threadSettings(options))
  const regions = planRegions(plan)
  // Whoever takes a region over reads its sources from where they were, as from a checkpoint.
  const recovery = checkRecovery(plan, functions, { ...options, checkpoints: options.checkpoints ?? {} })
  return { plan, regions, warnings: [...plan.warnings, ...recovery] }
}
