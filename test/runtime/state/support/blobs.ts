import type { TableCapture } from '../../../../src/runtime/state/table-capture.ts'
import type { BlobRef } from '../../../../src/storage/checkpoint-store.ts'

/** What a store does for state: keeps bytes, by reference. */
export class Blobs {
  readonly bytes: Uint8Array[] = []

  readonly put = (bytes: Uint8Array): Promise<BlobRef> => Promise.resolve(this.add(bytes))
  readonly read = ({ offset }: BlobRef): Promise<Uint8Array> =>
    Promise.resolve(this.bytes[offset] as Uint8Array)

  add(bytes: Uint8Array): BlobRef {
    this.bytes.push(bytes)
    return { checkpoint: 1, offset: this.bytes.length - 1, length: bytes.length, crc: 0 }
  }

  *of(refs: readonly BlobRef[]): Generator<Uint8Array> {
    for (const { offset } of refs) yield this.bytes[offset] as Uint8Array
  }
}

/** Writes what is left of a capture, each slice a blob of its own. */
export function finish(capture: TableCapture, blobs: Blobs, written: BlobRef[] = []): readonly BlobRef[] {
  for (let slice = capture.next(); slice !== null; slice = capture.next()) {
    if (slice.length > 0) written.push(blobs.add(slice))
  }
  const refs = [...capture.base, ...written]
  capture.succeeded(refs)
  return refs
}
