import { stat } from 'node:fs/promises'
import { codeOf } from './file-errors.ts'

/** Bytes in a file; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
