import { z } from 'zod'
import type { ObservedJob } from '../job-provider.ts'
import type { StatusTable } from '../status-tables.ts'
import { jobError } from '../wire/job-error.ts'
import { timeOf } from '../wire/observed-time.ts'
import { UnreadableJob } from '../wire/read-jobs.ts'

// Null, and what is of another kind, is nothing.
const text = z.string().optional().catch(undefined)
const number = z.number().optional().catch(undefined)

/** Of Ray's JobDetails what is of use here. What is wrong beside its id and status is left out. */
const rayJobSchema = z
  .object({
    /** Null for a job of a driver that nobody submitted. */
    submission_id: text,
    job_id: text,
    status: z.string('it has no status'),
    entrypoint: text,
    message: text,
    error_type: text,
    /** Milliseconds since the epoch. Of a submitted job: when it was submitted. */
    start_time: number,
    end_time: number,
    metadata: z.record(z.string(), z.unknown()).optional().catch(undefined),
    driver_exit_code: number,
    attempt_number: number,
  })
  .refine((job) => idOf(job) !== '', 'it has neither submission_id nor job_id')

type RayJob = z.infer<typeof rayJobSchema>

export const rayLogsSchema: z.ZodType<{ readonly logs: string | null }> = z.object({
  logs: z.string().nullable(),
})

interface JobIds {
  readonly submission_id?: string | undefined
  readonly job_id?: string | undefined
}

/** Both ids name a job to Ray; that of the submission is there first. */
function idOf({ submission_id, job_id }: JobIds): string {
  return submission_id || job_id || ''
}

export function readRayJob(item: unknown, statuses: StatusTable): ObservedJob | UnreadableJob {
  const { success, data: job, error } = rayJobSchema.safeParse(item)
  if (!success) return UnreadableJob.of(error)
  const status = statuses.statusOf(job.status)
  const startTime = timeOf(job.start_time, 'milliseconds')
  const endedAt = timeOf(job.end_time, 'milliseconds')
  const hasBegun = status !== null && status !== 'queued' && status !== 'pending'
  return {
    externalId: idOf(job),
    status,
    externalStatus: job.status,
    ...nameOf(job),
    ...(startTime === undefined ? {} : { submittedAt: startTime }),
    ...(startTime === undefined || !hasBegun ? {} : { startedAt: startTime }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(job.attempt_number === undefined ? {} : { restarts: job.attempt_number }),
    ...(status === 'failed' ? { error: errorOf(job) } : {}),
  }
}

/** Ray has no names: `metadata` may have one, and its `job_name` is what Ray's own tools write there. */
function nameOf({ metadata, entrypoint }: RayJob): { readonly name?: string } {
  const { name, job_name: jobName } = metadata ?? {}
  const found = [name, jobName, entrypoint].find((value) => typeof value === 'string' && value.trim() !== '')
  return found === undefined ? {} : { name: (found as string).trim() }
}

function errorOf({
  message,
  error_type: type,
  driver_exit_code: exitCode,
}: RayJob): ObservedJob['error'] & {} {
  const said = message?.trim() || type || 'Ray says that the job has failed, and not why.'
  return jobError(said, {
    ...(type === undefined ? {} : { errorType: type }),
    ...(exitCode === undefined ? {} : { exitCode }),
  })
}
