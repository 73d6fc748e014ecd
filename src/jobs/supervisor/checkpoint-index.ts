import { access } from 'node:fs/promises'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import { FileCheckpointStore } from '../../storage/file-checkpoint-store.ts'
import type { JobRecord, JobStore } from '../store/job-store.ts'
import type { JobFolder } from './job-folder.ts'

/**
 * Makes the index of a job's checkpoints agree with the disk, which is right: a process that was killed may not have
 * told of its last one. Nobody may hold the checkpoints.
 * @returns the newest
 */
export async function reconcileCheckpoints(
  { id, name, checkpointed }: JobRecord,
  folder: JobFolder,
  store: JobStore,
  at: number,
): Promise<CheckpointInfo | null> {
  if (!checkpointed || !(await isThere(folder.checkpoints))) return store.checkpoints(id)[0] ?? null
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
  return store.checkpoints(id)[0] ?? null
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
