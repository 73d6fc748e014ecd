import type { FigureSeries } from './figure-series.ts'

/**
 * Figures of the server's own jobs over their lives. What is kept is there after the end of the process, whatever ended
 * it; after a power cut the last of it may be gone. It goes with its job.
 */
export interface FigureStore {
  /** In the place of what was kept before. Nothing happens where there is no such job. @throws StoreError */
  keep(job: string, series: FigureSeries): void
  /** Undefined where nothing is kept. @throws StoreError */
  of(job: string): FigureSeries | undefined
}
