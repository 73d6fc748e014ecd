import type { Blob, Output, RegionClaim, RegionCommit, StagedOutput } from '../../cluster/engine/job-log.ts'
import { MOST_OUTPUTS } from '../../cluster/engine/job-log.ts'
import { EngineError, RegionFencedError } from '../../errors/cluster-errors.ts'
import type { JetStream, Stored } from '../jetstream.ts'
import type { JobNames } from '../names.ts'
import { pieceSize } from '../pieces.ts'
import { type Batch, MOST_MESSAGES } from './batch.ts'
import { type Control, controlOf } from './control-record.ts'
import { ControlSubject } from './control-subject.ts'
import { formatReference, HASH_BYTES, numberOf, parseReference, Staging } from './staging.ts'

const LARGEST_RECORD = 256 * 1024
/** Blobs that are larger are written before the batch. */
const LARGEST_SMALL_BLOB = 64 * 1024
/** Obsolete blobs that wait to be let go of: a commit waits when there are more. */
const MOST_OBSOLETE = 256
/** Commits of the owner that may come between looking and claiming. */
const MOST_TRIES = 200

/** Whose messages are whose, before any are written. */
interface Fence {
  readonly id: string
  readonly owner: string
  readonly epoch: number
}

export async function claimRegion(
  js: JetStream,
  names: JobNames,
  region: string,
  owner: string,
): Promise<RegionClaim> {
  const subject = new ControlSubject(js, names.stream, names.control(region))
  const staging = new Staging(js, names, region)
  const id = js.link.unique()
  let last = await subject.last()
  const epoch = epochOf(last) + 1
  for (let tries = 0; tries < MOST_TRIES && epochOf(last) === epoch - 1; tries++) {
    const before = last === null ? null : controlOf(last)
    const control: Control = {
      record: before?.record ?? null,
      epoch,
      id: `${epoch}.0.${id}`,
      owner,
      loose: before?.loose ?? { epoch: 0, next: 0, numbers: [] },
      obsolete: before?.obsolete ?? [],
    }
    const outcome = await subject.write(last?.seq ?? 0, control, () => {})
    if (outcome.written) {
      await staging.takeOver(control.loose, epoch)
      for (const name of control.obsolete) await staging.dropBlob(name)
      const fence = { id, owner, epoch }
      return new NatsRegionClaim({ js, names, region, subject, staging, fence }, outcome.seq, control)
    }
    last = outcome.last
  }
  throw fenced(region, last)
}

function epochOf(last: Stored | null): number {
  return last === null ? 0 : controlOf(last).epoch
}

function fenced(region: string, last: Stored | null): RegionFencedError {
  const owner = last === null ? 'nobody' : controlOf(last).owner
  return new RegionFencedError(`Region ${region} belongs to ${owner} now, in epoch ${epochOf(last)}.`, {
    remedy: 'Nothing: what was not committed here is done again there.',
  })
}

interface Parts {
  readonly js: JetStream
  readonly names: JobNames
  readonly region: string
  readonly subject: ControlSubject
  readonly staging: Staging
  readonly fence: Fence
}

class NatsRegionClaim implements RegionClaim {
  readonly record: Uint8Array | null
  readonly epoch: number
  readonly #parts: Parts
  /** Of the last control message. */
  #seq: number
  #commits = 0
  /** Of what is staged next. */
  #nextNumber = 1
  /** Numbers of staged outputs that are in no commit. */
  readonly #loose = new Set<number>()
  /** Blobs that nobody needs since a commit, and that may still be there. */
  readonly #obsolete = new Set<string>()
  #sweeping: Promise<void> | null = null
  #busy = false
  /** Why there are no more commits. */
  #over: { readonly reason: unknown } | null = null

  constructor(parts: Parts, seq: number, { record }: Control) {
    this.#parts = parts
    this.#seq = seq
    this.record = record
    this.epoch = parts.fence.epoch
  }

  async commit(commit: RegionCommit): Promise<void> {
    if (this.#over !== null) throw this.#over.reason
    if (this.#busy) throw new EngineError('A region commits one thing at a time.')
    this.#busy = true
    try {
      await this.#commit(commit)
    } catch (error) {
      this.#over = { reason: error }
      throw error
    } finally {
      this.#busy = false
    }
  }

  async stage({ end, bytes }: Output): Promise<StagedOutput> {
    const number = this.#nextNumber++
    this.#loose.add(number)
    const reference = await this.#parts.staging.writeOutput(this.#mark(number), bytes)
    return { end, staged: formatReference(reference) }
  }

  async stageBlob({ name, bytes }: Blob): Promise<void> {
    await this.#parts.staging.writeBlob(this.#mark(this.#nextNumber++), name, bytes)
  }

  async blob(name: string): Promise<Uint8Array> {
    return await this.#parts.staging.readBlob(name)
  }

  async #commit({ outputs, record, blobs, obsolete }: RegionCommit): Promise<void> {
    if (outputs.length > MOST_OUTPUTS) throw new EngineError(`A commit has ${outputs.length} outputs.`)
    if (record.length > LARGEST_RECORD)
      throw new EngineError(`A record of a commit has ${record.length} bytes.`)
    const { region, subject, fence } = this.#parts
    if (this.#obsolete.size > MOST_OBSOLETE) await this.#sweep()
    const before = [...this.#obsolete]
    const messages = await this.#prepare(outputs, blobs)
    const used = new Set(messages.map(({ staged }) => staged))
    const loose = [...this.#loose].filter((number) => !used.has(number))
    const id = `${fence.epoch}.${++this.#commits}.${fence.id}`
    const control: Control = {
      record,
      epoch: fence.epoch,
      id,
      owner: fence.owner,
      loose: { epoch: fence.epoch, next: this.#nextNumber, numbers: loose },
      obsolete: [...before, ...obsolete],
    }
    const outcome = await subject.write(this.#seq, control, (batch) => fill(batch, messages))
    if (!outcome.written) {
      await this.#clear(loose)
      throw fenced(region, outcome.last)
    }
    this.#seq = outcome.seq
    for (const { staged } of messages) if (staged !== undefined) this.#loose.delete(staged)
    for (const name of obsolete) this.#obsolete.add(name)
    // Nobody waits for it: what is not gone when the process dies is told to the next owner.
    this.#sweep().catch(() => {})
  }

  /** The messages of a commit before its control message. What is too large for them is written now. */
  async #prepare(outputs: RegionCommit['outputs'], blobs: readonly Blob[]): Promise<readonly Message[]> {
    const { js, names, staging } = this.#parts
    const room = pieceSize(js.link.maxPayload)
    const messages: Message[] = []
    for (const blob of blobs) {
      if (
        blob.bytes.length > Math.min(LARGEST_SMALL_BLOB, room - HASH_BYTES) ||
        messages.length + outputs.length >= MOST_MESSAGES - 1
      ) {
        await this.stageBlob(blob)
      } else {
        messages.push(staging.smallBlob(this.#mark(this.#nextNumber++), blob.name, blob.bytes))
      }
    }
    for (const output of outputs) {
      if ('bytes' in output && output.bytes.length <= room) {
        messages.push({ subject: names.inline(output.end), bytes: output.bytes })
      } else {
        const { end, staged } = 'bytes' in output ? await this.stage(output) : output
        const number = numberOf(parseReference(staged))
        messages.push({ subject: names.reference(end), bytes: Buffer.from(staged), staged: number })
      }
    }
    return messages
  }

  /** Lets go of obsolete blobs. What fails is tried again after the next commit. */
  #sweep(): Promise<void> {
    const sweep = async (): Promise<void> => {
      for (const name of this.#obsolete) {
        await this.#parts.staging.dropBlob(name)
        this.#obsolete.delete(name)
      }
    }
    return (this.#sweeping ??= sweep().finally(() => (this.#sweeping = null)))
  }

  /**
   * Lets go of what was staged for commits that will never be, as well as it goes. What the last commit refers to is not
   * ours to judge: it may have been taken just before somebody else took over, who knows.
   */
  async #clear(loose: readonly number[]): Promise<void> {
    for (const number of loose) {
      await this.#parts.staging.dropOutput(this.#mark(number)).catch(() => {})
    }
  }

  #mark(number: number): string {
    return `${this.epoch}-${number}`
  }
}

interface Message {
  readonly subject: string
  readonly bytes: Uint8Array
  /** The number of the staged output that it is about. */
  readonly staged?: number
}

function fill(batch: Batch, messages: readonly Message[]): void {
  for (const { subject, bytes } of messages) batch.add(subject, bytes)
}
