import { mkdir, open, readdir, rename, rmdir, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './file-errors.ts'

/** What systems say that cannot sync a directory. */
const cannot: readonly string[] = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP']

/** Brings the names in a directory to the disk: a file that was made or renamed is there after a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r')
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    if (!cannot.includes(codeOf(error))) throw error
  }
}

/** Makes a directory and those it is in, where they are not there yet. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first !== undefined) await syncDirectory(dirname(first))
}

/**
 * Gives a file its name, at once and for good. The directory that it was in may be gone right behind it: whoever is done
 * with it removes it when it is empty.
 */
export async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to)
  await syncDirectory(dirname(to))
  if (dirname(from) === dirname(to)) return
  await syncDirectory(dirname(from)).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
}

/** The names in a directory; none where there is no directory. */
export function namesIn(path: string): Promise<string[]> {
  return readdir(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
}

/** Removes a file that may be gone already. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
}

/** Removes a directory if there is nothing in it. */
export async function removeEmpty(path: string): Promise<void> {
  await rmdir(path).catch(() => {})
}
