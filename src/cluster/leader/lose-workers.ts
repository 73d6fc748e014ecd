import { produce } from 'immer'
import { type ClusterView, isOver, isWith, type Moment, waiting, WORKER_LOST } from './cluster-view.ts'
import { noteServices } from './end-job.ts'

/** Forgets workers that have not been heard for too long: what they had waits for another place. */
export function loseWorkers(view: ClusterView, { at }: Moment): ClusterView {
  const gone = Object.keys(view.workers).filter((id) => at - view.workers[id]!.heardAt > WORKER_LOST)
  if (gone.length === 0) return view
  return produce(view, (draft) => {
    for (const worker of gone) {
      delete draft.workers[worker]
      for (const job of Object.values(draft.jobs)) {
        if (isOver(job.state.status)) continue
        for (const [region, place] of Object.entries(job.regions)) {
          if (!isWith(place, worker)) continue
          if (place.at === 'slot') job.state.takeovers++
          job.regions[region] = waiting(place.at === 'leaving' ? place.notBefore : 0)
        }
        if (!isWith(job.services, worker)) continue
        if (job.state.status === 'closing') noteServices(job, [])
        else job.services = waiting()
      }
    }
  })
}
