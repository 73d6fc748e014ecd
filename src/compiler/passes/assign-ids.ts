import type { Pass } from '../plan.ts'

/** Names the state of every operator, so that it can be found again after the code has changed. */
export const assignIds: Pass = {
  name: 'assign ids',
  run: (plan) => ({
    ...plan,
    nodes: plan.nodes.map((node) => ({
      ...node,
      stateId: node.transformation.uid ?? node.transformation.id,
    })),
  }),
}
