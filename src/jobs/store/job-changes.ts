import { transition } from '../../job/job-state.ts'
import type { JobStatus } from '../../job/job-status.ts'
import { noFailures } from '../../job/restart-policy.ts'
import type { JobEvent } from '../../protocol/job-event.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import type { Submission } from '../../protocol/submission.ts'
import type { CreateDetails, JobPatch, JobRecord, TransitionDetails } from './job-store.ts'
import { asKept } from './submission-text.ts'

// What changes make of a job: the same in every store.

/** A job without its place in the queue, which other jobs change. */
export type StoredJob = Omit<JobRecord, 'position'>

type WithoutId<Event> = Event extends JobEvent ? Omit<Event, 'id'> : never

/** An event that has no number yet. */
export type EventBody = WithoutId<JobEvent>

export const timeOf = (at: number): string => new Date(at).toISOString()

/** In which parts of a name are looked for, whatever their case. */
export const searchText = (name: string): string => name.toLowerCase()

export function newJob(
  submission: Submission,
  {
    id,
    at,
    restartedFrom = null,
  }: Pick<CreateDetails, 'id' | 'at'> & { readonly restartedFrom?: string | null },
): StoredJob {
  return {
    id,
    name: submission.name,
    status: 'queued',
    autostop: submission.autostop,
    priority: submission.options.priority,
    checkpointed: submission.options.checkpointed,
    submittedAt: timeOf(at),
    startedAt: null,
    endedAt: null,
    restarts: 0,
    revision: 1,
    provider: LOCAL,
    externalId: null,
    submission: asKept(submission),
    restartedFrom,
    process: null,
    progress: null,
    savepoint: null,
    error: null,
    result: null,
    restartHistory: noFailures,
    dueAt: null,
    wanted: null,
  }
}

/** The provider of the server's own jobs. */
export const LOCAL = 'local'

/** Why a job is there. */
export const causeOfCreation = ({ by, restartedFrom }: CreateDetails): string =>
  restartedFrom === undefined
    ? `It was submitted by ${by}.`
    : `It was submitted by ${by}, as a restart of job ${restartedFrom}.`

/** @throws IllegalTransitionError */
export function moved(job: StoredJob, to: JobStatus, { at, patch = {} }: TransitionDetails): StoredJob {
  const state = transition(
    { status: job.status, startedAt: momentOf(job.startedAt), endedAt: momentOf(job.endedAt) },
    to,
    at,
  )
  return {
    ...job,
    ...given(patch),
    status: state.status,
    startedAt: state.startedAt === undefined ? null : timeOf(state.startedAt),
    endedAt: state.endedAt === undefined ? null : timeOf(state.endedAt),
    revision: job.revision + 1,
  }
}

/** The same job where the patch has nothing in it. */
export function patched(job: StoredJob, patch: JobPatch): StoredJob {
  const fields = given(patch)
  return Object.keys(fields).length === 0 ? job : { ...job, ...fields, revision: job.revision + 1 }
}

export function summaryOf(job: StoredJob | JobSummary, position: number | null): JobSummary {
  const { id, name, status, autostop, priority, checkpointed } = job
  const { submittedAt, startedAt, endedAt, restarts, revision, provider, externalId } = job
  return {
    id,
    name,
    status,
    autostop,
    priority,
    checkpointed,
    position,
    submittedAt,
    startedAt,
    endedAt,
    restarts,
    revision,
    provider,
    externalId,
  }
}

const patchable = [
  'process',
  'progress',
  'savepoint',
  'error',
  'result',
  'restartHistory',
  'dueAt',
  'wanted',
  'restarts',
] as const satisfies readonly (keyof JobPatch)[]

/** What a patch gives, as JSON has it. */
function given(patch: JobPatch): JobPatch {
  const fields = patchable
    .filter((field) => patch[field] !== undefined)
    .map((field) => [field, patch[field]] as const)
  return JSON.parse(JSON.stringify(Object.fromEntries(fields))) as JobPatch
}

const momentOf = (time: string | null): number | undefined => (time === null ? undefined : Date.parse(time))
