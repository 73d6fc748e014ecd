import { validateGraph } from '../../graph/validate-graph.ts'
import { graphOf, type Pass } from '../plan.ts'

/** Refuses what cannot run, and notes what is probably a mistake. */
export const validate: Pass = {
  name: 'validate',
  run: (plan) => {
    const { warnings } = validateGraph(graphOf(plan))
    return { ...plan, warnings }
  },
}
