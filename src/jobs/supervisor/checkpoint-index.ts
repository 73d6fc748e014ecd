import { access } from 'node:fs/promises'
import { CheckpointStoreError } from '../../errors/checkpoint-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import { FileCheckpointStore } from '../../storage/file-checkpoint-store.ts'
import type { JobRecord, JobStore } from '../store/job-store.ts'
import type { JobFolder } from './job-folder.ts'
import type { SupervisorContext } from './supervisor-context.ts'

/**
 * Makes the index of a job's checkpoints agree with the disk, which is right: a process that was killed may not have
 * told of its last one. Nobody may hold the checkpoints. Where they cannot be read the index stays.
 * @returns the newest
 */
export async function reconcileCheckpoints(
  job: JobRecord,
  folder: JobFolder,
  { store, clock, logger }: Pick<SupervisorContext, 'store' | 'clock' | 'logger'>,
): Promise<CheckpointInfo | null> {
  try {
    if (job.checkpointed && (await isThere(folder.checkpoints)))
      await reconcile(job, folder, store, clock.now())
  } catch (error) {
    if (!(error instanceof CheckpointStoreError)) throw error
    logger.warn(`The checkpoints of a job cannot be listed: ${reasonOf(error)}`, { job: job.id, error })
  }
  return store.checkpoints(job.id)[0] ?? null
}

async function reconcile(
  { id, name }: JobRecord,
  folder: JobFolder,
  store: JobStore,
  at: number,
): Promise<void> {
  const claimed = await new FileCheckpointStore(folder.checkpoints).claim(name)
  try {
    const onDisk = await claimed.list()
    const known = new Set(store.checkpoints(id).map(({ location }) => location))
    for (const { location } of store.checkpoints(id)) {
      if (!(await isThere(location))) store.removeCheckpoint(id, location)
    }
    for (const checkpoint of [...onDisk].reverse()) {
      if (!known.has(checkpoint.location)) store.addCheckpoint(id, checkpoint, at)
    }
  } finally {
    await claimed.release()
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
