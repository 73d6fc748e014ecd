import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

export interface RotatingFileOptions {
  /** Bytes of a file before the next is begun. Default 10 MiB. */
  readonly maxBytes?: number
  /** How many older files are kept, as `<path>.1` (the newest) to `<path>.<keep>`. Default 5. */
  readonly keep?: number
  /** A line that says how many were lost while nothing could be written. */
  readonly describeLost: (lines: number) => string
}

/**
 * A log file that begins anew when it is full. Lines are written before `write` returns, so that the last words before
 * a crash are there. It never throws: lines that the disk does not take are counted, and told once it takes some again.
 */
export class RotatingFile {
  readonly #path: string
  readonly #maxBytes: number
  readonly #keep: number
  readonly #describeLost: (lines: number) => string
  #fd: number | undefined
  #bytes = 0
  #lost = 0

  constructor(path: string, { maxBytes = 10 * 1024 * 1024, keep = 5, describeLost }: RotatingFileOptions) {
    this.#path = path
    this.#maxBytes = maxBytes
    this.#keep = keep
    this.#describeLost = describeLost
  }

  /** @param line with its line break */
  write(line: string): void {
    try {
      this.#append(this.#lost === 0 ? line : this.#describeLost(this.#lost) + line)
      this.#lost = 0
    } catch {
      this.#lost++
    }
  }

  close(): void {
    if (this.#fd === undefined) return
    closeSync(this.#fd)
    this.#fd = undefined
  }

  #append(line: string): void {
    const bytes = Buffer.from(line)
    this.#fd ??= this.#open()
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes) {
      this.close()
      this.#rotate()
      this.#fd = this.#open()
    }
    try {
      let written = 0
      while (written < bytes.length) written += writeSync(this.#fd, bytes, written)
      this.#bytes += bytes.length
    } catch (error) {
      // A disk that is full may have taken half of it.
      ftruncateSync(this.#fd, this.#bytes)
      throw error
    }
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const fd = openSync(this.#path, 'a', 0o600)
    this.#bytes = fstatSync(fd).size
    return fd
  }

  #rotate(): void {
    rmSync(this.#numbered(this.#keep), { force: true })
    for (let number = this.#keep; number > 0; number--) {
      try {
        renameSync(this.#numbered(number - 1), this.#numbered(number))
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ENOENT') throw error
      }
    }
    if (this.#keep === 0) rmSync(this.#path, { force: true })
  }

  #numbered(number: number): string {
    return number === 0 ? this.#path : `${this.#path}.${number}`
  }
}
