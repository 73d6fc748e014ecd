import type { JobResult } from '../../job/job-result.ts'
import type { WireError } from '../../protocol/wire-error.ts'
import type { JobMetrics } from '../../runtime/metrics/job-metrics.ts'
import { withSample } from '../watch/progress-samples.ts'
import type { ProgramReport } from './messages.ts'

/** What is known of a job of a program that runs here. */
export interface RunningJob {
  readonly id: string
  readonly name: string
  /** Null before it was told. */
  readonly metrics: JobMetrics | null
  /** The newest last, at most SAMPLES: rates are those between the first and the last of them. */
  readonly samples: readonly JobMetrics[]
  /** Null while it runs. */
  readonly end: { readonly result: JobResult | null; readonly error: WireError | null } | null
}

/** A job tells four times a second, so rates are those of the last two seconds. */
const SAMPLES = 9

/** Jobs that are remembered: the newest. */
const JOBS = 1000

/** What a program has told of its jobs. */
export class RunState {
  readonly #jobs = new Map<string, RunningJob>()
  /** How many there were. */
  count = 0
  /** How often the program has called `submit`. */
  submits = 0

  get jobs(): readonly RunningJob[] {
    return [...this.#jobs.values()]
  }

  heard(report: ProgramReport): void {
    if (report.type === 'submitted') this.submits++
    else if (report.type === 'job') this.#begin(report)
    else if (report.type === 'metrics') {
      const { id, metrics } = report
      this.#change(id, (job) => withMetrics(job, metrics))
    } else if (report.type === 'ended') {
      const { id, result, error } = report
      this.#change(id, (job) => ({ ...job, end: { result, error } }))
    }
  }

  #begin({ id, name }: { readonly id: string; readonly name: string }): void {
    this.count++
    this.#jobs.set(id, { id, name, metrics: null, samples: [], end: null })
    for (const oldest of this.#jobs.keys()) {
      if (this.#jobs.size <= JOBS) break
      this.#jobs.delete(oldest)
    }
  }

  #change(id: string, change: (job: RunningJob) => RunningJob): void {
    const job = this.#jobs.get(id)
    if (job !== undefined) this.#jobs.set(id, change(job))
  }
}

const withMetrics = (job: RunningJob, metrics: JobMetrics): RunningJob => ({
  ...job,
  metrics,
  samples: withSample(job.samples, metrics, SAMPLES),
})
