import type { JetStream } from './jetstream.ts'

/** No message is larger, whatever the server takes, so that whoever reads knows how much room it takes. */
export const LARGEST_MESSAGE: number = 1024 * 1024
/** What headers of ours take at most, but for those of a control message. */
const HEADERS = 2048
/** Pieces under way at once. */
const WINDOW = 4

/** Bytes that fit into a message. */
export function pieceSize(maxPayload: number): number {
  return Math.min(maxPayload, LARGEST_MESSAGE) - HEADERS
}

/** At least one. */
function inPieces(bytes: Uint8Array, maxPayload: number): readonly Uint8Array[] {
  const size = pieceSize(maxPayload)
  const pieces: Uint8Array[] = []
  for (let i = 0; i < bytes.length || i === 0; i += size) pieces.push(bytes.subarray(i, i + size))
  return pieces
}

/** Stores pieces, each once or more often: the last of a subject counts, and all are the same. */
export async function writePieces(
  js: JetStream,
  bytes: Uint8Array,
  subjectOf: (piece: number) => string,
): Promise<number> {
  const pieces = inPieces(bytes, js.link.maxPayload)
  await inWindow(pieces.length, (i) =>
    js.link.patiently(() => js.publish(subjectOf(i), pieces[i]!), Infinity),
  )
  return pieces.length
}

/** Null: one is missing. */
export async function readPieces(
  js: JetStream,
  stream: string,
  subjectOf: (piece: number) => string,
  count: number,
): Promise<Uint8Array | null> {
  const pieces: (Uint8Array | null)[] = []
  await inWindow(count, async (i) => {
    const subject = subjectOf(i)
    // A copy may lack what is new: the leader has it.
    pieces[i] = (await js.anyLast(stream, subject)) ?? (await js.last(stream, subject))?.bytes ?? null
  })
  if (pieces.includes(null)) return null
  return count === 1 ? pieces[0]! : Buffer.concat(pieces as Uint8Array[])
}

async function inWindow(count: number, run: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const strand = async (): Promise<void> => {
    while (next < count) await run(next++)
  }
  await Promise.all(Array.from({ length: Math.min(WINDOW, count) }, strand))
}
