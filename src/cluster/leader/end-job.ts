import type { Draft } from 'immer'
import type { PortableError } from '../../errors/portable-error.ts'
import type { ServiceResult } from '../../job/job-result.ts'
import type { ClusterJobState } from '../protocol/job-state.ts'
import { type JobView, leaving } from './cluster-view.ts'

/** Nothing of a job is to run any more but what takes its services down. */
export function endJob(
  job: Draft<JobView>,
  outcome: NonNullable<ClusterJobState['outcome']>,
  failure: PortableError | null = null,
): void {
  job.state.status = 'closing'
  job.state.outcome = outcome
  job.state.failure = failure as Draft<PortableError> | null
  for (const [id, place] of Object.entries(job.regions)) job.regions[id] = leaving(place)
  const { services } = job
  // Where they are on the move they go down where they are.
  if (services.at === 'leaving') job.services = { at: 'slot', worker: services.worker, slot: services.slot }
}

/** Whether what still runs of a job that is closing is to end as it stands, since it has not come to its end. */
export function isCutShort(job: JobView): boolean {
  return job.spec.regions.some(({ id }) => !(id in job.state.ended))
}

/** What became of each service; those that nobody has told of went down with their process. */
export function noteServices(job: Draft<JobView>, told: readonly ServiceResult[]): void {
  job.services = { at: 'end' }
  job.state.services = job.spec.services.map(
    (name) =>
      told.find((one) => one.name === name) ?? {
        name,
        stopped: false,
        cleaned: false,
        killed: true,
        error: 'the process that had it is gone',
      },
  )
}
