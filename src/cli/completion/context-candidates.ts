import { configPath, readConfig } from '../settings/config-file.ts'
import type { Candidate } from './completion.ts'

/** The contexts of the configuration file. None where it cannot be read. */
export function contextCandidates(env: Readonly<Record<string, string | undefined>>): readonly Candidate[] {
  try {
    const contexts = Object.entries(readConfig(configPath(env)).contexts ?? {})
    return contexts.map(([value, { url }]) => ({
      value,
      ...(url === undefined ? {} : { description: url }),
    }))
  } catch {
    return []
  }
}
