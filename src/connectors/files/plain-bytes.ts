import type { FileHandle } from 'node:fs/promises'
import { fileError } from './file-errors.ts'
import type { ByteStream } from './byte-stream.ts'

/**
 * Reads a file in chunks. While one is being worked on, the next is being read, into the other of two buffers: they
 * are all that it holds.
 */
export class PlainBytes implements ByteStream {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #buffers: [Buffer, Buffer]
  readonly #begin: number
  #at: number
  #spare = 0
  #ahead: Promise<number> | undefined

  constructor(path: string, handle: FileHandle, begin: number, chunkBytes: number) {
    this.#path = path
    this.#handle = handle
    this.#begin = begin
    this.#at = begin
    this.#buffers = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)]
  }

  get bytesRead(): number {
    return this.#at - this.#begin
  }

  async read(): Promise<Buffer | undefined> {
    const length = await (this.#ahead ?? this.#readAhead())
    this.#ahead = undefined
    if (length === 0) return undefined
    const chunk = this.#buffers[this.#spare]!.subarray(0, length)
    this.#at += length
    this.#spare = 1 - this.#spare
    this.#ahead = this.#readAhead()
    return chunk
  }

  async close(): Promise<void> {
    await this.#ahead?.catch(() => {})
    await this.#handle.close().catch(() => {})
  }

  #readAhead(): Promise<number> {
    const buffer = this.#buffers[this.#spare]!
    const reading = this.#handle.read(buffer, 0, buffer.length, this.#at).then(
      ({ bytesRead }) => bytesRead,
      (error: unknown) => {
        throw fileError('cannot read', this.#path, error)
      },
    )
    // It may fail before anybody asks.
    reading.catch(() => {})
    return reading
  }
}
