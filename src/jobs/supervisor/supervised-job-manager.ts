import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { filter, type Observable } from 'rxjs'
import { isActive } from '../../job/job-status.ts'
import { noFailures } from '../../job/restart-policy.ts'
import type { CheckpointInfo, JobInfo, JobSummary, JobTransition, LogLine } from '../../protocol/job-info.ts'
import type { ProgressNotice } from '../../protocol/job-event.ts'
import type { JobHistory } from '../../protocol/job-history.ts'
import type { Page } from '../../protocol/page.ts'
import type { Submission } from '../../protocol/submission.ts'
import { jobHistory } from '../figures/job-history.ts'
import type {
  DeadLetters,
  EventLog,
  JobManager,
  ManagerStatus,
  RestartDetails,
  SubmitAnswer,
  SubmitDetails,
} from '../job-manager.ts'
import { foreignJobInfo } from '../store/foreign-changes.ts'
import type { CreateDetails, JobQuery, JobRecord, LogPage, PageQuery } from '../store/job-store.ts'
import type { LogFilter } from '../store/log-filter.ts'
import type { StoredProgramFiles } from '../store/program-files.ts'
import { noJob } from '../store/refusals.ts'
import { checkFiles, checkRoom } from './admission.ts'
import { openCollected } from './collected-file.ts'
import { jobInfo } from './job-info.ts'
import { isGoing, waits } from './job-standing.ts'
import type { JobQueue } from './job-queue.ts'
import { type Deed, ownJob } from './own-job.ts'
import { closing, noCheckpoints, notRunning, stillActive } from './refusals.ts'
import { type RunTaps, tapsOf } from './run-taps.ts'
import { secretsAgain } from './secrets-again.ts'
import type { SupervisorContext } from './supervisor-context.ts'
import { cancelledError, deletedError } from './verdict.ts'

export interface SupervisedParts {
  readonly context: SupervisorContext
  readonly queue: JobQueue
  readonly files: StoredProgramFiles
  readonly events: EventLog
  readonly deadLetters: DeadLetters
  readonly progress: Observable<ProgressNotice>
  /** Resolves when the jobs of an earlier server are what they are shown as. */
  readonly recovered: Promise<void>
  /** Of the context. */
  readonly giveUp: AbortController
  /** Lets go of everything but jobs and their processes, which are gone by then. */
  readonly release: () => Promise<void>
  /** Milliseconds for savepoints. */
  readonly drainTimeout: number
}

/** Milliseconds for the database to be in order, after the time for savepoints. */
const GIVE_UP_AFTER = 15_000

/** The job manager of a server: jobs in a store, each in a process of its own. */
export class SupervisedJobManager implements JobManager {
  readonly files: StoredProgramFiles
  readonly events: EventLog
  readonly deadLetters: DeadLetters
  readonly #parts: SupervisedParts
  #ready = false
  #closing: Promise<void> | undefined

  constructor(parts: SupervisedParts) {
    this.#parts = parts
    this.files = parts.files
    this.events = parts.events
    this.deadLetters = parts.deadLetters
    void parts.recovered.then(() => (this.#ready = true))
  }

  get status(): ManagerStatus {
    const { context } = this.#parts
    const counts = context.store.counts()
    return {
      ready: this.#ready && this.#closing === undefined,
      running: counts.running + counts.stopping,
      queued: counts.queued,
      maxRunning: context.limits.maxRunning,
      get jobs() {
        return context.store.list({ limit: 1 }).total
      },
    }
  }

  submit(submission: Submission, details: SubmitDetails): SubmitAnswer {
    return this.#create(submission, details, () => submission.secrets)
  }

  async restart(
    id: string,
    { force, secrets = {}, idempotencyKey, by }: RestartDetails,
  ): Promise<SubmitAnswer> {
    const { queue, context } = this.#parts
    const job = this.#own(id, 'restart')
    if (!isActive(job.status)) await queue.ended(id)
    // Those of a job that is over are gone by now.
    const all = { ...context.folderOf(id).secrets(), ...secrets }
    if (isActive(job.status)) {
      if (!force) throw stillActive(job)
      if (this.#closing !== undefined) throw closing()
      checkRoom(this.#parts.context)
      this.#cancel(job, 'cancelled', `restarted by ${by}`)
    }
    await queue.ended(id)
    const now = this.#own(id, 'restart')
    if (isActive(now.status)) throw stillActive(now)
    const key = idempotencyKey === undefined ? {} : { idempotencyKey: `restart of ${id}: ${idempotencyKey}` }
    // With what was given alone, so that it is the same when it is sent again.
    const submission = { ...job.submission, secrets }
    return this.#create(submission, { by, restartedFrom: id, ...key }, () =>
      secretsAgain(job.submission, all),
    )
  }

  /** @param secretsOf called for a new job only */
  #create(
    submission: Submission,
    details: Pick<CreateDetails, 'by' | 'idempotencyKey' | 'restartedFrom'>,
    secretsOf: () => Submission['secrets'],
  ): SubmitAnswer {
    const { context, queue } = this.#parts
    const { store, clock } = context
    if (this.#closing !== undefined) throw closing()
    const id = randomUUID()
    const folder = context.folderOf(id)
    const admit = (): void => {
      checkRoom(this.#parts.context)
      checkFiles(submission, this.files)
      // Before there is a job that would need them.
      folder.keepSecrets(secretsOf())
    }
    try {
      const { job, created } = store.create(submission, { id, at: clock.now(), admit, ...details })
      if (created) queue.fill()
      return { job: this.#info(job), created }
    } catch (error) {
      folder.forget()
      throw error
    }
  }

  list(query: JobQuery): Page<JobSummary> {
    const { store, clock } = this.#parts.context
    return store.list({ ...query, now: query.now ?? clock.now() })
  }

  get(id: string): JobInfo {
    const { store } = this.#parts.context
    const job = store.get(id)
    if (job !== undefined) return this.#info(job)
    const foreign = store.foreign.get(id)
    if (foreign === undefined) throw noJob(id)
    return foreignJobInfo(foreign)
  }

  transitions(id: string, page: PageQuery): Page<JobTransition> {
    return this.#parts.context.store.transitions(id, page)
  }

  checkpoints(id: string): readonly CheckpointInfo[] {
    return this.#parts.context.store.checkpoints(this.#own(id, 'checkpoints').id)
  }

  history(id: string, since?: number): JobHistory {
    const { context, queue } = this.#parts
    return jobHistory(this.get(id).id, queue.run(id)?.history ?? context.store.figures.of(id), since)
  }

  logs(id: string, after: number, limit: number, filter?: LogFilter): LogPage {
    return this.#parts.context.store.logs(id, after, limit, filter)
  }

  stop(id: string, { savepoint, cause }: { readonly savepoint?: boolean; readonly cause: string }): JobInfo {
    const { store, clock } = this.#parts.context
    const job = this.#own(id, 'stop')
    if (savepoint === true && !job.checkpointed) throw noCheckpoints()
    if (!isActive(job.status) || job.status === 'stopping' || isGoing(job)) return this.#info(job)
    if (waits(job)) {
      // What it would have gone on from is what it can be continued from.
      const newest = job.status === 'restarting' ? (store.checkpoints(id)[0] ?? job.savepoint) : job.savepoint
      const patch = { savepoint: newest, dueAt: null }
      return this.#moved(store.transition(id, 'stopped', { at: clock.now(), cause, patch }))
    }
    const stopping = store.transition(id, 'stopping', {
      at: clock.now(),
      cause,
      patch: { wanted: 'stopped' },
    })
    this.#parts.queue.run(id)?.stop(savepoint ?? job.checkpointed, job.submission.options.stopTimeout)
    return this.#info(stopping)
  }

  cancel(id: string, cause: string): JobInfo {
    const job = this.#own(id, 'cancel')
    if (!isActive(job.status) || isGoing(job)) return this.#info(job)
    return this.#cancel(job, 'cancelled', cause)
  }

  continue(id: string, cause: string): JobInfo {
    const { store, clock } = this.#parts.context
    if (this.#closing !== undefined) throw closing()
    checkRoom(this.#parts.context)
    this.#own(id, 'continue')
    const patch = { wanted: null, error: null, result: null, restartHistory: noFailures } as const
    return this.#moved(store.transition(id, 'queued', { at: clock.now(), cause, patch }))
  }

  async savepoint(id: string): Promise<CheckpointInfo> {
    const job = this.#own(id, 'savepoint')
    if (!job.checkpointed) throw noCheckpoints()
    const run = this.#parts.queue.run(id)
    if (job.status !== 'running' || run === undefined) throw notRunning(job)
    return run.savepoint()
  }

  async delete(id: string, { force }: { readonly force: boolean }): Promise<void> {
    const { context, queue } = this.#parts
    const job = context.store.get(id)
    const { status } = job ?? this.get(id)
    if (isActive(status) && !force) throw stillActive({ id, status })
    // One that runs elsewhere runs on: it is forgotten here.
    if (job !== undefined && isActive(status)) this.#cancel(job, 'deleted', 'It was deleted.')
    await queue.ended(id)
    const now = this.get(id)
    if (job !== undefined && isActive(now.status)) throw stillActive(now)
    await this.remove(id)
  }

  /** Removes a job that has no process. */
  async remove(id: string): Promise<void> {
    const { store, clock, logs, folderOf } = this.#parts.context
    store.delete(id, clock.now())
    logs.deleted(id)
    await folderOf(id).remove()
  }

  async collected(id: string, node: string): Promise<Readable> {
    this.#own(id, 'collected')
    return openCollected(this.#parts.context.folderOf(id), node)
  }

  taps(id: string): RunTaps {
    return tapsOf(this.#own(id, 'taps'), this.#parts.queue.run(id))
  }

  progress$(job?: string): Observable<ProgressNotice> {
    return this.#parts.progress.pipe(filter((notice) => job === undefined || notice.job === job))
  }

  log$(job: string): Observable<LogLine> {
    this.get(job)
    return this.#parts.context.logs.of(job)
  }

  close({ drain }: { readonly drain: boolean }): Promise<void> {
    return (this.#closing ??= this.#close(drain))
  }

  async #close(drain: boolean): Promise<void> {
    const { context, queue, giveUp, recovered, release, drainTimeout } = this.#parts
    queue.close()
    for (const run of queue.runs) run.close(drain ? drainTimeout : 0)
    if (!drain) giveUp.abort()
    const late = context.clock.setTimeout(() => giveUp.abort(), drainTimeout + GIVE_UP_AFTER)
    await recovered
    await queue.idle()
    late()
    await release()
  }

  #cancel(job: JobRecord, wanted: 'cancelled' | 'deleted', cause: string): JobInfo {
    const { store, clock } = this.#parts.context
    if (waits(job)) {
      const error = wanted === 'deleted' ? deletedError : cancelledError(cause)
      const patch = { wanted, error, dueAt: null }
      return this.#moved(store.transition(job.id, 'cancelled', { at: clock.now(), cause, patch }))
    }
    const wanting = store.patch(job.id, { wanted })
    this.#parts.queue.run(job.id)?.cancel(cause, job.submission.options.stopTimeout)
    return this.#info(wanting)
  }

  #own(id: string, deed: Deed): JobRecord {
    return ownJob(this.#parts.context.store, id, deed)
  }

  #info(job: JobRecord): JobInfo {
    return jobInfo(job, this.#parts.queue.run(job.id))
  }

  /** To or from a status in which it waits to be started. */
  #moved(job: JobRecord): JobInfo {
    this.#parts.queue.consider(job.id)
    return this.get(job.id)
  }
}
