import type {
  BlobRef,
  CheckpointManifest,
  CheckpointSummary,
  JobCheckpoints,
  LoadedCheckpoint,
} from '../../../src/storage/checkpoint-store.ts'
import { blobsOf } from '../../../src/storage/manifest-blobs.ts'

export const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)

/** Bytes that look random and are the same for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  const out = new Uint8Array(length)
  let state = seed * 2654435761 + 1
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    out[i] = state >>> 16
  }
  return out
}

export function manifestOf(
  job: string,
  id: number,
  blobs: readonly BlobRef[],
  changes: Partial<CheckpointManifest> = {},
): CheckpointManifest {
  const subtask = { finished: false, values: {}, tables: { cells: blobs }, book: { in: 3, out: 2 } }
  const operator = { stateId: 'sum', named: true, name: 'sum', kind: 'scan', parallelism: 1 }
  return {
    format: 1,
    job,
    run: 'run-1',
    id,
    kind: 'checkpoint',
    takenAt: new Date(1_700_000_000_000 + id).toISOString(),
    operators: [{ ...operator, subtasks: [subtask] }],
    ...changes,
  }
}

/** Commits a checkpoint of these blobs, and of what it refers to besides. */
export async function take(
  checkpoints: JobCheckpoints,
  job: string,
  id: number,
  blobs: readonly Uint8Array[],
  { refs = [], kind = 'checkpoint' }: { refs?: readonly BlobRef[]; kind?: 'checkpoint' | 'savepoint' } = {},
): Promise<{ readonly summary: CheckpointSummary; readonly refs: readonly BlobRef[] }> {
  const writer = await checkpoints.begin(id, kind)
  const own = await Promise.all(blobs.map((blob) => writer.put(blob)))
  const all = [...refs, ...own]
  return { summary: await writer.commit(manifestOf(job, id, all, { kind })), refs: all }
}

/** Everything in a checkpoint, in order. */
export async function contentOf(loaded: LoadedCheckpoint): Promise<readonly Uint8Array[]> {
  try {
    const content: Uint8Array[] = []
    for (const ref of blobsOf(loaded.manifest)) content.push(new Uint8Array(await loaded.read(ref)))
    return content
  } finally {
    await loaded.close()
  }
}

export const idsOf = async (checkpoints: JobCheckpoints): Promise<readonly number[]> =>
  (await checkpoints.list()).map(({ id }) => id)
