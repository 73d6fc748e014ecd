import {
  firstValueFrom,
  lastValueFrom,
  map,
  type Observable,
  share,
  distinctUntilChanged,
  startWith,
  takeWhile,
} from 'rxjs'
import type { Plan } from '../../compiler/plan.ts'
import { EngineError } from '../../errors/cluster-errors.ts'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { JobResult } from '../../job/job-result.ts'
import { isSettled, type JobStatus } from '../../job/job-status.ts'
import { finalProgress } from '../../runtime/metrics/final-progress.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { ClusterJobHandle } from '../cluster-job-handle.ts'
import type { EngineConnection } from '../engine/cluster-engine.ts'
import type { ClusterJobSpec } from '../protocol/job-spec.ts'
import type { ClusterJobState, ClusterJobWish } from '../protocol/job-state.ts'
import { concludeClusterJob, nodesOf, statusOf } from './cluster-job-result.ts'
import { askLeader, deleteJob, readSpec, readState, wishFor } from './job-records.ts'
import { readCollected } from './read-collected.ts'
import { repeatedly } from './repeatedly.ts'
import type { SharedConnection } from './shared-connection.ts'

/** Milliseconds between looks at a job that somebody waits for, and between those at how far it is. */
const LOOK = 100
const LOOK_FAR = 500
/** Milliseconds after which a job that nobody runs says so. */
const SILENCE = 2_000

/** What of a job's owner is needed to end it. */
export interface ClusterJobOwner {
  /** Folder of the program here; null: not known. */
  readonly root: string | null
  /** Nodes whose `collect()` is to be filled, and how. */
  readonly collects: readonly string[]
  readonly fill: (node: string, values: readonly unknown[]) => void
  /** Called once, before `result` settles. */
  readonly ended: (outcome: { readonly result: JobResult | null; readonly error: unknown }) => void
  /** Whether nothing of it is kept once its result is known. */
  readonly deletes: boolean
  readonly warn: (message: string) => void
}

/** A job in a cluster, by way of its records. */
export class ClusterJob implements ClusterJobHandle {
  readonly #spec: ClusterJobSpec
  readonly #plan: Plan
  readonly #connection: SharedConnection
  readonly #clock: Clock
  readonly #owner: ClusterJobOwner
  readonly #abandon = new AbortController()
  /** Its state whenever somebody looks; completes with the one that is the last. */
  readonly #states: Observable<ClusterJobState | null>
  #state: ClusterJobState | null = null
  #result: Promise<JobResult> | null = null
  #cancelledBy: { readonly cause: unknown } | undefined
  #unlink: () => void = () => {}

  constructor(
    spec: ClusterJobSpec,
    plan: Plan,
    { connection, clock, owner }: { connection: SharedConnection; clock: Clock; owner: ClusterJobOwner },
  ) {
    this.#spec = spec
    this.#plan = plan
    this.#connection = connection
    this.#clock = clock
    this.#owner = owner
    this.#states = repeatedly(clock, LOOK, () => this.#look(), this.#abandon.signal, owner.warn).pipe(
      takeWhile((state) => !isSettled(statusOf(state)), true),
      share(),
    )
  }

  get id(): string {
    return this.#spec.id
  }

  get name(): string {
    return this.#spec.name
  }

  get status(): JobStatus {
    return statusOf(this.#state)
  }

  get status$(): Observable<JobStatus> {
    return this.#states.pipe(startWith(this.#state), map(statusOf), distinctUntilChanged(), upToEnd())
  }

  get progress$(): Observable<JobProgress> {
    const { signal } = this.#abandon
    const { warn } = this.#owner
    return repeatedly(this.#clock, LOOK_FAR, () => this.#progress(), signal, warn).pipe(
      takeWhile(({ status }) => !isSettled(status), true),
    )
  }

  get result(): Promise<JobResult> {
    if (this.#result === null) {
      this.#result = this.#end()
      // A result nobody looks at is no unhandled rejection.
      this.#result.catch(() => {})
    }
    return this.#result
  }

  async stop(): Promise<void> {
    await this.#want('stop')
  }

  async cancel(): Promise<void> {
    await this.#want('cancel')
  }

  async delete(): Promise<void> {
    await this.#connection.use(async (connection) => {
      const spec = await readSpec(connection, this.id)
      if (spec === null) return
      this.#state = await readState(connection, this.id)
      if (!isSettled(this.status)) throw notOver(this.name)
      await deleteJob(connection, spec)
    })
  }

  /** Cancels the job when the signal is aborted. */
  cancelOn(signal: AbortSignal): void {
    const cancel = (): void => {
      this.#cancelledBy ??= { cause: signal.reason }
      this.cancel().catch(() => {})
    }
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    this.#unlink = () => signal.removeEventListener('abort', cancel)
  }

  /** Whoever waits for it does so no more; the job goes on. */
  abandon(reason: Error): void {
    this.#abandon.abort(reason)
  }

  /** Says so where the job waits for a first worker. */
  async #tellIfNobodyWorks(connection: EngineConnection): Promise<void> {
    if (this.status !== 'queued') return
    const { workers } = await askLeader(connection, this.id).catch(() => ({ workers: 0 }))
    if (workers > 0 || this.status !== 'queued') return
    this.#owner.warn(
      `Job '${this.name}' waits for a worker: there is none. Start one: millrace worker --engine ${this.#connection.address}`,
    )
  }

  async #end(): Promise<JobResult> {
    let cancel: Cancel = () => {}
    try {
      return await this.#connection.use(async (connection) => {
        cancel = this.#clock.setTimeout(() => void this.#tellIfNobodyWorks(connection), SILENCE)
        await lastValueFrom(this.#states, { defaultValue: null })
        await this.#patiently(() => this.#takeOver(connection))
        return this.#conclude()
      })
    } catch (error) {
      this.#owner.ended({ result: null, error })
      throw error
    } finally {
      cancel()
      this.#unlink()
    }
  }

  /** Takes what the cluster has of a job that is over. */
  async #takeOver(connection: EngineConnection): Promise<void> {
    const { collects, fill, deletes } = this.#owner
    for (const [node, values] of await readCollected(connection.openLog(this.id), collects))
      fill(node, values)
    if (deletes) await deleteJob(connection, this.#spec)
  }

  /** Waits while the engine cannot be reached. What it does may be done twice. */
  #patiently<T>(work: () => Promise<T>): Promise<T> {
    return firstValueFrom(repeatedly(this.#clock, LOOK, work, this.#abandon.signal, this.#owner.warn))
  }

  #conclude(): JobResult {
    const { root, ended } = this.#owner
    const result = concludeClusterJob({
      spec: this.#spec,
      plan: this.#plan,
      state: this.#state,
      root,
      cancelledBy: this.#cancelledBy,
    })
    ended({ result, error: null })
    return result
  }

  async #want(want: ClusterJobWish['want']): Promise<void> {
    await this.#connection.use(async (connection) => {
      const state = await this.#patiently(() => this.#look())
      if (isSettled(statusOf(state))) return
      await this.#patiently(() => wishFor(connection, this.id, want))
      await lastValueFrom(this.#states, { defaultValue: null })
    })
  }

  async #look(): Promise<ClusterJobState | null> {
    return this.#connection.use(async (connection) => {
      const state = await readState(connection, this.id)
      if (state === null && (await readSpec(connection, this.id)) === null) {
        // Its owner has deleted it, having seen its end.
        if (isSettled(this.status)) return this.#state
        throw gone(this.name)
      }
      this.#state = state
      return state
    })
  }

  async #progress(): Promise<JobProgress> {
    const state = await this.#look()
    const status = statusOf(state)
    const startedAt = state?.startedAt ?? null
    const elapsedMs = startedAt === null ? 0 : this.#clock.now() - Date.parse(startedAt)
    if (isSettled(status)) {
      const nodes = nodesOf(this.#plan, Object.values(state!.ended))
      const durationMs = startedAt === null ? 0 : Date.parse(state!.endedAt!) - Date.parse(startedAt)
      return finalProgress({ status: status as JobResult['status'], durationMs, nodes })
    }
    const answer = await this.#connection
      .use((connection) => askLeader(connection, this.id))
      .catch(() => null)
    const running = (answer?.regions ?? []).flatMap(({ region, report }) =>
      report === null || (state !== null && region in state.ended) ? [] : [report],
    )
    const nodes = nodesOf(this.#plan, [...Object.values(state?.ended ?? {}), ...running])
    return { ...finalProgress({ status: 'completed', durationMs: elapsedMs, nodes }), status }
  }
}

/** Completes with the first status that is the last. */
function upToEnd(): (source: Observable<JobStatus>) => Observable<JobStatus> {
  return takeWhile((status: JobStatus) => !isSettled(status), true)
}

function notOver(name: string): InvalidArgumentError {
  return new InvalidArgumentError(`Job '${name}' is not over, and cannot be deleted.`, {
    remedy: 'Cancel it first.',
  })
}

function gone(name: string): EngineError {
  return new EngineError(`The cluster does not have job '${name}' any more.`, {
    remedy: 'Nothing to mend: somebody has deleted it.',
  })
}
