import type { BlobRef, CheckpointManifest } from './checkpoint-store.ts'

/** Every blob that a checkpoint refers to, its own and those of earlier ones. */
export function* blobsOf(manifest: CheckpointManifest): Generator<BlobRef> {
  for (const { subtasks } of manifest.operators) {
    for (const { values, tables } of subtasks) {
      yield* Object.values(values)
      for (const segments of Object.values(tables)) yield* segments
    }
  }
}
