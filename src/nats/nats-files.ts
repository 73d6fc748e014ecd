import { createHash } from 'node:crypto'
import type { Files } from '../cluster/engine/files.ts'
import { EngineError } from '../errors/cluster-errors.ts'
import type { JetStream } from './jetstream.ts'
import type { Names } from './names.ts'
import { readPieces, writePieces } from './pieces.ts'

/** Files in pieces. How many there are is written last: a file that has it has all. */
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
    const pieces = await writePieces(this.#js, bytes, (i) => this.#names.file(hash, i))
    const count = Buffer.from(String(pieces))
    await this.#js.link.patiently(() => this.#js.publish(this.#names.file(hash, 'count'), count))
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
    const count = await this.#js.last(this.#names.fileStream, this.#names.file(hash, 'count'))
    return count === null ? null : Number(Buffer.from(count.bytes).toString())
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
