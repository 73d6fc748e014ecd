import { open, readFile, rm } from 'node:fs/promises'
import process from 'node:process'
import { CheckpointStoreError } from '../../errors/checkpoint-errors.ts'
import { MillraceError } from '../../errors/millrace-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'

/** Makes what has happened in a folder durable: files that came, went, or have another name. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and writes their entries through.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a file that must not exist, and makes its content durable. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The content of a file, or undefined where there is none. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Deletes files, whether they are there or not. */
export async function deleteFiles(files: readonly string[]): Promise<void> {
  for (const file of files) await rm(file, { force: true })
}

export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code

/** Says what to do about what the disk refuses. */
export async function attempt<T>(doing: string, place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause
    throw new CheckpointStoreError(`cannot ${doing}: ${reasonOf(cause)}`, {
      remedy: remedyFor(codeOf(cause), place),
      cause,
    })
  }
}

function remedyFor(code: unknown, place: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return `free space on the disk of ${place}, or keep fewer checkpoints; those that were complete are untouched`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `let the user that runs the job read and write ${place}`
    case 'ENOTDIR':
    case 'EEXIST':
      return `give a folder that is this store's alone: at ${place} is something else`
    case 'EMFILE':
    case 'ENFILE':
      return 'let the process open more files'
    default:
      return `see whether ${place} is there and in order; checkpoints that were complete are untouched`
  }
}
