import { reasonOf } from '../../errors/reason-of.ts'
import type { JobStatus } from '../../job/job-status.ts'
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
  const settled = await insist(`write down how job ${id} ended`, context, () =>
    settle(id, folder, context, finished),
  )
  if (settled !== undefined) await tidy(settled, folder, context)
}

async function settle(
  id: string,
  folder: JobFolder,
  context: SupervisorContext,
  { outcome: told, failure, progress, ...known }: FinishedRun,
): Promise<JobRecord | undefined> {
  const { store, clock, random, logs } = context
  const job = store.get(id)
  if (job === undefined) return undefined
  const at = clock.now()
  const outcome = told ?? (await folder.outcome())
  const newest =
    outcome === undefined
      ? await reconcileCheckpoints(job, folder, context)
      : (store.checkpoints(id)[0] ?? null)
  const verdict = judge({ job, outcome, failure: await failure(), newest, at, random, ...known })
  logs.remark(id, verdict.cause)
  const patch = { ...verdict.patch, ...(progress !== null && { progress }) }
  // It was restarting within its process: the log tells what came of that.
  if (job.status === verdict.to) return store.patch(id, patch)
  let settled = job
  for (const to of wayTo(job.status, verdict.to)) {
    settled = store.transition(id, to, { at, cause: verdict.cause, ...(to === verdict.to && { patch }) })
  }
  return settled
}

const terminal: readonly JobStatus[] = ['completed', 'failed', 'cancelled']

/** Removes what only a run needs. What stays because of an error is removed at the next start of the server. */
export async function tidy(
  { id, status, submission }: JobRecord,
  folder: JobFolder,
  { logs, logger }: SupervisorContext,
): Promise<void> {
  if (status !== 'restarting') logs.settled(id)
  if (!terminal.includes(status)) return
  try {
    await folder.removeSecrets()
    if (status !== 'failed' || !submission.options.keepOnFailure) await folder.removeWork()
  } catch (error) {
    logger.warn(`The folder of a job cannot be tidied: ${reasonOf(error)}`, { job: id, error })
  }
}
