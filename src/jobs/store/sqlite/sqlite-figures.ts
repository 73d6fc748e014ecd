import type { FigurePoint, FigureSeries } from '../../figures/figure-series.ts'
import type { FigureStore } from '../../figures/figure-store.ts'
import { LOCAL } from '../job-changes.ts'
import type { Database } from './database.ts'

/** In the order in which a point's figures are kept: more are added behind them only. */
const fields = [
  'at',
  'ms',
  'read',
  'written',
  'rssBytes',
  'heapBytes',
  'cpuMs',
  'fill',
  'restarts',
  'checkpoints',
  'checkpointBytes',
  'checkpointMs',
  'p50',
  'p95',
  'p99',
] as const satisfies readonly (keyof FigurePoint)[]

/** Figures of jobs over their lives, in the database of the jobs. */
export class SqliteFigures implements FigureStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  keep(job: string, { interval, points }: FigureSeries): void {
    const sql = `INSERT INTO job_figures (job, span, points)
      SELECT number, ?2, ?3 FROM jobs WHERE id = ?1 AND provider = '${LOCAL}'
      ON CONFLICT DO UPDATE SET span = excluded.span, points = excluded.points`
    const rows = points.map((point) => fields.map((field) => point[field]))
    this.#database.transaction('system', () => this.#database.run(sql, job, interval, JSON.stringify(rows)))
  }

  of(job: string): FigureSeries | undefined {
    const sql = `SELECT span, points FROM job_figures JOIN jobs ON job = number WHERE id = ?`
    const row = this.#database.get<{ span: number; points: string }>(sql, job)
    if (row === undefined) return undefined
    const rows = JSON.parse(row.points) as readonly (readonly (number | null)[])[]
    return { interval: row.span, points: rows.map(pointOf) }
  }
}

const pointOf = (row: readonly (number | null)[]): FigurePoint =>
  Object.fromEntries(fields.map((field, index) => [field, row[index] ?? null])) as unknown as FigurePoint
