import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { filter, type Observable, Subject } from 'rxjs'
import {
  HashMismatchError,
  JobActiveError,
  JobNotFoundError,
  JobNotRunningError,
  MissingFilesError,
} from '../../../src/errors/job-server-errors.ts'
import { isActive, type JobStatus } from '../../../src/job/job-status.ts'
import { jobHistory } from '../../../src/jobs/figures/job-history.ts'
import { foreignJobInfo } from '../../../src/jobs/store/foreign-changes.ts'
import { eventLogOf } from '../../../src/jobs/store/event-log.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { JobDeadLetters } from '../../../src/jobs/supervisor/job-dead-letters.ts'
import { type Deed, ownJob } from '../../../src/jobs/supervisor/own-job.ts'
import { RunTaps, tapsOf } from '../../../src/jobs/supervisor/run-taps.ts'
import type { Order } from '../../../src/jobs/process/messages.ts'
import type {
  DeadLetters,
  EventLog,
  JobManager,
  ManagerStatus,
  ProgramFiles,
} from '../../../src/jobs/job-manager.ts'
import type { ProgressNotice } from '../../../src/protocol/job-event.ts'
import type { JobHistory } from '../../../src/protocol/job-history.ts'
import type { CheckpointInfo, JobInfo, LogLine } from '../../../src/protocol/job-info.ts'
import type { Submission, SubmissionInput } from '../../../src/protocol/submission.ts'
import { submissionSchema } from '../../../src/protocol/submission.ts'
import type { Clock } from '../../../src/time/clock.ts'
import { realClock } from '../../../src/time/real-clock.ts'

export const hashOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const bundle = 'export {}'

export const submissionInput = (name = 'prices'): SubmissionInput => ({
  name,
  program: {
    entry: 'main.js',
    files: [{ path: 'main.js', hash: hashOf(bundle), size: bundle.length }],
    ordinal: 0,
    graphHash: hashOf('graph'),
    millrace: '0.1.0',
  },
  secrets: { KEY: 'a-secret-value' },
})

export const submission = (name?: string): Submission => submissionSchema.parse(submissionInput(name))

const checkpoint = (id: number): CheckpointInfo => ({
  id,
  kind: 'savepoint',
  location: `savepoint-${id}`,
  takenAt: '2025-01-31T12:00:00.000Z',
  bytes: 100,
})

/** A manager without processes: what a job does is what the test says. */
export class FakeManager implements JobManager {
  readonly store: MemoryJobStore = new MemoryJobStore()
  readonly uploaded = new Map<string, Buffer>([[hashOf(bundle), Buffer.from(bundle)]])
  readonly progress = new Subject<ProgressNotice>()
  readonly lettersChanged: string[] = []
  readonly lines = new Map<string, Subject<LogLine>>()
  /** What its jobs are asked to show. */
  readonly tapOrders: Order[] = []
  readonly runTaps: RunTaps
  readonly closed: { readonly drain: boolean }[] = []
  /** What every call throws, when there is something. */
  failure: Error | null = null
  ready = true
  /** Called while it closes. */
  onClose: () => unknown = () => {}
  readonly #clock: Clock

  constructor(clock: Clock = realClock) {
    this.#clock = clock
    this.runTaps = new RunTaps(clock, (order) => this.tapOrders.push(order))
    this.store.foreign.onLogs(({ job, lines }) => {
      for (const line of lines) this.lines.get(job)?.next(line)
    })
  }

  submit(
    sent: Submission,
    details: { readonly idempotencyKey?: string; readonly by: string },
  ): { job: JobInfo; created: boolean } {
    this.#check()
    const missing = sent.program.files.map(({ hash }) => hash).filter((hash) => !this.uploaded.has(hash))
    if (missing.length > 0) throw new MissingFilesError('Files of the program are missing.', missing)
    const { secrets: _, ...rest } = sent
    const { job, created } = this.store.create(
      { ...rest, secrets: {} },
      { id: randomUUID(), at: this.#clock.now(), ...details },
    )
    return { job: this.get(job.id), created }
  }

  list(query: Parameters<JobManager['list']>[0]): ReturnType<JobManager['list']> {
    this.#check()
    return this.store.list(query)
  }

  get(id: string): JobInfo {
    this.#check()
    const record = this.store.get(id)
    const foreign = this.store.foreign.get(id)
    if (foreign !== undefined) return foreignJobInfo(foreign)
    if (record === undefined) throw new JobNotFoundError(`There is no job ${id}.`)
    const { submission: _, restartHistory: __, dueAt: ___, wanted: ____, ...info } = record
    return { ...info, foreign: null }
  }

  transitions(...[id, page]: Parameters<JobManager['transitions']>): ReturnType<JobManager['transitions']> {
    this.get(id)
    return this.store.transitions(id, page)
  }

  checkpoints(id: string): readonly CheckpointInfo[] {
    this.#own(id, 'checkpoints')
    return this.store.checkpoints(id)
  }

  history(id: string, since?: number): JobHistory {
    this.get(id)
    return jobHistory(id, this.store.figures.of(id), since)
  }

  logs(...[id, after, limit, filter]: Parameters<JobManager['logs']>): ReturnType<JobManager['logs']> {
    this.get(id)
    return this.store.logs(id, after, limit, filter)
  }

  stop(id: string, { savepoint = true, cause }: Parameters<JobManager['stop']>[1]): JobInfo {
    if (!isActive(this.#own(id, 'stop').status)) return this.get(id)
    if (this.get(id).status === 'running') this.become(id, 'stopping', cause)
    return this.become(id, savepoint ? 'stopped' : 'completed', cause)
  }

  cancel(id: string, cause: string): JobInfo {
    return isActive(this.#own(id, 'cancel').status) ? this.become(id, 'cancelled', cause) : this.get(id)
  }

  continue(id: string, cause: string): JobInfo {
    this.#own(id, 'continue')
    return this.become(id, 'queued', cause)
  }

  async restart(
    id: string,
    { force, secrets = {}, by, idempotencyKey }: Parameters<JobManager['restart']>[1],
  ): ReturnType<JobManager['restart']> {
    if (isActive(this.#own(id, 'restart').status)) {
      if (!force) throw new JobActiveError(`Job ${id} is active.`)
      this.cancel(id, `restarted by ${by}`)
    }
    const again = { ...this.store.get(id)!.submission, secrets }
    const details = { id: randomUUID(), at: this.#clock.now(), by, restartedFrom: id }
    const { job, created } = this.store.create(again, {
      ...details,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
    return { job: this.get(job.id), created }
  }

  async savepoint(id: string): Promise<CheckpointInfo> {
    if (this.#own(id, 'savepoint').status !== 'running')
      throw new JobNotRunningError(`Job ${id} does not run.`)
    const saved = checkpoint(this.store.checkpoints(id).length + 1)
    this.store.addCheckpoint(id, saved, this.#clock.now())
    return saved
  }

  async delete(id: string, { force }: { readonly force: boolean }): Promise<void> {
    if (isActive(this.get(id).status) && !force) throw new JobActiveError(`Job ${id} is active.`)
    this.store.delete(id, this.#clock.now())
    this.lines.get(id)?.complete()
  }

  async collected(id: string, node: string): Promise<Readable> {
    this.#own(id, 'collected')
    return Readable.from([Buffer.from(`collected by ${node}`)])
  }

  taps(id: string): RunTaps {
    const run = { taps: this.runTaps, process: this.get(id) }
    return tapsOf(this.#own(id, 'taps'), run)
  }

  readonly files: ProgramFiles = {
    missing: async (hashes) => hashes.filter((hash) => !this.uploaded.has(hash)),
    put: async (hash, bytes) => {
      this.#check()
      const parts: Uint8Array[] = []
      for await (const part of bytes) parts.push(part)
      const whole = Buffer.concat(parts)
      if (hashOf(whole) !== hash) throw new HashMismatchError('The file is not what its hash says.')
      this.uploaded.set(hash, whole)
    },
  }

  readonly events: EventLog = eventLogOf(this.store)

  progress$(job?: string): Observable<ProgressNotice> {
    return this.progress.pipe(filter((notice) => job === undefined || notice.job === job))
  }

  get deadLetters(): DeadLetters {
    this.#check()
    return new JobDeadLetters(
      this.store,
      () => undefined,
      (job) => this.lettersChanged.push(job),
    )
  }

  log$(job: string): Observable<LogLine> {
    let lines = this.lines.get(job)
    if (lines === undefined) this.lines.set(job, (lines = new Subject()))
    return lines
  }

  get status(): ManagerStatus {
    const { running, queued } = this.store.counts()
    return { ready: this.ready, running, queued, maxRunning: 4, jobs: this.store.list({ limit: 1 }).total }
  }

  async close(options: { readonly drain: boolean }): Promise<void> {
    this.ready = false
    this.closed.push(options)
    await this.onClose()
  }

  // What tests do.

  create(name?: string): JobInfo {
    return this.submit(submission(name), { by: 'a test' }).job
  }

  become(id: string, to: JobStatus, cause = 'the test'): JobInfo {
    // The shortest way there is what the table has.
    if (to === 'stopped' && this.get(id).status === 'queued') this.become(id, 'running')
    if (to === 'stopped' && this.get(id).status === 'running') this.become(id, 'stopping')
    this.store.transition(id, to, { at: this.#clock.now(), cause })
    return this.get(id)
  }

  log(id: string, text: string): void {
    const at = new Date(this.#clock.now()).toISOString()
    for (const line of this.store.addLogs(id, [{ at, stream: 'stdout', text }]))
      this.lines.get(id)?.next(line)
  }

  tellProgress(job: string, read: number): void {
    const progress = {
      status: 'running' as const,
      elapsedMs: 1,
      read,
      written: 0,
      sources: [],
      edges: [],
      activity: [],
      latency: null,
      nodes: [],
    }
    this.progress.next({ job, progress })
  }

  #own(id: string, deed: Deed): JobInfo {
    this.#check()
    ownJob(this.store, id, deed)
    return this.get(id)
  }

  #check(): void {
    if (this.failure !== null) throw this.failure
  }
}
