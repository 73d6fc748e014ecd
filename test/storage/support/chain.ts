import * as assert from 'uvu/assert'
import type { CheckpointManifest, JobCheckpoints } from '../../../src/storage/checkpoint-store.ts'
import { manifestOf, noise } from './manifests.ts'

// Checkpoints whose content follows from their ids, so that another process can tell whether it is right.

const BLOBS = 4

const blob = (id: number, n: number): Uint8Array =>
  noise(((id * 7919 + n * 10_007) % 60_000) + n, id * BLOBS + n)

/** Takes one that refers to the first blob of the one before, if there is one. */
export async function takeNext(
  checkpoints: JobCheckpoints,
  before: CheckpointManifest | undefined,
): Promise<CheckpointManifest> {
  const id = (before?.id ?? 0) + 1
  const writer = await checkpoints.begin(id, 'checkpoint')
  const own = await Promise.all(Array.from({ length: BLOBS }, (_, n) => writer.put(blob(id, n))))
  const old = before?.operators[0]!.subtasks[0]!.tables['cells']!.slice(0, 1) ?? []
  const manifest = manifestOf('chain', id, [...own, ...old])
  await writer.commit(manifest)
  return manifest
}

/** Sees that each that is listed is whole; gives the newest. */
export async function verifyChain(checkpoints: JobCheckpoints): Promise<CheckpointManifest | undefined> {
  let newest: CheckpointManifest | undefined
  for (const { id } of await checkpoints.list()) {
    const loaded = await checkpoints.load(id)
    newest ??= loaded.manifest
    const refs = loaded.manifest.operators[0]!.subtasks[0]!.tables['cells']!
    assert.is(refs.length, id === 1 ? BLOBS : BLOBS + 1)
    for (const [n, ref] of refs.entries()) {
      const expected = n < BLOBS ? blob(id, n) : blob(id - 1, 0)
      assert.is(Buffer.compare(await loaded.read(ref), expected), 0, `checkpoint ${id}, blob ${n}`)
    }
    await loaded.close()
  }
  return newest
}
