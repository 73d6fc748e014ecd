import type { FileHandle } from 'node:fs/promises'
import type { ReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'
import { SourcePositionError } from '../../errors/checkpoint-errors.ts'
import type { ByteStream } from './byte-stream.ts'
import { codeOf, fileError, FileFormatError } from './file-errors.ts'

/** Reads what is in a gzip file from a position in that on: what comes before is unpacked and passed over. */
export class GzipBytes implements ByteStream {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #raw: ReadStream
  readonly #gunzip: Gunzip
  readonly #chunks: AsyncIterator<Buffer>
  readonly #begin: number
  #at = 0

  constructor(path: string, handle: FileHandle, begin: number, chunkBytes: number) {
    this.#path = path
    this.#handle = handle
    this.#begin = begin
    this.#raw = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: chunkBytes })
    this.#gunzip = createGunzip({ chunkSize: Math.max(chunkBytes, SMALLEST_CHUNK) })
    // The iterator is told of errors too.
    pipeline(this.#raw, this.#gunzip, () => {})
    this.#chunks = this.#gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  get bytesRead(): number {
    return this.#raw.bytesRead
  }

  async read(): Promise<Buffer | undefined> {
    for (;;) {
      const { done, value } = await this.#next()
      if (done === true) {
        if (this.#at < this.#begin) throw this.#tooShort()
        return undefined
      }
      const passed = Math.max(this.#begin - this.#at, 0)
      this.#at += value.length
      if (passed < value.length) return value.subarray(passed)
    }
  }

  async close(): Promise<void> {
    this.#raw.destroy()
    this.#gunzip.destroy()
    await this.#handle.close().catch(() => {})
  }

  async #next(): Promise<IteratorResult<Buffer, unknown>> {
    try {
      return await this.#chunks.next()
    } catch (cause) {
      if (!codeOf(cause).startsWith('Z_')) throw fileError('cannot read', this.#path, cause)
      const remedy = 'bring the file anew, or pass gzip: false if it is not compressed'
      const place = { path: this.#path, line: undefined, offset: this.#at }
      throw new FileFormatError(place, 'the compressed data is cut short or damaged', { cause, remedy })
    }
  }

  #tooShort(): SourcePositionError {
    return new SourcePositionError(
      `${this.#path} holds ${this.#at} bytes, and had been read up to byte ${this.#begin}`,
      { remedy: 'bring the file back as it was, or start the job afresh' },
    )
  }
}

/** What zlib takes. */
const SMALLEST_CHUNK = 64
