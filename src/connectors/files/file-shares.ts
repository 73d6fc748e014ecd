/** A place in the list of files: a block of one of them. */
export interface FilePart {
  readonly file: number
  readonly part: number
}

/**
 * Which part of which file is whose. Block k of file i is for subtask (i + k) mod parallelism: known without asking how
 * long a file is, so that subtasks agree also about one that grows. A file that cannot be split is one block.
 */
export class FileShares {
  readonly #files: number
  readonly #block: number
  readonly #subtask: number
  readonly #parallelism: number

  /** @param block bytes; 0: no file is split. */
  constructor(files: number, block: number, subtask: number, parallelism: number) {
    this.#files = files
    this.#block = parallelism === 1 ? 0 : block
    this.#subtask = subtask
    this.#parallelism = parallelism
  }

  /** The first part in that file, or behind the last file. A later block may turn out not to be there. */
  firstOf(file: number): FilePart {
    return { file, part: file < this.#files ? this.#firstPart(file) : 0 }
  }

  /** The next part, which is to be had if the file, `size` bytes long, has so many; the next file's first if not. */
  after({ file, part }: FilePart, size: number, isSplit: boolean): FilePart {
    const next = part + this.#parallelism
    return isSplit && this.#block > 0 && next * this.#block < size
      ? { file, part: next }
      : this.firstOf(file + 1)
  }

  /** Its bytes: from `begin` up to, not including, `end`. */
  range({ part }: FilePart, isSplit: boolean): { readonly begin: number; readonly end: number } {
    if (!isSplit || this.#block === 0) return { begin: 0, end: Infinity }
    return { begin: part * this.#block, end: (part + 1) * this.#block }
  }

  /** Whether there is anything in that part of a file, `size` bytes long. */
  has({ part }: FilePart, size: number, isSplit: boolean): boolean {
    return part === 0 || (isSplit && this.#block > 0 && part * this.#block < size)
  }

  /** Bytes of a file that are for this subtask, in the parts before `part`. */
  bytes(file: number, size: number, isSplit: boolean, before: number = Infinity): number {
    let bytes = 0
    let at: FilePart = { file, part: this.#firstPart(file) }
    for (
      ;
      at.file === file && at.part < before && this.has(at, size, isSplit);
      at = this.after(at, size, isSplit)
    ) {
      const { begin, end } = this.range(at, isSplit)
      bytes += Math.min(end, size) - begin
    }
    return bytes
  }

  #firstPart(file: number): number {
    return (((this.#subtask - file) % this.#parallelism) + this.#parallelism) % this.#parallelism
  }
}
