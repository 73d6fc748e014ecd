import type { Submission } from '../../protocol/submission.ts'
import type { StoredProgramFiles } from '../store/program-files.ts'
import { missingFiles, queueFull } from './refusals.ts'
import type { SupervisorContext } from './supervisor-context.ts'

/** @throws QueueFullError where no more jobs may wait */
export function checkRoom({ store, limits }: Pick<SupervisorContext, 'store' | 'limits'>): void {
  if (store.counts().queued >= limits.maxQueued) throw queueFull(limits.maxQueued)
}

/** @throws MissingFilesError where files of the program are to be uploaded first */
export function checkFiles({ program }: Submission, files: Pick<StoredProgramFiles, 'has'>): void {
  const missing = [...new Set(program.files.map(({ hash }) => hash))].filter((hash) => !files.has(hash))
  if (missing.length > 0) throw missingFiles(missing)
}
