import { deserialize, serialize } from 'node:v8'

/** Records in the first frame, and in any. */
const FIRST = 16
const MOST = 1024
/** Bytes that frames are to have, as far as they can be told from the frame before. */
const SIZE = 1 << 20
/** Bytes of the length that stands before each frame, little end first. */
const HEAD = 4

/**
 * What `collect()` received, as bytes: frames of records, each the length of V8's serialisation of an array, and that.
 * Made one by one, so that a million records are never in memory twice.
 * @throws DataCloneError for what cannot be copied: functions, promises and the like.
 */
export function* collectedFrames(values: readonly unknown[]): Generator<Buffer> {
  let count = FIRST
  for (let from = 0; from < values.length;) {
    const bytes = serialize(values.slice(from, from + count))
    from += count
    count = Math.max(1, Math.min(MOST, Math.floor((count * SIZE) / bytes.length)))
    const head = Buffer.alloc(HEAD)
    head.writeUInt32LE(bytes.length)
    yield Buffer.concat([head, bytes])
  }
}

/** The records again, in order. @throws RangeError when the bytes end inside a frame. */
export async function* readCollected(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<readonly unknown[]> {
  let parts: Uint8Array[] = []
  let held = 0
  let wanted = HEAD
  let inFrame = false
  for await (const part of bytes) {
    parts.push(part)
    held += part.length
    while (held >= wanted) {
      const all = parts.length === 1 ? Buffer.from(parts[0] as Uint8Array) : Buffer.concat(parts)
      const taken = all.subarray(0, wanted)
      parts = [all.subarray(wanted)]
      held -= wanted
      if (inFrame) yield deserialize(taken) as unknown[]
      wanted = inFrame ? HEAD : taken.readUInt32LE()
      inFrame = !inFrame
    }
  }
  if (inFrame || held > 0) throw new RangeError('what was collected is cut off')
}
