import type { PortableError } from '../../errors/portable-error.ts'

/** Errors that are none of the job's, and pass: the engine was away for a while, or a part is somebody else's by now. */
const passing = ['EngineUnavailableError', 'RegionFencedError', 'NobodyAnsweredError']

export function isPassing({ lineage }: Pick<PortableError, 'lineage'>): boolean {
  return lineage.some((name) => passing.includes(name))
}
