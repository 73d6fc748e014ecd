import { CheckpointCorruptError } from '../../errors/checkpoint-errors.ts'
import type { CheckpointManifest } from '../checkpoint-store.ts'
import { decodeManifest } from '../manifest-codec.ts'
import { codeOf, readIfThere } from './disk.ts'
import type { ManifestFile } from './job-folder.ts'

/**
 * The manifest in a file, undefined where there is no file.
 * @param job whose it must be; undefined: any job's
 * @throws CheckpointCorruptError
 */
export async function readManifest(
  { file, id, kind }: ManifestFile,
  job: string | undefined,
): Promise<CheckpointManifest | undefined> {
  const bytes = await readIfThere(file).catch((error: unknown) => {
    throw damage(error, file) ?? error
  })
  return bytes && decodeManifest(bytes, file, job === undefined ? { id, kind } : { id, kind, job })
}

/** A failed read as damage of what is read; undefined where it may be there, and only cannot be read now. */
export function damage(error: unknown, file: string): CheckpointCorruptError | undefined {
  const code = codeOf(error)
  if (code === 'ENOENT') return new CheckpointCorruptError(`${file} is missing`, { cause: error })
  if (code !== 'EIO' && code !== 'EISDIR') return undefined
  return new CheckpointCorruptError(`${file} cannot be read: ${(error as Error).message}`, { cause: error })
}
