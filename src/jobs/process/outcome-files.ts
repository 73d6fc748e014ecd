import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { collectedFrames } from '../../protocol/collected-frames.ts'
import type { WireError } from '../../protocol/wire-error.ts'
import { syncFolder } from '../../storage/file/disk.ts'
import type { JobOutcome } from './messages.ts'
import { resultFiles } from './result-files.ts'

/** Writes what `collect()` received, durably. @throws DataCloneError for records that cannot be copied. */
export async function writeCollected(
  results: string,
  collected: ReadonlyMap<string, readonly unknown[]>,
): Promise<void> {
  const folder = join(results, resultFiles.collected)
  await rm(folder, { recursive: true, force: true })
  if (collected.size === 0) return
  await mkdir(folder, { recursive: true })
  for (const [node, values] of collected) {
    const file = await open(join(folder, node), 'w')
    try {
      for (const frame of collectedFrames(values)) await file.writeFile(frame)
      await file.sync()
    } finally {
      await file.close()
    }
  }
  await syncFolder(folder)
}

/**
 * Writes how the job ended: whole or not at all, and durable when it returns. Synchronous, so that a process can do it
 * when it is about to exit.
 */
export function writeOutcome(results: string, outcome: JobOutcome): void {
  writeWhole(results, resultFiles.outcome, outcome)
}

/** Writes why the process ends without an outcome. */
export function writeLastWords(results: string, words: WireError): void {
  writeWhole(results, resultFiles.lastWords, words)
}

function writeWhole(folder: string, name: string, data: unknown): void {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, name)
  sync(`${file}.new`, 'w', (handle) => writeFileSync(handle, JSON.stringify(data)))
  renameSync(`${file}.new`, file)
  // Windows opens no folders, and writes their entries through.
  if (process.platform !== 'win32') sync(folder, 'r', () => {})
}

function sync(path: string, flags: 'r' | 'w', work: (handle: number) => void): void {
  const handle = openSync(path, flags)
  try {
    work(handle)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
