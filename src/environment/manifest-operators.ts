import type { Plan } from '../compiler/plan.ts'
import type { ManifestOperator } from '../runtime/checkpoint/pending-checkpoint.ts'

/** The operators of a job that checkpoints know: those of its main pipeline. */
export function manifestOperators({ nodes }: Plan): readonly ManifestOperator[] {
  return nodes.flatMap(({ transformation, stateId, parallelism, service }) => {
    const { uid, name, kind } = transformation
    return service === null ? [{ stateId, named: uid !== undefined, name, kind, parallelism }] : []
  })
}
