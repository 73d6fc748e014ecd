import type { Readable } from 'node:stream'
import { filter, map, type Observable, Subject } from 'rxjs'
import { NotByCommandError } from '../../errors/job-server-errors.ts'
import { NothingCollectedError } from '../../errors/job-process-errors.ts'
import { isActive, type JobStatus, transitions } from '../../job/job-status.ts'
import { FigureRecorder } from '../../jobs/figures/figure-recorder.ts'
import { jobHistory } from '../../jobs/figures/job-history.ts'
import type {
  DeadLetters,
  EventLog,
  JobManager,
  ManagerStatus,
  ProgramFiles,
} from '../../jobs/job-manager.ts'
import { noJob } from '../../jobs/store/refusals.ts'
import type { JobRecord } from '../../jobs/store/job-store.ts'
import { eventLogOf } from '../../jobs/store/event-log.ts'
import { MemoryJobStore } from '../../jobs/store/memory-job-store.ts'
import type { ProgressNotice } from '../../protocol/job-event.ts'
import type { JobHistory } from '../../protocol/job-history.ts'
import type { CheckpointInfo, JobInfo, LogLine } from '../../protocol/job-info.ts'
import { submissionSchema } from '../../protocol/submission.ts'
import type { Clock } from '../../time/clock.ts'
import type { ProgramReport } from '../programs/messages.ts'

/** What can be done to the jobs of a program: by its process. */
export interface ProgramControl {
  endJob(id: string, abort: boolean): void
}

const noLetters = (): never => {
  throw new NotByCommandError('keep dead letters of its jobs')
}

/** Stands for the files of a program, which are not sent to anybody. */
const nobodys = '0'.repeat(64)

/**
 * The jobs of programs that `millrace run` runs, as a server shows its own: what is known of them is what the programs
 * tell. Nothing is kept when the command ends.
 */
export class ProgramJobs implements JobManager {
  readonly #store = new MemoryJobStore()
  readonly #clock: Clock
  readonly #progress = new Subject<ProgressNotice>()
  readonly #lines = new Subject<{ readonly job: string; readonly line: LogLine }>()
  readonly #owners = new Map<string, ProgramControl>()
  readonly #recorders = new Map<string, FigureRecorder>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** What a program tells of its jobs. */
  heard(report: ProgramReport, program: ProgramControl): void {
    if (report.type === 'job') this.#begin(report.id, report.name, program)
    else if (report.type === 'metrics') {
      const { id, metrics } = report
      if (this.#store.get(id) === undefined) return
      // Its end is told with what became of it.
      if (isActive(metrics.status)) this.#follow(id, metrics.status, 'Its program says so.')
      this.#store.patch(id, { progress: metrics })
      this.#recorders.get(id)?.counted(metrics)
      this.#progress.next({ job: id, progress: metrics })
    } else if (report.type === 'ended') {
      const { id, result, error } = report
      if (this.#store.get(id) === undefined) return
      const status = result?.status ?? 'failed'
      // Between two looks it may have been told to stop.
      if (status === 'stopped') this.#follow(id, 'stopping', 'It was told to stop.')
      this.#follow(id, status, 'Its program says so.', { result, error })
    }
  }

  /** What a program has written: nobody knows for which of its jobs. */
  wrote(stream: 'stdout' | 'stderr', text: string): void {
    const at = new Date(this.#clock.now()).toISOString()
    for (const { id } of this.#store.withStatus('running', 'stopping', 'restarting')) {
      for (const line of this.#store.addLogs(id, [{ at, stream, text }])) this.#lines.next({ job: id, line })
    }
  }

  #begin(id: string, name: string, program: ProgramControl): void {
    const submission = submissionSchema.parse({
      name,
      program: {
        entry: 'program',
        files: [{ path: 'program', hash: nobodys, size: 0 }],
        ordinal: 0,
        graphHash: nobodys,
        millrace: '',
      },
      options: { checkpointed: false },
    })
    this.#owners.set(id, program)
    this.#recorders.set(id, new FigureRecorder(this.#clock))
    this.#store.create(submission, { id, at: this.#clock.now(), by: 'its program' })
    this.#follow(id, 'running', 'Its program has begun it.')
  }

  #follow(
    id: string,
    to: JobStatus,
    cause: string,
    patch: Parameters<MemoryJobStore['patch']>[1] = {},
  ): void {
    const { status } = this.#find(id)
    if (!transitions[status].includes(to)) return
    this.#store.transition(id, to, { at: this.#clock.now(), cause, patch })
  }

  list(query: Parameters<JobManager['list']>[0]): ReturnType<JobManager['list']> {
    return this.#store.list({ ...query, now: query.now ?? this.#clock.now() })
  }

  get(id: string): JobInfo {
    const { submission, restartHistory, dueAt, wanted, ...info } = this.#find(id)
    return { ...info, foreign: null }
  }

  transitions(...[id, page]: Parameters<JobManager['transitions']>): ReturnType<JobManager['transitions']> {
    return this.#store.transitions(id, page)
  }

  checkpoints(id: string): readonly CheckpointInfo[] {
    return this.#store.checkpoints(id)
  }

  history(id: string, since?: number): JobHistory {
    this.#find(id)
    return jobHistory(id, this.#recorders.get(id)?.series, since)
  }

  logs(...[id, after, limit, which]: Parameters<JobManager['logs']>): ReturnType<JobManager['logs']> {
    return this.#store.logs(id, after, limit, which)
  }

  stop(id: string, { cause }: Parameters<JobManager['stop']>[1]): JobInfo {
    if (isActive(this.#find(id).status)) {
      this.#follow(id, 'stopping', cause)
      this.#owners.get(id)?.endJob(id, false)
    }
    return this.get(id)
  }

  cancel(id: string, _cause: string): JobInfo {
    if (isActive(this.#find(id).status)) this.#owners.get(id)?.endJob(id, true)
    return this.get(id)
  }

  async delete(id: string): Promise<void> {
    if (isActive(this.#find(id).status)) throw new NotByCommandError('delete a job that runs')
    this.#owners.delete(id)
    this.#recorders.delete(id)
    this.#store.delete(id, this.#clock.now())
  }

  submit(): never {
    throw new NotByCommandError('take jobs')
  }

  restart(): never {
    throw new NotByCommandError('restart jobs')
  }

  continue(): never {
    throw new NotByCommandError('continue jobs')
  }

  savepoint(): never {
    throw new NotByCommandError('take savepoints')
  }

  readonly deadLetters: DeadLetters = {
    list: () => noLetters(),
    get: () => noLetters(),
    replay: () => noLetters(),
    remove: () => noLetters(),
  }

  taps(): never {
    throw new NotByCommandError('show records of its jobs')
  }

  async collected(id: string, node: string): Promise<Readable> {
    this.#find(id)
    throw new NothingCollectedError(`What node ${node} collects stays in its program.`)
  }

  readonly files: ProgramFiles = {
    missing: async () => {
      throw new NotByCommandError('take files')
    },
    put: async () => {
      throw new NotByCommandError('take files')
    },
  }

  get events(): EventLog {
    return eventLogOf(this.#store)
  }

  progress$(job?: string): Observable<ProgressNotice> {
    return this.#progress.pipe(filter((notice) => job === undefined || notice.job === job))
  }

  log$(job: string): Observable<LogLine> {
    this.#find(job)
    return this.#lines.pipe(
      filter((written) => written.job === job),
      map(({ line }) => line),
    )
  }

  get status(): ManagerStatus {
    const { running, stopping } = this.#store.counts()
    const jobs = this.#store.list({ limit: 1 }).total
    return { ready: true, running: running + stopping, queued: 0, maxRunning: running + stopping, jobs }
  }

  async close(): Promise<void> {
    this.#progress.complete()
    this.#lines.complete()
    this.#store.close()
  }

  #find(id: string): JobRecord {
    const job = this.#store.get(id)
    if (job === undefined) throw noJob(id)
    return job
  }
}
