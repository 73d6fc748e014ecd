import type { BlobRef } from '../../storage/checkpoint-store.ts'
import type { Clock } from '../../time/clock.ts'
import { Pacer } from './pacer.ts'
import type { SavedState, StateCapture } from './state-capture.ts'
import type { TableCapture } from './table-capture.ts'

/** Slices of a table are joined until they have so many bytes. */
const BLOB_BYTES = 512 * 1024

/** Blobs on their way to the store. */
const MOST_PUTS = 4

interface Draft extends SavedState {
  readonly values: Record<string, BlobRef>
  readonly tables: Record<string, readonly BlobRef[]>
}

type Put = (bytes: Uint8Array) => Promise<BlobRef>

/**
 * Writes captures, slice by slice, with turns of the event loop between them: where each one's state is, in their order.
 * When it rejects, because a value cannot be saved or `put` rejected, all of them are aborted. Otherwise the caller ends
 * them, once it knows whether the checkpoint is safe.
 */
export async function writeCaptures(
  captures: readonly StateCapture[],
  put: Put,
  clock: Clock,
): Promise<SavedState[]> {
  const puts = new Puts(put)
  const pacer = new Pacer(clock)
  try {
    const drafts: SavedState[] = []
    for (const { values, tables, saved } of captures) {
      if (saved !== null) {
        drafts.push(saved)
        continue
      }
      const draft: Draft = { values: {}, tables: {} }
      drafts.push(draft)
      for (const [name, bytes] of values) {
        await puts.add(bytes, (ref) => (draft.values[name] = ref))
        await pacer.pause()
      }
      for (const [name, capture] of tables) draft.tables[name] = await writeTable(capture, puts, pacer)
    }
    await puts.settled()
    return drafts
  } catch (error) {
    for (const capture of captures) capture.abort()
    throw error
  }
}

/** The refs of its last blobs come when all puts have settled. */
async function writeTable(capture: TableCapture, puts: Puts, pacer: Pacer): Promise<readonly BlobRef[]> {
  const refs = [...capture.base]
  let slices: Uint8Array[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    if (bytes === 0) return
    const blob = slices.length === 1 ? (slices[0] as Uint8Array) : Buffer.concat(slices)
    slices = []
    bytes = 0
    const place = refs.length
    refs.length++
    await puts.add(blob, (ref) => (refs[place] = ref))
  }
  for (;;) {
    const slice = capture.next()
    if (slice === null) break
    slices.push(slice)
    bytes += slice.length
    if (bytes >= BLOB_BYTES) await flush()
    await pacer.pause()
  }
  await flush()
  return refs
}

/** Puts of which a bounded number is outstanding. */
class Puts {
  readonly #put: Put
  readonly #outstanding = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | null = null

  constructor(put: Put) {
    this.#put = put
  }

  /** Resolves when there is room for another. Rejects once any has failed. */
  async add(bytes: Uint8Array, onWritten: (ref: BlobRef) => void): Promise<void> {
    const outstanding: Promise<void> = this.#put(bytes)
      .then(onWritten, (error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#outstanding.delete(outstanding))
    this.#outstanding.add(outstanding)
    while (this.#outstanding.size >= MOST_PUTS) await Promise.race(this.#outstanding)
    this.#check()
  }

  /** Resolves when all are written. Rejects once any has failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#outstanding)
    this.#check()
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}
