import { readFile } from 'node:fs/promises'
import { serialize } from 'node:v8'
import type { SeatedOutcome } from '../../environment/seat/seat-order.ts'
import type { SubmitOutcome } from '../../environment/seat/submit-log.ts'
import { fileInMemory } from '../../remote/bundle/file-in-memory.ts'
import type { BundledFile, ProgramBundle } from '../../remote/bundle/program-bundle.ts'
import type { Files } from '../engine/files.ts'
import type { ClusterJobSpec } from '../protocol/job-spec.ts'

/** Files that are sent at a time. */
const AT_ONCE = 4

/** Of a program, as it stands in a specification: the bundle, and what its submits before had come to. */
export interface ClusterProgram {
  readonly program: Pick<ClusterJobSpec['program'], 'entry' | 'files' | 'earlier'>
  /** All that the engine has to have. */
  readonly files: readonly BundledFile[]
}

export function clusterProgram(
  bundle: ProgramBundle,
  earlier: readonly (SubmitOutcome | null)[],
): ClusterProgram {
  const files = bundle.files.map(({ path, hash, size }) => ({ path, hash, size }))
  if (earlier.length === 0)
    return { program: { entry: bundle.entry, files, earlier: '' }, files: bundle.files }
  const outcomes = earlier.map(seatedOutcome)
  const file = fileInMemory('earlier', serialize(outcomes))
  return { program: { entry: bundle.entry, files, earlier: file.hash }, files: [...bundle.files, file] }
}

/** Sends those that the engine does not have. `signal` ends it. */
export async function sendFiles(
  engine: Files,
  files: readonly BundledFile[],
  signal: AbortSignal,
): Promise<void> {
  const queue = new Map(files.map((file) => [file.hash, file])).values()
  const work = async (): Promise<void> => {
    for (const { hash, content } of queue) {
      signal.throwIfAborted()
      if (await engine.has(hash)) continue
      await engine.put(hash, content instanceof Uint8Array ? content : await readFile(content.path))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

function seatedOutcome(outcome: SubmitOutcome | null): SeatedOutcome | null {
  return outcome && { ...outcome, collected: [...outcome.collected] }
}
