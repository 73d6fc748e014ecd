import { reasonOf } from '../../errors/reason-of.ts'
import { decideRestart } from '../../job/restart-policy.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type { Report } from '../process/messages.ts'
import type { Redact } from '../../util/redact.ts'
import type { JobRecord } from '../store/job-store.ts'
import type { SupervisorContext } from './supervisor-context.ts'

type Recorded = Extract<Report, { type: 'status' | 'restart' | 'checkpoint' | 'checkpoints-removed' }>

/**
 * Writes down what a running job says. Never throws: what cannot be written now is not waited for, as the job's end is
 * taken from its outcome and from the checkpoints on disk.
 */
export function recordReport(id: string, report: Recorded, context: SupervisorContext, redact: Redact): void {
  try {
    record(id, report, context, redact)
  } catch (error) {
    context.logger.warn(`What a job reports cannot be kept: ${reasonOf(error)}`, { job: id, report, error })
  }
}

function record(id: string, report: Recorded, context: SupervisorContext, redact: Redact): void {
  const { store, clock } = context
  const job = store.get(id)
  if (job === undefined) return
  switch (report.type) {
    case 'checkpoint':
      return store.addCheckpoint(id, report.checkpoint, clock.now())
    case 'checkpoints-removed':
      for (const location of report.locations) store.removeCheckpoint(id, location)
      return
    case 'restart':
      return restarted(job, redact(report.cause), context)
    case 'status':
      return changed(job, report.status, context)
    default:
      report satisfies never
  }
}

/** It has failed and runs again, all within its process. */
function restarted(job: JobRecord, cause: string, { store, clock, random }: SupervisorContext): void {
  if (job.status !== 'running' && job.status !== 'restarting') return
  const at = clock.now()
  const decision = decideRestart(job.submission.options.restart, job.restartHistory, at, random)
  const patch = { restarts: job.restarts + 1, ...(decision.restart && { restartHistory: decision.history }) }
  if (job.status === 'running') store.transition(job.id, 'restarting', { at, cause: `It failed: ${cause}` })
  store.transition(job.id, 'running', {
    at,
    cause: `It runs again in the same process, having failed: ${cause}`,
    patch,
  })
}

function changed({ id, status }: JobRecord, to: JobStatus, { store, clock }: SupervisorContext): void {
  const cause = causes[`${status} ${to}`]
  if (cause !== undefined) store.transition(id, to, { at: clock.now(), cause })
}

/** By the status before and after: of the others the server knows itself. */
const causes: Readonly<Record<string, string | undefined>> = {
  'running restarting': 'It failed, and starts again in the same process.',
  'restarting running': 'It runs again.',
  'running stopping': 'It began to end by itself.',
}
