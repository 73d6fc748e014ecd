import { MillraceError } from '../errors/millrace-error.ts'
import { reasonOf } from '../errors/reason-of.ts'
import { JobCancelledError, JobFailedError } from '../job/job-errors.ts'
import type { JobResult } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import type { JobInfo } from '../protocol/job-info.ts'
import { fromWireError } from '../protocol/wire-error-codec.ts'
import { withLocalNames } from './bundle/source-names.ts'

/**
 * What a job that is over comes to, as in process.
 * @param root of its program here, for the names of sources; null: they are left as the server tells them.
 * @throws JobFailedError, JobCancelledError
 */
export function concludeJob(
  told: JobInfo,
  root: string | null,
  cancelledBy?: { readonly cause: unknown },
): JobResult {
  const job = root === null ? told : withNames(told, root)
  const { status } = job
  const result = job.result ?? emptyResult(job)
  if (status === 'failed') throw failure(job, result)
  if (status !== 'cancelled') return result
  const error = job.error === null ? undefined : fromWireError(job.error)
  if (error instanceof JobCancelledError && cancelledBy === undefined) throw error
  throw cancelledError(job.name, result, cancelledBy)
}

export function cancelledError(
  name: string,
  result: JobResult,
  by?: { readonly cause: unknown },
): JobCancelledError {
  const reason = by === undefined ? '.' : `: ${firstLine(by.cause)}`
  return new JobCancelledError(`Job '${name}' was cancelled${reason}`, result, {
    remedy: 'Nothing to mend: somebody cancelled it. Its result has the books up to then.',
    ...by,
  })
}

/** Of a job that came to nothing: it was ended before it ran. */
export function emptyResult(job: {
  readonly id: string
  readonly name: string
  readonly status: JobStatus
  readonly submittedAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly restarts: number
}): JobResult {
  const startedAt = job.startedAt ?? job.submittedAt
  const endedAt = job.endedAt ?? startedAt
  return {
    jobId: job.id,
    name: job.name,
    status: job.status as JobResult['status'],
    startedAt,
    endedAt,
    durationMs: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)),
    restarts: job.restarts,
    restartCauses: [],
    nodes: [],
    services: [],
  }
}

/** What ends a job outside of its pipeline, a crash of its process for one, is the cause of its failure. */
function failure({ name, error: told }: JobInfo, result: JobResult): JobFailedError {
  const error = told === null ? undefined : fromWireError(told)
  if (error instanceof JobFailedError) return error
  const details = error instanceof MillraceError ? error : undefined
  return new JobFailedError(
    `Job '${name}' failed: ${error === undefined ? 'the server does not say why' : firstLine(error)}`,
    result,
    [],
    {
      operator: details?.operator,
      site: details?.site,
      record: details?.record,
      remedy: details?.remedy ?? 'Look at the logs of the job on the server.',
      ...(error === undefined ? {} : { cause: error }),
    },
  )
}

function withNames(job: JobInfo, root: string): JobInfo {
  const local = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? withLocalNames(root, value) : value
  const { error, result } = job
  return {
    ...job,
    error: error && (JSON.parse(JSON.stringify(error), local) as typeof error),
    result: result && (JSON.parse(JSON.stringify(result), local) as typeof result),
  }
}

function firstLine(thrown: unknown): string {
  return reasonOf(thrown).split('\n')[0] as string
}
