import type { JobEvent, ProgressNotice } from '../../protocol/job-event.ts'
import type { Clock } from '../../time/clock.ts'
import { RunSamples } from './run-samples.ts'

/** Jobs that samples are kept of; of more than that the oldest go. */
const MOST_JOBS = 1000

/** What running jobs have told lately, for rates. A job's samples go when its run is over. */
export class ProgressSampler {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #runs = new Map<string, RunSamples>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** Jobs that there are samples of. */
  get size(): number {
    return this.#runs.size
  }

  /** Of the run of a job; undefined before it has told anything. */
  of(job: string): RunSamples | undefined {
    return this.#runs.get(job)
  }

  take({ job, progress }: ProgressNotice): void {
    const now = this.#clock.monotonic()
    const run = this.#runs.get(job)
    if (run !== undefined) return run.add(progress, now)
    this.#runs.set(job, new RunSamples(progress, now))
    if (this.#runs.size > MOST_JOBS) this.#runs.delete(this.#runs.keys().next().value!)
  }

  onEvent(event: JobEvent): void {
    if (event.type === 'job_deleted') this.#runs.delete(event.job)
    else if (event.type === 'job_status_changed' && !goesOn.has(event.transition.to))
      this.#runs.delete(event.job)
  }

  clear(): void {
    this.#runs.clear()
  }
}

/** The same process as before. */
const goesOn: ReadonlySet<string> = new Set(['running', 'stopping'])
