import { CheckpointTimeoutError } from '../../errors/checkpoint-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { Logger } from '../../functions/logger.ts'
import type { CheckpointSummary, JobCheckpoints } from '../../storage/checkpoint-store.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { Barrier } from '../flow-control/packet.ts'
import type { LoggedChunk } from '../task/heads/loop-log.ts'
import type { CheckpointHost, CheckpointMember, RestoredStrand } from './checkpoint-host.ts'
import { PendingCheckpoint, type RunIdentity } from './pending-checkpoint.ts'
import type { RestoredJob } from './restored-job.ts'
import { type OperatorPart, partsAtBarrier, partsAtEnd } from './strand-part.ts'

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

/** Who waits for a checkpoint that has it as ended. `checkpoint`: the one that will; null: none has begun. */
interface Waiter {
  checkpoint: number | null
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

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
  #kept: readonly number[] = []
  #live = new Set<CheckpointMember>()
  #members: readonly CheckpointMember[] = []
  readonly #ended = new Map<CheckpointMember, readonly OperatorPart[]>()
  #waiters: Waiter[] = []
  #pending: PendingCheckpoint | null = null
  /** One after the other: what is asked for while one is being taken waits here. */
  #line: Promise<unknown> = Promise.resolve()
  #cancelTimer: Cancel | null = null
  #over: { readonly reason: unknown } | null = null

  constructor(options: CoordinatorOptions) {
    this.#options = options
  }

  /** The place of the job's checkpoints, and those that are there, newest first. Comes before everything else. */
  use(checkpoints: JobCheckpoints, existing: readonly CheckpointSummary[]): void {
    this.#checkpoints = checkpoints
    this.#last = Math.max(0, ...existing.map(({ id }) => id))
    this.#kept = existing.filter(({ kind }) => kind === 'checkpoint').map(({ id }) => id)
  }

  /** The checkpoint being taken, or null. */
  get pending(): PendingCheckpoint | null {
    return this.#pending
  }

  /** An attempt begins: these take part. */
  attach(members: readonly CheckpointMember[]): void {
    this.#over = null
    this.#members = members
    this.#live = new Set(members)
    this.#ended.clear()
  }

  /** The attempt runs: checkpoints are taken from now on. */
  start(): void {
    this.#closeRestored()
    this.#schedule(this.#options.settings.interval)
  }

  /** The attempt is over: nothing more is taken, and who waits is told why. Resolves when the store is quiet. */
  async detach(reason: unknown): Promise<void> {
    this.#over = { reason }
    this.#cancelTimer?.()
    this.#cancelTimer = null
    this.#pending?.fail(reason)
    for (const { reject } of this.#waiters.splice(0)) reject(reason)
    this.#closeRestored()
    await this.#line
  }

  async restore(member: CheckpointMember): Promise<RestoredStrand | undefined> {
    return this.restored?.restore(member)
  }

  passed(member: CheckpointMember, barrier: Barrier, inside: Promise<readonly LoggedChunk[]> | null): void {
    const pending = this.#pending
    if (pending === null || pending.barrier.checkpoint !== barrier.checkpoint || !pending.awaits(member))
      return
    pending.add(member, partsAtBarrier(member, barrier.full), inside)
  }

  ended(member: CheckpointMember, waits: boolean): Promise<void> {
    const parts = partsAtEnd(member)
    this.#ended.set(member, parts)
    this.#live.delete(member)
    const pending = this.#pending
    const included = pending?.awaits(member) === true
    if (included) pending.add(member, parts, null)
    const safe = new Promise<void>((resolve, reject) => {
      if (!waits) resolve()
      else this.#waiters.push({ checkpoint: included ? pending.barrier.checkpoint : null, resolve, reject })
    })
    safe.catch(() => {})
    this.#look()
    return safe
  }

  async safe(checkpoint: number): Promise<void> {
    if (this.#pending?.barrier.checkpoint === checkpoint) await this.#pending.done
  }

  /**
   * Takes one, after the one that is being taken. `final`: strands end behind its barrier, with nothing flushed.
   * @throws CheckpointStoreError, CheckpointTimeoutError, StateSaveError
   */
  take(kind: 'checkpoint' | 'savepoint', final: boolean): Promise<CheckpointSummary> {
    const taken = this.#line.then(() => this.#take(kind, final))
    this.#line = taken.catch(() => {})
    return taken
  }

  /** Removes the job's own checkpoints: it has ended, and nobody will go on from them. */
  async discard(): Promise<void> {
    await this.#checkpoints?.remove(this.#kept)
    this.#kept = []
  }

  /** When all that is left waits to be written down, nothing else comes that a checkpoint could wait for. */
  #look(): void {
    if (this.#live.size > 0 || this.#waiters.length === 0 || this.#over !== null) return
    if (this.#pending !== null) return
    this.#cancelTimer?.()
    void this.take('checkpoint', false).catch(() => {})
  }

  #closeRestored(): void {
    void this.restored?.close()
    this.restored = null
  }

  #schedule(ms: number): void {
    if (this.#over !== null) return
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
    const { clock, settings } = this.#options
    const checkpoint = ++this.#last
    const writer = await (this.#checkpoints as JobCheckpoints).begin(checkpoint, kind)
    if (this.#over !== null) {
      await writer.abort()
      throw (this.#over as { readonly reason: unknown }).reason
    }
    const barrier: Barrier = { kind: 'barrier', checkpoint, final, full: kind === 'savepoint' }
    const pending = new PendingCheckpoint(barrier, kind, writer, this.#live, this.#options, clock)
    this.#pending = pending
    for (const waiter of this.#waiters) waiter.checkpoint ??= checkpoint
    for (const parts of this.#ended.values()) pending.add(null, parts, null)
    for (const member of this.#members) if (this.#live.has(member)) member.trigger(barrier)
    if (this.#live.size === 0) pending.add(null, [], null)
    const cancelTimeout = clock.setTimeout(() => pending.fail(this.#timeout(pending)), settings.timeout)
    try {
      const summary = await pending.done
      this.#completed(kind, checkpoint)
      return summary
    } catch (error) {
      this.#failed(checkpoint, error)
      throw error
    } finally {
      cancelTimeout()
      this.#pending = null
      this.#look()
    }
  }

  #completed(kind: 'checkpoint' | 'savepoint', checkpoint: number): void {
    const { settings, logger } = this.#options
    for (const member of this.#members) member.commit(checkpoint)
    const waiting = this.#waiters
    this.#waiters = waiting.filter((waiter) => waiter.checkpoint === null || waiter.checkpoint > checkpoint)
    for (const waiter of waiting) if (!this.#waiters.includes(waiter)) waiter.resolve()
    if (kind === 'savepoint') return
    const kept = [checkpoint, ...this.#kept]
    this.#kept = kept.slice(0, settings.retain)
    const old = kept.slice(settings.retain)
    if (old.length === 0) return
    this.#checkpoints?.remove(old).catch((error: unknown) => {
      logger.warn(`Old checkpoints could not be removed: ${reasonOf(error)}`, { error })
    })
  }

  /** Who counted on it counts on the next, unless nothing is left that there would be a next for. */
  #failed(checkpoint: number, error: unknown): void {
    if (this.#live.size === 0) for (const { reject } of this.#waiters.splice(0)) reject(error)
    for (const waiter of this.#waiters) if (waiter.checkpoint === checkpoint) waiter.checkpoint = null
    for (const member of this.#members) member.cancelBarrier(checkpoint)
  }

  #timeout(pending: PendingCheckpoint): CheckpointTimeoutError {
    const names = [...pending.missing].map(({ name }) => `'${name}'`)
    return new CheckpointTimeoutError(
      `Checkpoint ${pending.barrier.checkpoint} took longer than ${this.#options.settings.timeout} ms; it waited for ${names.join(', ')}.`,
      { remedy: 'Look at what these operators wait for, or raise the timeout of checkpoints.' },
    )
  }
}
