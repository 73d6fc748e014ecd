import { createHash } from 'node:crypto'
import type { Subscription } from 'rxjs'
import { JobNotFoundError } from '../../errors/job-server-errors.ts'
import type { JobEvent } from '../../protocol/job-event.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import type { InlineProgress, ProgressList, ProgressReport } from '../../protocol/progress-report.ts'
import { delay } from '../../time/delay.ts'
import type { Clock } from '../../time/clock.ts'
import type { ForeignJobs } from '../foreign/foreign-jobs.ts'
import type { JobManager } from '../job-manager.ts'
import { LOCAL } from '../store/job-changes.ts'
import { defaultStageRules } from './default-stage-rules.ts'
import { foreignReport } from './foreign-report.ts'
import { JobWatches } from './job-watches.ts'
import { ownReport } from './own-report.ts'
import { ProgressSampler } from './progress-sampler.ts'
import { lastLogOf, NEWEST_LINES } from './read-log.ts'
import { StageReader } from './stage-reader.ts'
import type { StageRules } from './stage-rules.ts'

export interface ProgressReportsOptions {
  readonly manager: Pick<JobManager, 'get' | 'logs' | 'log$' | 'progress$'>
  readonly clock: Clock
  /** Undefined: no job runs elsewhere, or nobody can be asked for its lines. */
  readonly foreign?: Pick<ForeignJobs, 'refreshLogs' | 'followLogs'> | undefined
  readonly stageRules?: StageRules | undefined
}

/** An answer, and what tells it from others. */
export interface Tagged<T> {
  readonly value: T
  /** As the header has it. */
  readonly etag: string
}

/** Milliseconds for a provider to give the lines of a job; then what is known counts. */
const PATIENCE = 2000
/** Lines of a job of the server's own, among which its last one is. */
const OWN_LINES = 20
/** Jobs of a batch that are looked at in one turn of the event loop. */
const PER_TURN = 10

/** How far jobs are: made when somebody asks, from what their processes told, and from their lines. */
export class JobProgressReports {
  readonly watches: JobWatches
  readonly #options: ProgressReportsOptions
  readonly #sampler: ProgressSampler
  readonly #readers: ReadonlyMap<string, StageReader>
  readonly #reader: StageReader
  readonly #notices: Subscription

  constructor(options: ProgressReportsOptions) {
    const { manager, clock, foreign, stageRules = {} } = options
    this.#options = options
    this.#sampler = new ProgressSampler(clock)
    this.#reader = new StageReader(stageRules.all ?? defaultStageRules)
    const byProvider = Object.entries(stageRules.byProvider ?? {})
    this.#readers = new Map(byProvider.map(([name, rules]) => [name, new StageReader(rules)]))
    this.watches = new JobWatches({ manager, clock, follow: (job) => foreign?.followLogs(job) ?? noop })
    this.#notices = manager.progress$().subscribe({
      next: (notice) => {
        this.#sampler.take(notice)
        this.watches.touch(notice.job)
      },
      // Without it there are no rates.
      error: () => {},
    })
  }

  /** Jobs whose counts are kept, for rates. */
  get sampled(): number {
    return this.#sampler.size
  }

  /** To be called with everything that happens to jobs. */
  onEvent(event: JobEvent): void {
    this.#sampler.onEvent(event)
    this.watches.touch(event.job)
  }

  /** Asks for the lines of a job elsewhere, as long as that may take; resolves to why it could not. @throws JobNotFoundError */
  async refresh(id: string): Promise<string | null> {
    const { foreign, manager, clock } = this.#options
    if (foreign === undefined || isOwn(manager.get(id))) return null
    const answered = new AbortController()
    const late = delay(clock, PATIENCE, [answered.signal]).then(
      () => `Its provider did not answer within ${PATIENCE / 1000} s.`,
      () => null,
    )
    try {
      return await Promise.race([foreign.refreshLogs(id), late])
    } finally {
      answered.abort()
    }
  }

  /** @throws JobNotFoundError */
  report(id: string, refreshError: string | null = null): Tagged<ProgressReport> {
    const value = this.#report(id, refreshError)
    // Time goes on by itself, and rates never stand still while it does.
    const sources = value.sources.map((source) => ({
      ...source,
      eta: null,
      rate: Math.sign(source.rate ?? -1),
    }))
    const operators = value.operators.map((operator) => ({
      ...operator,
      rate: Math.sign(operator.rate ?? -1),
    }))
    const rate = value.rate && { unit: value.rate.unit, value: Math.sign(value.rate.value) }
    const same = { ...value, sources, operators, rate, asOf: null, age: null, eta: null }
    return { value, etag: `W/${etagOf(same)}` }
  }

  /** @throws JobNotFoundError */
  inline(id: string): Tagged<InlineProgress> {
    const { job, stage, lastLog, progress } = this.#report(id, null)
    const value = { job_id: job, stage, last_log: lastLog, progress }
    return { value, etag: etagOf(value) }
  }

  /** Many at once, as far as they are known: no provider is asked. */
  async batch(ids: readonly string[]): Promise<ProgressList> {
    const items: ProgressReport[] = []
    const missing: string[] = []
    let left = PER_TURN
    for (const id of new Set(ids)) {
      if (left-- === 0) {
        left = PER_TURN - 1
        await new Promise<void>((resolve) => void this.#options.clock.setImmediate(resolve))
      }
      try {
        items.push(this.#report(id, null))
      } catch (error) {
        if (!(error instanceof JobNotFoundError)) throw error
        missing.push(id)
      }
    }
    return { items, missing }
  }

  close(): void {
    this.#notices.unsubscribe()
    this.watches.close()
    this.#sampler.clear()
  }

  #report(id: string, refreshError: string | null): ProgressReport {
    const { manager, clock } = this.#options
    const info = manager.get(id)
    const { lines } = manager.logs(id, 0, NEWEST_LINES, { last: isOwn(info) ? OWN_LINES : NEWEST_LINES })
    const now = clock.now()
    if (!isOwn(info)) {
      const reader = this.#readers.get(info.provider) ?? this.#reader
      return foreignReport({ info, lines, reader, now, refreshError })
    }
    const samples = this.#sampler.of(id)
    return ownReport({ info, samples, lastLog: lastLogOf(lines), now, monotonic: clock.monotonic() })
  }
}

const noop = (): void => {}
const isOwn = ({ provider }: JobInfo): boolean => provider === LOCAL

const etagOf = (value: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)}"`
