import { findEntry } from '../environment/seat/find-entry.ts'
import { rootOf } from './bundle/source-names.ts'

/** The folder that names of the program's sources are relative to; null: it is not known what it is. */
export function rootOfProgram(entry: string | URL | undefined): string | null {
  try {
    return rootOf(findEntry(entry).file)
  } catch {
    return null
  }
}
