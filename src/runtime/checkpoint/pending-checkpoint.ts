import { v8Serializer } from '../../storage/serializer.ts'
import type {
  BlobRef,
  CheckpointManifest,
  CheckpointSummary,
  CheckpointWriter,
  OperatorManifest,
  SubtaskManifest,
} from '../../storage/checkpoint-store.ts'
import type { Clock } from '../../time/clock.ts'
import type { JobLetters } from '../dead-letters/job-letters.ts'
import type { Barrier } from '../flow-control/packet.ts'
import type { SavedState } from '../state/state-capture.ts'
import { writeCaptures } from '../state/write-captures.ts'
import type { LoggedChunk } from '../task/heads/loop-log.ts'
import type { CheckpointMember } from './checkpoint-host.ts'
import type { OperatorPart } from './strand-part.ts'

/** An operator as manifests name it. */
export type ManifestOperator = Omit<OperatorManifest, 'subtasks'>

/** What all checkpoints of a run have in common. */
export interface RunIdentity {
  readonly job: string
  readonly run: string
  readonly operators: readonly ManifestOperator[]
  /** The job's dead letters, some of which are put back. */
  readonly letters?: Pick<JobLetters, 'coveredBy' | 'completed'>
}

/** Under which name a feedback loop's records are saved, with its head. */
export const INSIDE = 'inside the loop'

interface WrittenPart {
  readonly part: OperatorPart
  saved: SavedState
}

export const givenUp = (checkpoint: number): Error => new Error(`Checkpoint ${checkpoint} was given up.`)

/** A checkpoint in the making: waits for every strand, and writes what they give, one after the other. */
export class PendingCheckpoint {
  readonly barrier: Barrier
  /** Settles with the checkpoint. */
  readonly done: Promise<CheckpointSummary>
  readonly #writer: CheckpointWriter
  readonly #kind: 'checkpoint' | 'savepoint'
  readonly #identity: RunIdentity
  readonly #clock: Clock
  /** Strands that have not said anything yet. */
  readonly #silent: Set<CheckpointMember>
  /** These, and those whose state is still being written. */
  readonly #missing: Set<CheckpointMember>
  /** All that was handed in. */
  readonly #given: OperatorPart[] = []
  readonly #written: WrittenPart[] = []
  /** How often something was handed in that is not written yet. */
  #unwritten = 0
  #writing: Promise<void> = Promise.resolve()
  #state: 'open' | 'committing' | 'over' = 'open'
  #resolve: (summary: CheckpointSummary) => void = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor(
    barrier: Barrier,
    writer: CheckpointWriter,
    members: Iterable<CheckpointMember>,
    identity: RunIdentity,
    clock: Clock,
  ) {
    this.barrier = barrier
    this.#kind = barrier.full ? 'savepoint' : 'checkpoint'
    this.#writer = writer
    this.#missing = new Set(members)
    this.#silent = new Set(this.#missing)
    this.#identity = identity
    this.#clock = clock
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.done.catch(() => {})
  }

  /** Whether that strand has yet to say something. */
  awaits(member: CheckpointMember): boolean {
    return this.#state === 'open' && this.#silent.has(member)
  }

  /** Strands whose barrier has not come, or whose state is being written. */
  get missing(): ReadonlySet<CheckpointMember> {
    return this.#missing
  }

  /** What a strand gives; it is written when those before it are. */
  add(
    member: CheckpointMember | null,
    parts: readonly OperatorPart[],
    inside: Promise<readonly LoggedChunk[]> | null,
  ): void {
    if (member !== null) this.#silent.delete(member)
    this.#given.push(...parts)
    this.#unwritten++
    const written = this.#writing.then(() => this.#write(parts))
    this.#writing = written.then(
      () => {},
      () => {},
    )
    void this.#finish(member, written, inside)
  }

  async #finish(
    member: CheckpointMember | null,
    written: Promise<WrittenPart | null>,
    inside: Promise<readonly LoggedChunk[]> | null,
  ): Promise<void> {
    try {
      const first = await written
      if (inside !== null && first !== null) await this.#writeInside(first, await inside)
      this.#unwritten--
      if (member !== null) this.#missing.delete(member)
      await this.#look()
    } catch (error) {
      this.#giveUp(error)
    }
  }

  /** Gives the checkpoint up, unless its fate is being decided by the store. */
  fail(error: unknown): void {
    if (this.#state === 'open') this.#giveUp(error)
  }

  /** Commits once everybody has spoken, and all of it is written. */
  async #look(): Promise<void> {
    if (this.#state !== 'open' || this.#silent.size > 0 || this.#unwritten > 0) return
    this.#state = 'committing'
    const summary = await this.#writer.commit(this.#manifest())
    this.#state = 'over'
    for (const { part, saved } of this.#written) part.state.succeeded(saved)
    this.#resolve(summary)
  }

  #giveUp(error: unknown): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    // What is being written right now as well: the next checkpoint has it.
    for (const { state } of this.#given) state.abort()
    void this.#writer.abort()
    this.#reject(error)
  }

  /** The first of what was written; null when the checkpoint is given up. */
  async #write(parts: readonly OperatorPart[]): Promise<WrittenPart | null> {
    if (this.#state !== 'open') return null
    const states = await writeCaptures(
      parts.map(({ state }) => state),
      this.#put,
      this.#clock,
    )
    const written = parts.map((part, i) => ({ part, saved: states[i] as SavedState }))
    this.#written.push(...written)
    return written[0] ?? null
  }

  /** What is inside a feedback loop is saved with its head. */
  async #writeInside(head: WrittenPart, chunks: readonly LoggedChunk[]): Promise<void> {
    if (chunks.length === 0 || this.#state !== 'open') return
    head.saved = {
      ...head.saved,
      values: { ...head.saved.values, [INSIDE]: await this.#put(v8Serializer.serialize(chunks)) },
    }
  }

  /** Writes what is to be a part of it. Rejects when it is given up. */
  async put(checkpoint: number, bytes: Uint8Array): Promise<BlobRef> {
    if (this.#state !== 'open' || this.barrier.checkpoint !== checkpoint) throw givenUp(checkpoint)
    return this.#writer.put(bytes)
  }

  readonly #put = (bytes: Uint8Array): ReturnType<CheckpointWriter['put']> => this.#writer.put(bytes)

  #manifest(): CheckpointManifest {
    const { job, run, operators, letters } = this.#identity
    const { checkpoint } = this.barrier
    const replayed = letters?.coveredBy(checkpoint) ?? []
    return {
      format: 1,
      job,
      run,
      id: checkpoint,
      kind: this.#kind,
      takenAt: new Date(this.#clock.now()).toISOString(),
      ...(replayed.length > 0 && { replayed }),
      operators: operators.map((operator) => ({
        ...operator,
        subtasks: Array.from({ length: operator.parallelism }, (_, i) => this.#subtask(operator.stateId, i)),
      })),
    }
  }

  /** An operator whose calls overlap is in two strands, each with a part of it. */
  #subtask(stateId: string, subtask: number): SubtaskManifest {
    const own = this.#written.filter(({ part }) => part.stateId === stateId && part.subtask === subtask)
    const book: Record<string, number> = {}
    for (const { part } of own) {
      for (const [column, count] of Object.entries(part.book)) book[column] = (book[column] ?? 0) + count
    }
    return {
      finished: own.length > 0 && own.every(({ part }) => part.ended),
      values: Object.assign({}, ...own.map(({ saved }) => saved.values)) as SubtaskManifest['values'],
      tables: Object.assign({}, ...own.map(({ saved }) => saved.tables)) as SubtaskManifest['tables'],
      book,
    }
  }
}
