import { createHash } from 'node:crypto'
import type { Files } from '../cluster/engine/files.ts'
import { EngineError } from '../errors/cluster-errors.ts'
import type { JetStream } from './jetstream.ts'
import type { Names } from './names.ts'
import { inPieces, readPieces } from './pieces.ts'

/** Files in pieces, the first of them last: a file that has its first piece has all. */
export class NatsFiles implements Files {
  readonly #js: JetStream
  readonly #names: Names

  constructor(js: JetStream, names: Names) {
    this.#js = js
    this.#names = names
  }

  async has(hash: string): Promise<boolean> {
    return (await this.#pieces(hash)) !== null
  }

  async put(hash: string, bytes: Uint8Array): Promise<void> {
    if (sha256(bytes) !== hash) throw new EngineError(`The bytes to store as ${hash} do not have that hash.`)
    if (await this.has(hash)) return
    const { link } = this.#js
    const pieces = inPieces(bytes, link.maxPayload)
    for (let i = pieces.length - 1; i >= 0; i--) {
      const headers = link.headers()
      headers.set('Mr-Pieces', String(pieces.length))
      await link.patiently(() => this.#js.publish(this.#names.file(hash, i), pieces[i]!, headers))
    }
  }

  async get(hash: string): Promise<Uint8Array | null> {
    const count = await this.#pieces(hash)
    if (count === null) return null
    const bytes = await readPieces(this.#js, this.#names.fileStream, (i) => this.#names.file(hash, i), count)
    if (bytes === null) return null
    if (sha256(bytes) === hash) return bytes
    throw new EngineError(`The file ${hash} on the NATS servers is damaged.`, {
      remedy: 'Delete it, and submit the job again.',
    })
  }

  async delete(hash: string): Promise<void> {
    await this.#js.purge(this.#names.fileStream, this.#names.file(hash, '*'))
  }

  async #pieces(hash: string): Promise<number | null> {
    const first = await this.#js.last(this.#names.fileStream, this.#names.file(hash, 0))
    return first === null ? null : Number(first.headers.get('Mr-Pieces'))
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
