import type { JobResult } from '../../job/job-result.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { Clock } from '../../time/clock.ts'
import type { Report } from '../process/messages.ts'
import { type FigureSeries, noFigures, withSample } from './figure-series.ts'

/** Milliseconds that a rate is taken over at least: what is told after fewer goes with what was told before. */
const SHORTEST = 250

/** What a process has counted, and when. */
interface Told {
  readonly rssBytes: number
  readonly heapBytes: number
  readonly elapsedMs: number
  readonly read: number
  readonly written: number
  readonly fill: number | null
}

const nothing: Told = { rssBytes: 0, heapBytes: 0, elapsedMs: 0, read: 0, written: 0, fill: null }

/** Makes figures over a job's life of what one of its processes tells. */
export class FigureRecorder {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  #series: FigureSeries
  #told: Told = nothing
  /** CPU time, of a process that has told it. */
  #cpuMicros: number | null = null
  #heardAt: number
  /** By the clock on the wall. */
  #lastAt: number
  #restarts: number
  #checkpoints = 0
  #checkpointBytes = 0

  /**
   * @param before what is known of its life so far
   * @param restarted whether the run that begins now is a restart
   */
  constructor(
    clock: Pick<Clock, 'now' | 'monotonic'>,
    before: FigureSeries = noFigures,
    restarted: boolean = false,
  ) {
    this.#clock = clock
    this.#series = before
    this.#restarts = restarted ? 1 : 0
    this.#heardAt = clock.monotonic()
    this.#lastAt = clock.now()
  }

  get series(): FigureSeries {
    return this.#series
  }

  heard({ rssBytes, heapBytes, cpuMicros, progress }: Extract<Report, { type: 'heartbeat' }>): void {
    const used = Math.max(0, cpuMicros - (this.#cpuMicros ?? 0)) / 1000
    // What it used before it had its order was in no time that is known.
    const most = this.#cpuMicros === null ? this.#clock.monotonic() - this.#heardAt : Infinity
    this.#cpuMicros = cpuMicros
    this.#add({ ...this.#told, ...countsOf(progress), rssBytes, heapBytes }, Math.min(used, most))
  }

  /** The same of a job whose process is not looked at. */
  counted(progress: JobProgress): void {
    this.#add({ ...this.#told, ...countsOf(progress) }, null)
  }

  /** Goes into the next point. */
  restarted(): void {
    this.#restarts++
  }

  /** Goes into the next point. */
  checkpointed(bytes: number): void {
    this.#checkpoints++
    this.#checkpointBytes = Math.max(this.#checkpointBytes, bytes)
  }

  /** Its process is gone. Of a job that is over the result has what was counted since the last heartbeat. */
  ended(result: JobResult | null): void {
    const sum = (kind: string, column: 'out' | 'handled'): number =>
      (result?.nodes ?? []).reduce((total, node) => (node.kind === kind ? total + node[column] : total), 0)
    const { elapsedMs, read, written } = this.#told
    // Of a job that was restarted meanwhile it has less: nobody knows how much of that is new.
    const more = {
      read: Math.max(read, sum('source', 'out')),
      written: Math.max(written, sum('sink', 'handled')),
    }
    const isNews = more.read > read || more.written > written || this.#restarts > 0 || this.#checkpoints > 0
    if (isNews) this.#add({ ...this.#told, elapsedMs, ...more, fill: null }, null)
  }

  #add(told: Told, cpuMs: number | null): void {
    const now = this.#clock.monotonic()
    const ms = Math.max(0, now - this.#heardAt)
    const at = ms < SHORTEST ? this.#lastAt : this.#clock.now()
    // In the same process it was restarted, and counts anew.
    const isAnew = told.elapsedMs < this.#told.elapsedMs || told.read < this.#told.read
    const before = isAnew ? nothing : this.#told
    this.#series = withSample(this.#series, {
      at,
      ms: Math.round(ms),
      read: told.read - before.read,
      written: Math.max(0, told.written - before.written),
      rssBytes: told.rssBytes,
      heapBytes: told.heapBytes,
      cpuMs: cpuMs === null ? null : Math.round(cpuMs),
      fill: told.fill,
      restarts: this.#restarts,
      checkpoints: this.#checkpoints,
      checkpointBytes: this.#checkpointBytes,
    })
    this.#told = told
    this.#heardAt = now
    this.#lastAt = at
    this.#restarts = this.#checkpoints = this.#checkpointBytes = 0
  }
}

function countsOf(progress: JobProgress | null): Partial<Told> {
  if (progress === null) return {}
  const { elapsedMs, read, written, edges } = progress
  const fill = edges.length === 0 ? null : Math.min(1, Math.max(...edges.map((edge) => edge.fill)))
  return { elapsedMs, read, written, fill }
}
