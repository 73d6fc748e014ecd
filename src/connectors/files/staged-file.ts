import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { makeDirectory, removeFile, syncDirectory } from './durable.ts'
import { codeOf, fileError } from './file-errors.ts'

const compress = promisify(gzip)

/**
 * A file that nobody is to see yet. It holds at most `bufferLength` characters that wait to be written, as many that are
 * being written, and the text of the calls that wait for room.
 */
export class StagedFile {
  readonly path: string
  /** Bytes written so far. */
  length = 0
  readonly #bufferLength: number
  readonly #gzip: boolean
  #text: string
  #writing: Promise<void> | undefined
  #handle: FileHandle | undefined
  #failure: Error | undefined

  /** @param head text at its beginning, written also when nothing else is. */
  constructor(path: string, head: string, bufferLength: number, isGzip: boolean) {
    this.path = path
    this.#text = head
    this.#bufferLength = bufferLength
    this.#gzip = isGzip
  }

  /** Returns a promise when there is no room: await it to hold memory flat. Throws what writing before has failed of. */
  write(text: string): void | Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    this.#text += text
    if (this.#text.length < this.#bufferLength) return undefined
    if (this.#writing !== undefined) return this.#room()
    this.#start()
    return undefined
  }

  /** Brings it all to the disk and lets the file go. */
  async seal(): Promise<void> {
    for (;;) {
      while (this.#writing !== undefined) await this.#writing
      if (this.#failure !== undefined || (this.#text === '' && this.#handle !== undefined)) break
      this.#start()
    }
    await this.#guard(() => this.#handle!.sync())
    await this.#guard(() => this.#handle!.close())
    // Without its name it would be lost.
    await this.#guard(() => syncDirectory(dirname(this.path)))
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Removes it. Never rejects. */
  async discard(): Promise<void> {
    await this.#writing
    await this.#handle?.close().catch(() => {})
    await removeFile(this.path).catch(() => {})
  }

  async #room(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    if (this.#failure !== undefined) throw this.#failure
    if (this.#text.length >= this.#bufferLength) this.#start()
  }

  /** What is being written never rejects: the failure is told to whoever comes next. */
  #start(): void {
    const text = this.#text
    this.#text = ''
    this.#writing = this.#guard(() => this.#put(text)).then(() => (this.#writing = undefined))
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    if (this.#failure !== undefined) return
    try {
      await work()
    } catch (error) {
      this.#failure = fileError('cannot write', this.path, error)
    }
  }

  async #put(text: string): Promise<void> {
    this.#handle ??= await create(this.path)
    const plain = Buffer.from(text)
    // Each piece is a gzip file of its own: one behind the other they are one.
    const bytes = this.#gzip && text !== '' ? await compress(plain) : plain
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, this.length)
      at += bytesWritten
      this.length += bytesWritten
    }
  }
}

/** Tries again: whoever has just left the folder may have removed it. */
const ATTEMPTS = 5

async function create(path: string): Promise<FileHandle> {
  for (let attempt = 1; ; attempt++) {
    await makeDirectory(dirname(path))
    try {
      return await open(path, 'wx')
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error
    }
  }
}
