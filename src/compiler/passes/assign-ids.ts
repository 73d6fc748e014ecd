import { mapChanged } from '../../util/map-changed.ts'
import type { Pass } from '../plan.ts'

/** Names the state of every operator, so that it can be found again after the code has changed. */
export const assignIds: Pass = {
  name: 'assign ids',
  run: (plan) => ({
    ...plan,
    nodes: mapChanged(plan.nodes, (node) => {
      const { id, uid = id } = node.transformation
      return node.stateId === uid ? node : { ...node, stateId: uid }
    }),
  }),
}
