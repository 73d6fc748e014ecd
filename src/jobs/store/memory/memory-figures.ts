import type { FigureSeries } from '../../figures/figure-series.ts'
import type { FigureStore } from '../../figures/figure-store.ts'
import { isOwn } from './memory-job.ts'
import type { MemoryJobs } from './memory-jobs.ts'

/** Figures of jobs over their lives, with the jobs. */
export class MemoryFigures implements FigureStore {
  readonly #jobs: MemoryJobs

  constructor(jobs: MemoryJobs) {
    this.#jobs = jobs
  }

  keep(job: string, series: FigureSeries): void {
    const entry = this.#jobs.get(job)
    if (entry !== undefined && isOwn(entry)) entry.figures = series
  }

  of(job: string): FigureSeries | undefined {
    return this.#jobs.get(job)?.figures
  }
}
