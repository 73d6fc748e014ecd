import { reasonOf } from '../../errors/reason-of.ts'
import { decideRestart } from '../../job/restart-policy.ts'
import type { Report } from '../process/messages.ts'
import type { Redact } from './redact.ts'
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

function record(
  id: string,
  report: Recorded,
  { store, clock, random }: SupervisorContext,
  redact: Redact,
): void {
  const at = clock.now()
  const job = store.get(id)
  if (job === undefined) return
  switch (report.type) {
    case 'checkpoint':
      return store.addCheckpoint(id, report.checkpoint, at)
    case 'checkpoints-removed':
      for (const location of report.locations) store.removeCheckpoint(id, location)
      return
    case 'restart': {
      if (job.status !== 'running') return
      const decision = decideRestart(job.submission.options.restart, job.restartHistory, at, random)
      store.transition(id, 'restarting', {
        at,
        cause: `It failed and starts again within its process: ${redact(report.cause)}`,
        patch: {
          restarts: job.restarts + 1,
          ...(decision.restart && { restartHistory: decision.history }),
        },
      })
      return
    }
    case 'status':
      if (report.status === 'running' && job.status === 'restarting') {
        store.transition(id, 'running', { at, cause: 'It runs again.' })
      } else if (report.status === 'stopping' && job.status === 'running') {
        store.transition(id, 'stopping', { at, cause: 'It began to end by itself.' })
      }
      return
    default:
      report satisfies never
  }
}
