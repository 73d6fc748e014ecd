import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What tells one state of a file from another. */
export interface FileState {
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly mtime: number
}

/** Files looked at side by side. */
const TOGETHER = 32

/**
 * The files below the directory that are wanted, by their paths below it, with '/', in the order of these paths. Links
 * to files count as files, links to folders are not followed. What vanishes meanwhile is left out.
 * @throws the signal's reason when that is aborted, and the error of node:fs when a folder cannot be read; ENOENT is thrown for the directory itself only.
 */
export async function scanDirectory(
  directory: string,
  recursive: boolean,
  wants: (path: string) => boolean,
  signal: AbortSignal,
): Promise<Map<string, FileState>> {
  const paths: string[] = []
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted()
    for (const entry of await entriesOf(directory, folder)) {
      const path = `${folder}${entry.name}`
      if (entry.isDirectory()) {
        if (recursive) folders.push(`${path}/`)
      } else if ((entry.isFile() || entry.isSymbolicLink()) && wants(path)) paths.push(path)
    }
  }
  paths.sort(byCodeUnits)
  const found = new Map<string, FileState>()
  for (let start = 0; start < paths.length; start += TOGETHER) {
    signal.throwIfAborted()
    const some = paths.slice(start, start + TOGETHER)
    const states = await Promise.all(some.map((path) => stateOf(join(directory, path))))
    some.forEach((path, i) => {
      const state = states[i]
      if (state !== undefined) found.set(path, state)
    })
  }
  return found
}

async function entriesOf(directory: string, folder: string): Promise<Dirent[]> {
  try {
    return await readdir(join(directory, folder), { withFileTypes: true })
  } catch (error) {
    if (folder !== '' && isMissing(error)) return []
    throw error
  }
}

/** Undefined for what is not there any more, or is no file. */
async function stateOf(path: string): Promise<FileState | undefined> {
  try {
    const stats = await stat(path)
    return stats.isFile() ? { size: stats.size, mtime: stats.mtimeMs } : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export function isMissing(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ENOENT'
}

/** The same order everywhere, whatever the locale. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
