import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WireError } from '../../protocol/wire-error.ts'
import type { JobOutcome } from './messages.ts'

/** Names in the folder of a job's results. */
export const resultFiles = {
  /** The JobOutcome: how the job ended. */
  outcome: 'outcome.json',
  /** A WireError, written where the program ended its own process while the job ran: no outcome then, but a reason. */
  lastWords: 'last-words.json',
  /** Folder of what `collect()` received: one file a node, named for its id, in collected frames. */
  collected: 'collected',
} as const

/** How a job ended; undefined when its process wrote no outcome. */
export function readOutcome(results: string): Promise<JobOutcome | undefined> {
  return readJson(join(results, resultFiles.outcome))
}

/** Why a process without an outcome ended, as far as it could tell itself. */
export function readLastWords(results: string): Promise<WireError | undefined> {
  return readJson(join(results, resultFiles.lastWords))
}

/** Files are written whole or not at all; last words may be cut off, and then say nothing. */
async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
