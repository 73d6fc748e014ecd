import { EngineError } from '../../errors/cluster-errors.ts'
import type { JetStream } from '../jetstream.ts'
import type { JobNames } from '../names.ts'
import { asWord, fromWord } from '../names.ts'
import { readPieces, writePieces } from '../pieces.ts'
import { sha256 } from '../nats-files.ts'
import type { Loose } from './control-record.ts'

/** A blob begins with the hash of what follows. */
export const HASH_BYTES = 32

/** Where something large is. */
export interface Reference {
  readonly region: string
  /** `epoch-number`, of what its claim has staged. */
  readonly mark: string
  readonly pieces: number
}

export function formatReference({ region, mark, pieces }: Reference): string {
  return `${region} ${mark} ${pieces}`
}

export function parseReference(text: string): Reference {
  const [region = '', mark = '', pieces = ''] = text.split(' ')
  return { region, mark, pieces: Number(pieces) }
}

/** What its claim has numbered it. */
export function numberOf({ mark }: Reference): number {
  return Number(mark.split('-')[1])
}

/** What a region has in the log beside its control messages and outputs: large outputs, and blobs. */
export class Staging {
  readonly #js: JetStream
  readonly #names: JobNames
  readonly #region: string
  /** Where the blobs of the region are that can be read. */
  readonly #blobs = new Map<string, Reference>()

  constructor(js: JetStream, names: JobNames, region: string) {
    this.#js = js
    this.#names = names
    this.#region = region
  }

  async writeOutput(mark: string, bytes: Uint8Array): Promise<Reference> {
    const base = this.#names.pieces(this.#region, mark)
    const pieces = await writePieces(this.#js, bytes, (i) => `${base}.${i}`)
    return { region: this.#region, mark, pieces }
  }

  async writeBlob(mark: string, name: string, bytes: Uint8Array): Promise<void> {
    const base = this.#names.blob(this.#region, mark, asWord(name))
    const pieces = await writePieces(this.#js, withHash(bytes), (i) => `${base}.${i}`)
    this.#blobs.set(name, { region: this.#region, mark, pieces })
  }

  /** The subject and content of a blob that goes into a batch. */
  smallBlob(
    mark: string,
    name: string,
    bytes: Uint8Array,
  ): { readonly subject: string; readonly bytes: Uint8Array } {
    this.#blobs.set(name, { region: this.#region, mark, pieces: 1 })
    return { subject: `${this.#names.blob(this.#region, mark, asWord(name))}.0`, bytes: withHash(bytes) }
  }

  async readBlob(name: string): Promise<Uint8Array> {
    const where = this.#blobs.get(name)
    const missing = (): EngineError =>
      new EngineError(`The state '${name}' of region ${this.#region} is not there.`)
    if (where === undefined) throw missing()
    const base = this.#names.blob(this.#region, where.mark, asWord(name))
    const bytes = await readPieces(this.#js, this.#names.stream, (i) => `${base}.${i}`, where.pieces)
    if (bytes === null) throw missing()
    const content = bytes.subarray(HASH_BYTES)
    if (Buffer.from(sha256(content), 'hex').equals(bytes.subarray(0, HASH_BYTES))) return content
    throw new EngineError(`The state '${name}' of region ${this.#region} is damaged.`)
  }

  /** Lets go of a blob; one that is not there is fine. */
  async dropBlob(name: string): Promise<void> {
    const where = this.#blobs.get(name)
    if (where === undefined) return
    await this.#js.purge(this.#names.stream, `${this.#names.blob(this.#region, where.mark, asWord(name))}.*`)
    this.#blobs.delete(name)
  }

  /** Lets go of an output's pieces. */
  async dropOutput(mark: string): Promise<void> {
    await this.#js.purge(this.#names.stream, `${this.#names.pieces(this.#region, mark)}.*`)
  }

  /**
   * Learns which blobs there are, and lets go of what was staged and is in no commit.
   * @param own the epoch of whoever takes over: what is of later ones is none of its business
   */
  async takeOver(loose: Loose, own: number): Promise<void> {
    const numbers = new Set(loose.numbers)
    const isLoose = (mark: string): boolean => {
      const [epoch = 0, number = 0] = mark.split('-').map(Number)
      if (epoch >= own || epoch < loose.epoch) return false
      return epoch > loose.epoch || number >= loose.next || numbers.has(number)
    }
    for (const [base] of await this.#list(this.#names.pieces(this.#region, '*') + '.*')) {
      const mark = base.split('.').at(-1)!
      if (isLoose(mark)) await this.dropOutput(mark)
    }
    for (const [base, pieces] of await this.#list(this.#names.blob(this.#region, '*', '*') + '.*')) {
      const [mark = '', escaped = ''] = base.split('.').slice(-2)
      const name = fromWord(escaped)
      if (isLoose(mark)) await this.#js.purge(this.#names.stream, `${base}.*`)
      else this.#blobs.set(name, { region: this.#region, mark, pieces })
    }
  }

  /** Subjects without the number of their piece, and how many pieces each has. */
  async #list(filter: string): Promise<Map<string, number>> {
    const bases = new Map<string, number>()
    for (const subject of (await this.#js.subjects(this.#names.stream, filter)).keys()) {
      const base = subject.slice(0, subject.lastIndexOf('.'))
      bases.set(base, (bases.get(base) ?? 0) + 1)
    }
    return bases
  }
}

function withHash(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(sha256(bytes), 'hex'), bytes])
}
