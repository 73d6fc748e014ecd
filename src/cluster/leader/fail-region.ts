import type { Draft } from 'immer'
import type { PortableError } from '../../errors/portable-error.ts'
import { fromPortableError } from '../../errors/portable-error-codec.ts'
import { isRecoverable } from '../../job/is-recoverable.ts'
import { decideRestart } from '../../job/restart-policy.ts'
import { isPassing } from '../protocol/is-passing.ts'
import { type JobView, leaving, type Moment } from './cluster-view.ts'
import { endJob } from './end-job.ts'

/** Milliseconds until what has failed for no fault of the job's is tried again. */
const PAUSE = 1_000

/** Causes kept for the result: the last ones. */
const KEPT_CAUSES = 100

/** Decides after the failure of an operator: whether its region goes on from its last commit, or the job has failed. */
export function failRegion(
  job: Draft<JobView>,
  region: string,
  error: PortableError,
  { at, date }: Moment,
  random: () => number,
): void {
  if (isPassing(error)) {
    job.regions[region] = leaving(job.regions[region]!, at + PAUSE)
    return
  }
  const { restart } = job.spec
  const decision = isRecoverable(fromPortableError(error))
    ? decideRestart(restart, job.failures, at, random)
    : null
  if (decision === null || !decision.restart) return endJob(job, 'failed', error)
  job.failures = decision.history as Draft<JobView>['failures']
  job.state.restarts++
  const { message, operator } = error
  job.state.restartCauses = [
    ...job.state.restartCauses,
    { at: date, message: message.split('\n')[0]!, ...(operator === undefined ? {} : { operator }) },
  ].slice(-KEPT_CAUSES)
  job.regions[region] = leaving(job.regions[region]!, at + decision.delay)
}
