import { isActive } from '../../job/job-status.ts'
import type { ObservedJob, ObservedLine } from '../../providers/job-provider.ts'
import type { JobCost } from '../../protocol/foreign-details.ts'
import type { JobInfo, JobTransition, LogLine } from '../../protocol/job-info.ts'
import { type EventBody, summaryOf, timeOf } from './job-changes.ts'
import { follows } from './follows.ts'
import type { ForeignRecord } from './foreign-job-store.ts'

// What observations make of jobs that run elsewhere: the same in every store.

/** Of the latest things that its provider has told. What it has not told is missing. */
type Told = Omit<ObservedJob, 'externalId' | 'logs'>

/** A job as it is first told of. */
export function newForeignJob(
  seen: ObservedJob,
  { id, provider, at }: { readonly id: string; readonly provider: string; readonly at: number },
): ForeignRecord {
  const told = plausible(seen)
  const status = told.status ?? 'pending'
  return {
    id,
    name: told.name ?? seen.externalId,
    status,
    autostop: true,
    priority: 0,
    checkpointed: false,
    position: null,
    submittedAt: told.submittedAt ?? told.startedAt ?? timeOf(at),
    startedAt: told.startedAt ?? null,
    endedAt: isActive(status) ? null : (told.endedAt ?? timeOf(at)),
    restarts: told.restarts ?? 0,
    revision: 1,
    provider,
    externalId: seen.externalId,
    error: told.error ?? null,
    version: told.version ?? null,
    foreign: {
      externalStatus: told.externalStatus ?? null,
      url: told.url ?? null,
      cost: told.cost ?? null,
      refreshedAt: timeOf(at),
      refreshError: null,
    },
    logLines: 0,
  }
}

/**
 * What an observation makes of a job. With the same revision nothing is new but the look itself, and the version.
 * Undefined: it is older than what is known, and says nothing.
 */
export function observedJob(job: ForeignRecord, seen: ObservedJob, at: number): ForeignRecord | undefined {
  const told = plausible(seen)
  const age = told.version === undefined || job.version === null ? 0 : told.version - job.version
  if (age < 0) return undefined
  const looked = {
    ...job,
    version: told.version ?? job.version,
    foreign: { ...job.foreign, refreshedAt: timeOf(at), refreshError: null },
  }
  if (!follows(job.status, told.status ?? job.status, age > 0)) return looked
  const changed = changedBy(told, looked, at)
  return JSON.stringify(changed) === JSON.stringify(looked)
    ? looked
    : { ...changed, revision: job.revision + 1 }
}

function changedBy(told: Told, job: ForeignRecord, at: number): ForeignRecord {
  const status = told.status ?? job.status
  const moves = status !== job.status
  const begins = moves && status === 'running' ? timeOf(at) : null
  return {
    ...job,
    name: told.name ?? job.name,
    status,
    submittedAt: told.submittedAt ?? job.submittedAt,
    startedAt: told.startedAt ?? job.startedAt ?? begins,
    endedAt: isActive(status) ? null : (told.endedAt ?? (moves ? timeOf(at) : job.endedAt)),
    restarts: told.restarts ?? job.restarts,
    // What went wrong before a job was continued is past.
    error: told.error ?? (moves && job.status === 'stopped' ? null : job.error),
    foreign: {
      ...job.foreign,
      externalStatus: told.externalStatus ?? job.foreign.externalStatus,
      url: told.url ?? job.foreign.url,
      cost: told.cost ?? job.foreign.cost,
    },
  }
}

/** The change of status from one record of a job to the next. */
export const transitionBetween = (
  before: ForeignRecord | undefined,
  after: ForeignRecord,
  { at, cause }: { readonly at: number; readonly cause: string },
): JobTransition | undefined =>
  before?.status === after.status
    ? undefined
    : { from: before?.status ?? null, to: after.status, at: timeOf(at), cause }

/** What is told of it. */
export function eventOf(job: ForeignRecord, transition: JobTransition): EventBody {
  const { at } = transition
  const summary = summaryOf(job, null)
  return transition.from === null
    ? { type: 'job_submitted', at, job: job.id, summary }
    : { type: 'job_status_changed', at, job: job.id, transition, summary }
}

/** Lines to add to a log, and the place of the last of them in the log of the provider. */
export interface NewLines {
  readonly added: readonly Omit<LogLine, 'seq'>[]
  readonly known: number
}

/** Lines of a provider as a log has them, behind those that are known. A provider that has not kept all tells their places. */
export function newLines(known: number, after: number, lines: readonly ObservedLine[], at: number): NewLines {
  // Where some in between are missing, they have to be read first.
  if (after > known) return { added: [], known }
  const added: Omit<LogLine, 'seq'>[] = []
  let place = after
  let last = known
  for (const line of lines) {
    place = Math.max(place + 1, line.seq ?? 0)
    if (place <= last) continue
    if (place > last + 1) added.push(remark(place - last - 1, at))
    added.push({ at: timeIn(line.at) ?? timeOf(at), stream: line.stream ?? 'stdout', text: line.text })
    last = place
  }
  return { added, known: last }
}

const remark = (missing: number, at: number): Omit<LogLine, 'seq'> => ({
  at: timeOf(at),
  stream: 'system',
  text: `${missing} lines are not kept any more where the job runs.`,
})

/** All there is to say of a job that runs elsewhere. */
export function foreignJobInfo(record: ForeignRecord): JobInfo {
  const { version: _, logLines: __, ...kept } = record
  return { ...kept, restartedFrom: null, process: null, progress: null, savepoint: null, result: null }
}

/** What a provider tells, as JSON has it, without what cannot be true. */
function plausible({ externalId: _, logs: __, ...seen }: ObservedJob): Told {
  const told: Record<string, unknown> = {
    ...seen,
    submittedAt: timeIn(seen.submittedAt),
    startedAt: timeIn(seen.startedAt),
    endedAt: timeIn(seen.endedAt),
    restarts: Number.isSafeInteger(seen.restarts) && seen.restarts! >= 0 ? seen.restarts : undefined,
    version: Number.isFinite(seen.version) ? seen.version : undefined,
    cost: isCost(seen.cost) ? { amount: seen.cost.amount, unit: seen.cost.unit } : undefined,
  }
  return JSON.parse(JSON.stringify(told)) as Told
}

const isCost = (cost: JobCost | undefined): cost is JobCost =>
  cost !== undefined && Number.isFinite(cost.amount)

/** In UTC, with milliseconds. */
function timeIn(text: string | undefined): string | undefined {
  const at = text === undefined ? NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : timeOf(at)
}
