import { reasonOf } from '../../errors/reason-of.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { JobOutcome } from '../process/messages.ts'
import type { JobRecord } from '../store/job-store.ts'
import { reconcileCheckpoints } from './checkpoint-index.ts'
import { insist } from './insist.ts'
import type { JobFolder } from './job-folder.ts'
import type { ProcessFailure } from './process-failure.ts'
import type { SupervisorContext } from './supervisor-context.ts'
import { judge, wayTo } from './verdict.ts'

/** What is known of a run whose process is gone. */
export interface FinishedRun {
  /** As its process has told; undefined: what it has written down counts. */
  readonly outcome: JobOutcome | undefined
  /** How its process ended, where it left no outcome. */
  readonly failure: () => Promise<ProcessFailure>
  readonly cancelledBy: string | null
  readonly serverGone: string | null
  /** As last told. */
  readonly progress: JobProgress | null
}

/** Writes down what the end of a job's process means, however long the disk takes to be in order. */
export async function settleRun(
  id: string,
  folder: JobFolder,
  context: SupervisorContext,
  finished: FinishedRun,
): Promise<void> {
  let remarked = false
  const remark = (cause: string): void => {
    if (!remarked) context.logs.remark(id, cause)
    remarked = true
  }
  const settled = await insist(`write down how job ${id} ended`, context, () =>
    settle(id, folder, context, finished, remark),
  )
  if (settled !== undefined) await tidy(settled, folder, context)
}

async function settle(
  id: string,
  folder: JobFolder,
  context: SupervisorContext,
  { outcome: told, failure: tell, progress, ...known }: FinishedRun,
  remark: (cause: string) => void,
): Promise<JobRecord | undefined> {
  const { store, clock, random } = context
  const outcome = told ?? (await folder.outcome())
  const failure = await tell()
  // A process that could not tell of its end could not tell of its last checkpoints either.
  const isIndexed = told !== undefined || outcome?.status === 'completed'
  const newest = await newestCheckpoint(id, isIndexed, folder, context)
  // From here on at once: until now somebody may have stopped or cancelled the job.
  const job = store.get(id)
  if (job === undefined) return undefined
  const at = clock.now()
  const { to, cause, patch: judged } = judge({ job, outcome, failure, newest, at, random, ...known })
  const patch = { ...judged, ...(progress !== null && { progress }) }
  // Before the job is over for those who follow its log.
  remark(cause)
  // It was restarting within its process: the log tells what came of that.
  if (job.status === to) return store.patch(id, patch)
  let settled = job
  for (const next of wayTo(job.status, to)) {
    settled = store.transition(id, next, { at, cause, ...(next === to && { patch }) })
  }
  return settled
}

async function newestCheckpoint(
  id: string,
  isIndexed: boolean,
  folder: JobFolder,
  context: SupervisorContext,
): Promise<CheckpointInfo | null> {
  const job = context.store.get(id)
  if (job === undefined) return null
  if (!isIndexed) return reconcileCheckpoints(job, folder, context)
  return context.store.checkpoints(id)[0] ?? null
}

const terminal: readonly JobStatus[] = ['completed', 'failed', 'cancelled']

/** Removes what only a run needs. What stays because of an error is removed at the next start of the server. */
export async function tidy(
  { id, status, submission }: JobRecord,
  folder: JobFolder,
  { logs, logger, store }: SupervisorContext,
): Promise<void> {
  if (status !== 'restarting') logs.settled(id)
  if (!terminal.includes(status)) return
  try {
    // Nobody takes them back any more.
    store.deadLetters.giveBack(id, null)
    await folder.removeSecrets()
    if (status !== 'failed' || !submission.options.keepOnFailure) await folder.removeWork()
  } catch (error) {
    logger.warn(`The folder of a job cannot be tidied: ${reasonOf(error)}`, { job: id, error })
  }
}
