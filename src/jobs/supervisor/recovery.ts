import { JobProcessError } from '../../errors/job-process-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { WireError } from '../../protocol/wire-error.ts'
import { delay } from '../../time/delay.ts'
import type { JobRecord } from '../store/job-store.ts'
import type { JobFolder } from './job-folder.ts'
import type { JobQueue } from './job-queue.ts'
import { endLeftover, isStillThere } from './leftover-process.ts'
import { wireErrorOf } from './process-failure.ts'
import { settleRun } from './settle-run.ts'
import type { SupervisorContext } from './supervisor-context.ts'

/** Milliseconds between two looks whether a process is still there. */
const LOOK_EVERY = 100

const serverGone = 'The server had ended while the job ran'

/**
 * Takes up the jobs that an earlier server has left: their processes end by themselves, or are ended after a deadline.
 * Nothing is adopted, because what a process has told in between is lost. Resolves when every job is as it is shown.
 */
export function recoverJobs(
  context: SupervisorContext,
  queue: JobQueue,
  remove: (job: string) => Promise<void>,
): Promise<void> {
  const left = context.store.withStatus('running', 'stopping', 'restarting')
  for (const { id } of left) queue.hold(id)
  return Promise.all(left.map((job) => recoverOne(job, context, queue, remove))).then(() => {})
}

async function recoverOne(
  job: JobRecord,
  context: SupervisorContext,
  queue: JobQueue,
  remove: (job: string) => Promise<void>,
): Promise<void> {
  try {
    await recover(job, context)
    if (job.wanted === 'deleted') await remove(job.id)
  } catch (error) {
    // The server is closed meanwhile, or the disk is out of order: the next one finds the job as it was.
    context.logger.error(`Job ${job.id} is not recovered: ${reasonOf(error)}`, { job: job.id, error })
  } finally {
    queue.release(job.id)
  }
}

async function recover(job: JobRecord, context: SupervisorContext): Promise<void> {
  const folder = context.folderOf(job.id)
  await lastProcessEnds(folder, context)
  // It was waiting for its restart, which is still due.
  if (job.status === 'restarting' && job.dueAt !== null) return
  await settleRun(job.id, folder, context, {
    outcome: undefined,
    failure: async () => ({ clause: 'ended with the server', error: endedWithServer() }),
    cancelledBy: 'It was to be cancelled when the server ended.',
    serverGone,
    progress: null,
  })
}

async function lastProcessEnds(
  folder: JobFolder,
  { clock, limits, giveUp }: SupervisorContext,
): Promise<void> {
  const started = folder.process()
  if (started === undefined) return
  const until = clock.monotonic() + limits.orphanDeadline
  while (isStillThere(started) && clock.monotonic() < until) await delay(clock, LOOK_EVERY, [giveUp])
  // Also where it has ended: what it has started may live.
  endLeftover(started)
  while (isStillThere(started)) await delay(clock, LOOK_EVERY, [giveUp])
}

const endedWithServer = (): WireError =>
  wireErrorOf(
    new JobProcessError(
      'The server ended while the job was to stop, and it keeps no checkpoint to go on from.',
      {
        remedy: 'submit it again; with checkpoints it can be continued',
      },
    ),
  )
