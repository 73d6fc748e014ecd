import type { ClusterView, Moment } from './cluster-view.ts'
import { loseWorkers } from './lose-workers.ts'
import { evenOut, placeRegions } from './place-regions.ts'
import { settleJobs } from './settle-jobs.ts'

/** All that is to be decided now, whatever has happened before. */
export function advance(view: ClusterView, moment: Moment): ClusterView {
  const known = settleJobs(loseWorkers(view, moment), moment)
  return evenOut(placeRegions(known, moment), moment)
}
