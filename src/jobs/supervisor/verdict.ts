import { type JobStatus, transitions } from '../../job/job-status.ts'
import { decideRestart } from '../../job/restart-policy.ts'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import type { WireError } from '../../protocol/wire-error.ts'
import type { JobOutcome } from '../process/messages.ts'
import type { JobPatch, JobRecord } from '../store/job-store.ts'
import type { ProcessFailure } from './process-failure.ts'

/** A run of a job that is over: its process is gone. */
export interface EndedRun {
  /** As it is written down by now. */
  readonly job: JobRecord
  /** Undefined: the process left none. */
  readonly outcome: JobOutcome | undefined
  /** How the process ended, where it left no outcome. */
  readonly failure: ProcessFailure
  /** The newest checkpoint that is there. */
  readonly newest: CheckpointInfo | null
  /** A clause: why the job is to go on when nobody wanted it to end; null: nothing keeps it from that. */
  readonly serverGone: string | null
  /** Why it was cancelled, in a sentence, where somebody has said. */
  readonly cancelledBy: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly random: () => number
}

/** What becomes of a job. */
export interface Verdict {
  readonly to: JobStatus
  readonly cause: string
  readonly patch: JobPatch
}

/** The one place that decides what the end of a job's process means. */
export function judge(run: EndedRun): Verdict {
  const { job, outcome, serverGone } = run
  const cancelled = job.wanted === 'cancelled' || job.wanted === 'deleted'
  const mayGoOn = job.wanted === null && job.status !== 'stopping'
  switch (outcome?.status) {
    case 'completed':
      return ended(run, 'completed', 'The job came to its end.')
    case 'failed':
      return ended(run, 'failed', `It failed: ${firstLine(outcome.error)}.`)
    case 'cancelled':
      if (mayGoOn && serverGone !== null) return goOn(run, serverGone, run.newest)
      return ended(run, 'cancelled', cancelled ? cancelCause(run) : 'The job cancelled itself.')
    case 'stopped':
      if (mayGoOn && (serverGone !== null || outcome.stoppedBy === 'server-gone')) {
        return goOn(run, serverGone ?? 'Its process lost the server', outcome.savepoint ?? run.newest)
      }
      return cancelled ? ended(run, 'cancelled', cancelCause(run)) : stopped(run, outcome)
    case undefined:
      break
  }
  if (cancelled) return ended(run, 'cancelled', cancelCause(run))
  if (!mayGoOn) return stoppedWithout(run)
  if (serverGone !== null) return goOn(run, serverGone, run.newest)
  return afterFailure(run)
}

/** The states in between, where the table has no direct way: a job that ends while it is restarting has run again. */
export function wayTo(from: JobStatus, to: JobStatus): readonly JobStatus[] {
  if (transitions[from].includes(to)) return [to]
  const between = (['running', 'stopping'] as const).find(
    (status) => transitions[from].includes(status) && transitions[status].includes(to),
  )
  return between === undefined ? [to] : [between, to]
}

const over: JobPatch = { process: null, dueAt: null }

function ended(run: EndedRun, to: JobStatus, cause: string): Verdict {
  return {
    to,
    cause,
    patch: { ...over, result: run.outcome?.result ?? null, error: errorOf(run, to, cause) },
  }
}

function errorOf({ job, outcome }: EndedRun, to: JobStatus, cause: string): WireError | null {
  if (to === 'completed' || to === 'stopped') return null
  if (to === 'cancelled' && job.wanted === 'deleted') return deletedError
  return outcome?.error ?? (to === 'cancelled' ? cancelledError(cause) : null)
}

/** Of a job that has no books to tell of, as it never ran, or was killed. */
export function cancelledError(message: string): WireError {
  return {
    name: 'JobCancelledError',
    lineage: ['JobCancelledError', 'MillraceError'],
    code: 'ERR_JOB_CANCELLED',
    message,
  }
}

/** Of a job that is going to be deleted: whoever waits for it is told that. */
export const deletedError: WireError = {
  name: 'JobDeletedError',
  lineage: ['JobDeletedError', 'MillraceError'],
  code: 'ERR_JOB_DELETED',
  message: 'The job was deleted before it was over.',
}

const cancelCause = ({ cancelledBy }: EndedRun): string => cancelledBy ?? 'It was cancelled.'

function stopped(run: EndedRun, outcome: JobOutcome): Verdict {
  const { stoppedBy, resume } = outcome
  const where = resume === 'latest' ? run.newest : run.job.savepoint
  const savepoint = resume === undefined ? outcome.savepoint : where
  const by = stoppedBy === 'signal' ? 'Its process was told to end by a signal' : 'It has stopped'
  const how = savepoint === null ? 'without a savepoint' : `with savepoint ${savepoint.id}`
  const { to, cause, patch } = ended(run, 'stopped', `${by}, ${how}.`)
  return { to, cause, patch: { ...patch, savepoint, wanted: null } }
}

/** It was to stop, and its process has ended in another way. */
function stoppedWithout(run: EndedRun): Verdict {
  const { newest, failure } = run
  if (newest === null) return failed(failure.error, `It was to stop, but its process ${failure.clause}.`)
  const { to, cause, patch } = ended(
    run,
    'stopped',
    `It was to stop, but its process ${failure.clause}; when it is continued it goes on from ${nameOf(newest)}.`,
  )
  return { to, cause, patch: { ...patch, savepoint: newest, wanted: null } }
}

function goOn({ job, at }: EndedRun, why: string, from: CheckpointInfo | null): Verdict {
  return {
    to: 'restarting',
    cause: `${why}; it ${goesOnFrom(job, from)}.`,
    patch: {
      process: null,
      dueAt: at,
      restarts: job.restarts + 1,
      ...(from?.kind === 'savepoint' && { savepoint: from }),
    },
  }
}

function afterFailure({ job, failure, newest, at, random }: EndedRun): Verdict {
  const { clause, error } = failure
  const decision = decideRestart(job.submission.options.restart, job.restartHistory, at, random)
  if (!decision.restart) {
    return failed(error, `Its process ${clause}, and it is not restarted because ${decision.reason}.`)
  }
  const { delay, history } = decision
  return {
    to: 'restarting',
    cause: `Its process ${clause}; in ${Math.round(delay)} ms it ${goesOnFrom(job, newest)}.`,
    patch: { process: null, dueAt: at + delay, restarts: job.restarts + 1, restartHistory: history },
  }
}

const failed = (error: WireError, cause: string): Verdict => ({
  to: 'failed',
  cause,
  patch: { ...over, error, result: null },
})

/** What a job does when it starts again, for a sentence that says so. */
export function goesOnFrom(
  { savepoint, submission, startedAt }: JobRecord,
  newest: CheckpointInfo | null,
): string {
  const from = newest ?? savepoint
  if (from !== null) return `goes on from ${nameOf(from)}`
  const begins = startedAt === null ? 'begins' : 'begins again'
  return submission.resume === undefined ? begins : `${begins} from the savepoint it was given`
}

const nameOf = ({ kind, id }: CheckpointInfo): string => `${kind} ${id}`

const firstLine = (error: WireError | null): string =>
  error === null ? 'it did not say why' : error.message.split('\n')[0]!.replace(/\.$/, '')
