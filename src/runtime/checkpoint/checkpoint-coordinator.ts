import { reasonOf } from '../../errors/reason-of.ts'
import type { Logger } from '../../functions/logger.ts'
import type {
  BlobRef,
  CheckpointSummary,
  CheckpointWriter,
  JobCheckpoints,
} from '../../storage/checkpoint-store.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { Barrier } from '../flow-control/packet.ts'
import type { LoggedChunk } from '../task/heads/loop-log.ts'
import type { CheckpointHost, CheckpointMember, RestoredStrand } from './checkpoint-host.ts'
import { checkpointTimeout } from './checkpoint-timeout.ts'
import { EndWaiters } from './end-waiters.ts'
import type { LedgerEntry } from './ledger.ts'
import { givenUp, PendingCheckpoint, type RunIdentity } from './pending-checkpoint.ts'
import type { RestoredJob } from './restored-job.ts'
import type { OperatorPart } from './strand-part.ts'

/** When checkpoints are taken, and how many are kept. Times in milliseconds. */
export interface CheckpointSettings {
  /** From the beginning of one to the beginning of the next. */
  readonly interval: number
  /** One that takes longer is given up. */
  readonly timeout: number
  /** At least, from the end of one to the beginning of the next. */
  readonly minPause: number
  /** Complete checkpoints kept, the newest; savepoints are not counted. */
  readonly retain: number
}

export interface CoordinatorOptions extends RunIdentity {
  readonly settings: CheckpointSettings
  readonly clock: Clock
  readonly logger: Logger
}

type Reason = { readonly reason: unknown }

/**
 * Takes a job's checkpoints, one at a time: sends barriers out, gathers what strands give, and lets it be known when a
 * checkpoint is safe. It outlives the attempts of a job that is restarted.
 */
export class CheckpointCoordinator implements CheckpointHost {
  /** What the present attempt goes on from, or null. */
  restored: RestoredJob | null = null
  readonly #options: CoordinatorOptions
  #checkpoints: JobCheckpoints | null = null
  #last = 0
  /** The last that was complete. */
  #safe = 0
  #kept: readonly number[] = []
  /** Who has not ended. */
  #live = new Set<CheckpointMember>()
  #members: readonly CheckpointMember[] = []
  readonly #ended = new Map<CheckpointMember, readonly OperatorPart[]>()
  /** What somebody left at its end cannot be saved, and so no checkpoint of this attempt can be whole any more. */
  #unsaved: Reason | null = null
  readonly #waiters = new EndWaiters()
  #pending: PendingCheckpoint | null = null
  #onFirst: () => void = () => {}
  /** One after the other: what is asked for while one is being taken, or before there was an attempt, waits here. */
  #line: Promise<unknown> = new Promise<void>((resolve) => (this.#onFirst = resolve))
  /** Savepoints that were asked for and are not there yet. */
  #savepoints = 0
  #cancelTimer: Cancel | null = null
  /** Null while there is an attempt. */
  #over: Reason | null = { reason: new Error('The job does not run yet.') }

  constructor(options: CoordinatorOptions) {
    this.#options = options
  }

  /** The place of the job's checkpoints, and those that are there, newest first. Comes before everything else. */
  use(checkpoints: JobCheckpoints, existing: readonly CheckpointSummary[]): void {
    this.#checkpoints = checkpoints
    this.#last = Math.max(0, ...existing.map(({ id }) => id))
    this.#kept = existing.filter(({ kind }) => kind === 'checkpoint').map(({ id }) => id)
  }

  /** That one is damaged: it is of no use, and the first to be removed. */
  dismiss(checkpoint: number): void {
    this.#kept = [...this.#kept.filter((id) => id !== checkpoint), checkpoint]
  }

  /** An attempt begins: these take part. @throws StateMappingError when they have no place for state that was saved. */
  attach(members: readonly CheckpointMember[]): void {
    this.restored?.check(members)
    this.#over = null
    this.#unsaved = null
    this.#members = members
    this.#live = new Set(members)
    this.#ended.clear()
    this.#onFirst()
  }

  /** The attempt runs: checkpoints are taken from now on. */
  start(): void {
    this.#closeRestored()
    this.#schedule(this.#options.settings.interval)
  }

  /** The attempt is over: nothing more is taken, and who waits is told why. Resolves when the store is quiet. */
  async detach(reason: unknown): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    this.#onFirst()
    // Where all have ended by themselves, a savepoint needs nobody any more.
    if (this.#savepoints > 0 && this.#live.size === 0) await this.#line
    this.#over = { reason }
    this.#pending?.fail(reason)
    this.#waiters.reject(reason)
    this.#closeRestored()
    await this.#line
    this.#members = []
    this.#live.clear()
    this.#ended.clear()
  }

  async restore(ledger: readonly LedgerEntry[]): Promise<RestoredStrand | undefined> {
    return this.restored?.restore(ledger)
  }

  passed(member: CheckpointMember, barrier: Barrier, inside: Promise<readonly LoggedChunk[]> | null): void {
    const pending = this.#pending
    if (pending === null || pending.barrier.checkpoint !== barrier.checkpoint || !pending.awaits(member))
      return
    try {
      pending.add(member, member.partsAtBarrier(barrier.full), inside)
    } catch (error) {
      pending.fail(error)
    }
  }

  async ended(member: CheckpointMember, waits: boolean): Promise<void> {
    // Of an attempt that is over: what it still does is no part of any checkpoint.
    if (this.#over !== null || !this.#live.has(member)) {
      if (waits) throw (this.#over ?? { reason: new Error('The job was restarted meanwhile.') }).reason
      return
    }
    this.#live.delete(member)
    const checkpoint = this.#addEnd(member)
    const safe = waits ? this.#waiters.add(checkpoint) : undefined
    this.#look()
    await safe
  }

  async safe(checkpoint: number): Promise<void> {
    if (checkpoint <= this.#safe) return
    if (this.#pending?.barrier.checkpoint === checkpoint) await this.#pending.done
    else throw (this.#over ?? { reason: givenUp(checkpoint) }).reason
  }

  put(checkpoint: number, bytes: Uint8Array): Promise<BlobRef> {
    return this.#pending === null ? Promise.reject(givenUp(checkpoint)) : this.#pending.put(checkpoint, bytes)
  }

  notSaved(checkpoint: number, error: unknown): void {
    if (this.#pending?.barrier.checkpoint === checkpoint) this.#pending.fail(error)
  }

  /**
   * Takes one, after the one that is being taken. `final`: strands end behind its barrier, with nothing flushed.
   * @throws CheckpointStoreError, CheckpointTimeoutError, StateSaveError
   */
  take(kind: 'checkpoint' | 'savepoint', final: boolean): Promise<CheckpointSummary> {
    const counts = kind === 'savepoint' ? 1 : 0
    this.#savepoints += counts
    const taken = this.#line.then(() => this.#take(kind, final)).finally(() => (this.#savepoints -= counts))
    this.#line = taken.catch(() => {})
    return taken
  }

  /** Greater than that of any checkpoint before. */
  nextId(): number {
    return ++this.#last
  }

  /** Removes the job's own checkpoints: it has ended, and nobody will go on from them. */
  async discard(): Promise<void> {
    await this.#checkpoints?.remove(this.#kept)
    this.#kept = []
  }

  /** When all that is left waits to be written down, nothing else comes that a checkpoint could wait for. */
  #look(): void {
    if (this.#live.size > 0 || !this.#waiters.any || this.#over !== null) return
    if (this.#pending !== null) return
    this.#cancelTimer?.()
    void this.take('checkpoint', false).catch(() => {})
  }

  /** What an ended member leaves goes into the checkpoint that waits for it, whose number this returns. */
  #addEnd(member: CheckpointMember): number | null {
    const pending = this.#pending?.awaits(member) === true ? this.#pending : null
    try {
      const parts = member.partsAtEnd()
      this.#ended.set(member, parts)
      pending?.add(member, parts, null)
    } catch (error) {
      this.#unsaved ??= { reason: error }
      pending?.fail(error)
    }
    return pending?.barrier.checkpoint ?? null
  }

  #closeRestored(): void {
    this.restored?.close().catch(() => {})
    this.restored = null
  }

  #schedule(ms: number): void {
    if (this.#over !== null || ms === Infinity) return
    const { clock, settings, logger } = this.#options
    this.#cancelTimer?.()
    this.#cancelTimer = clock.setTimeout(() => {
      const begun = clock.monotonic()
      if (this.#live.size === 0) return
      void this.take('checkpoint', false)
        .catch((error: unknown) => {
          if (this.#over === null) logger.warn(`A checkpoint was given up: ${reasonOf(error)}`, { error })
        })
        .then(() => {
          const rest = settings.interval - (clock.monotonic() - begun)
          this.#schedule(Math.max(0, rest, settings.minPause))
        })
    }, ms)
  }

  async #take(kind: 'checkpoint' | 'savepoint', final: boolean): Promise<CheckpointSummary> {
    if (this.#over !== null) throw this.#over.reason
    const checkpoint = this.nextId()
    // Whoever ends meanwhile has another chance.
    const last = kind === 'checkpoint' && this.#live.size === 0
    try {
      const writer = await (this.#checkpoints as JobCheckpoints).begin(checkpoint, kind)
      const summary = await this.#send(writer, {
        kind: 'barrier',
        checkpoint,
        final,
        full: kind === 'savepoint',
      })
      this.#completed(kind, checkpoint)
      return summary
    } catch (error) {
      this.#failed(checkpoint, last, error)
      throw error
    } finally {
      this.#pending = null
      this.#look()
    }
  }

  /** Sends the barrier out, with all that is there already. Resolves when the checkpoint is safe. */
  async #send(writer: CheckpointWriter, barrier: Barrier): Promise<CheckpointSummary> {
    const { clock, settings } = this.#options
    const stopped = this.#over ?? this.#unsaved
    if (stopped !== null) {
      await writer.abort()
      throw stopped.reason
    }
    const pending = new PendingCheckpoint(barrier, writer, this.#live, this.#options, clock)
    this.#pending = pending
    this.#waiters.begun(barrier.checkpoint)
    for (const parts of this.#ended.values()) pending.add(null, parts, null)
    for (const member of this.#members) if (this.#live.has(member)) member.trigger(barrier)
    if (this.#live.size === 0) pending.add(null, [], null)
    const cancelTimeout = clock.setTimeout(
      () => pending.fail(checkpointTimeout(pending, settings.timeout)),
      settings.timeout,
    )
    return pending.done.finally(cancelTimeout)
  }

  #completed(kind: 'checkpoint' | 'savepoint', checkpoint: number): void {
    const { settings, logger, letters } = this.#options
    this.#safe = checkpoint
    letters?.completed(checkpoint)
    for (const member of this.#members) member.commit(checkpoint)
    this.#waiters.safe(checkpoint)
    if (kind === 'savepoint') return
    const kept = [checkpoint, ...this.#kept]
    this.#kept = kept.slice(0, settings.retain)
    const old = kept.slice(settings.retain)
    if (old.length === 0) return
    this.#checkpoints?.remove(old).catch((error: unknown) => {
      logger.warn(`Old checkpoints could not be removed: ${reasonOf(error)}`, { error })
    })
  }

  /** Who counted on it counts on the next. @param last everybody had ended: there is nothing that a next would add. */
  #failed(checkpoint: number, last: boolean, error: unknown): void {
    if (last) this.#waiters.reject(error)
    else this.#waiters.givenUp(checkpoint)
    for (const member of this.#members) member.cancelBarrier(checkpoint)
  }
}
