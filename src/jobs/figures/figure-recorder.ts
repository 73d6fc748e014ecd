import type { JobResult } from '../../job/job-result.ts'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { JobLatency } from '../../runtime/metrics/latency-meter.ts'
import type { Clock } from '../../time/clock.ts'
import type { Report } from '../process/messages.ts'
import { type FigurePoint, type FigureSeries, noFigures, withSample } from './figure-series.ts'

/** Milliseconds that a rate is taken over at least: what is told after fewer goes with what was told before. */
const SHORTEST = 250

/** How a run of a job begins. */
export interface RecordedRun {
  /** What is known of the job's life so far. */
  readonly before?: FigureSeries | undefined
  /** It is a restart. */
  readonly isRestart?: boolean
  /** It goes on from a checkpoint, and so do its counts: what was counted before is not of this run. */
  readonly goesOn?: boolean
}

/** What has been counted since the run began. */
type Counts = Pick<JobProgress, 'elapsedMs' | 'read' | 'written'>

/** How what was counted was on its way. */
type Flow = Pick<JobProgress, 'edges' | 'latency'>

/** Makes figures over a job's life of what one of its processes tells. */
export class FigureRecorder {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  #series: FigureSeries
  /** As last told; null: what comes next is what others are compared with. */
  #counts: Counts | null
  #rssBytes = 0
  #heapBytes = 0
  /** CPU time, of a process that has told it. */
  #cpuMicros: number | null = null
  #heardAt: number
  /** By the clock on the wall. */
  #lastAt: number
  #restarts: number
  #checkpoints = 0
  #checkpointBytes = 0
  #checkpointMs: number | null = null

  constructor(
    clock: Pick<Clock, 'now' | 'monotonic'>,
    { before = noFigures, isRestart = false, goesOn = false }: RecordedRun = {},
  ) {
    this.#clock = clock
    this.#series = before
    this.#counts = goesOn ? null : { elapsedMs: 0, read: 0, written: 0 }
    this.#restarts = isRestart ? 1 : 0
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
    this.#rssBytes = rssBytes
    this.#heapBytes = heapBytes
    this.#add(progress, progress, Math.min(used, most))
  }

  /** The same of a job whose process is not looked at. */
  counted(progress: JobProgress): void {
    this.#add(progress, progress, null)
  }

  /** Goes into the next point. */
  restarted(): void {
    this.#restarts++
  }

  /** Goes into the next point. */
  checkpointed({ bytes, durationMs }: Pick<CheckpointInfo, 'bytes' | 'durationMs'>): void {
    this.#checkpoints++
    this.#checkpointBytes = Math.max(this.#checkpointBytes, bytes)
    if (durationMs !== undefined) this.#checkpointMs = Math.max(this.#checkpointMs ?? 0, durationMs)
  }

  /** Its process is gone. Of a job that is over the result has what was counted since the last heartbeat. */
  ended(result: JobResult | null): void {
    const sum = (kind: string, column: 'out' | 'handled'): number =>
      (result?.nodes ?? []).reduce((total, node) => (node.kind === kind ? total + node[column] : total), 0)
    const { elapsedMs, read, written } = this.#counts ?? { elapsedMs: 0, read: Infinity, written: 0 }
    const counts = {
      elapsedMs,
      read: sum('source', 'out'),
      written: Math.max(written, sum('sink', 'handled')),
    }
    const isNews = counts.read > read || counts.written > written
    if (isNews || this.#restarts + this.#checkpoints > 0) this.#add(isNews ? counts : null, null, null)
  }

  #add(told: Counts | null, flow: Flow | null, cpuMs: number | null): void {
    const now = this.#clock.monotonic()
    const ms = Math.max(0, now - this.#heardAt)
    const at = ms < SHORTEST ? this.#lastAt : this.#clock.now()
    this.#series = withSample(this.#series, {
      at,
      ms: Math.round(ms),
      ...this.#countedSince(told),
      rssBytes: this.#rssBytes,
      heapBytes: this.#heapBytes,
      cpuMs: cpuMs === null ? null : Math.round(cpuMs),
      fill: flow === null ? null : fullest(flow),
      restarts: this.#restarts,
      checkpoints: this.#checkpoints,
      checkpointBytes: this.#checkpointBytes,
      checkpointMs: this.#checkpointMs,
      ...latencyOf(flow?.latency ?? null),
    })
    this.#heardAt = now
    this.#lastAt = at
    this.#restarts = this.#checkpoints = this.#checkpointBytes = 0
    this.#checkpointMs = null
  }

  #countedSince(told: Counts | null): { readonly read: number; readonly written: number } {
    if (told === null) return { read: 0, written: 0 }
    const before = this.#counts
    // It was restarted in the same process, and nobody knows what it counts from.
    const isAnew = before !== null && (told.elapsedMs < before.elapsedMs || told.read < before.read)
    // Before it runs, what it had counted may not have been restored.
    if (isAnew || before === null) {
      this.#counts = told.elapsedMs > 0 ? told : null
      return { read: 0, written: 0 }
    }
    this.#counts = told
    return { read: told.read - before.read, written: Math.max(0, told.written - before.written) }
  }
}

/** Share of the fullest edge; null: there is none. */
const fullest = ({ edges }: Flow): number | null =>
  edges.length === 0 ? null : Math.min(1, Math.max(...edges.map(({ fill }) => fill)))

const latencyOf = (latency: JobLatency | null): Pick<FigurePoint, 'p50' | 'p95' | 'p99'> => ({
  p50: latency?.p50 ?? null,
  p95: latency?.p95 ?? null,
  p99: latency?.p99 ?? null,
})
