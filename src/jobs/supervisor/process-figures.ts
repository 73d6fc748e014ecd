import type { ProcessInfo } from '../../protocol/job-info.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { Clock } from '../../time/clock.ts'
import type { Report } from '../process/messages.ts'

/** Milliseconds from one time that figures are written down to the next. */
const KEEP_EVERY = 10_000

/** What a process says of itself in its heartbeats. */
export class ProcessFigures {
  info: ProcessInfo
  progress: JobProgress | null = null
  readonly #clock: Clock
  #cpuMicros = 0
  #heardAt: number
  #keptAt: number

  constructor(pid: number, clock: Clock) {
    this.#clock = clock
    this.#heardAt = this.#keptAt = clock.monotonic()
    const now = new Date(clock.now()).toISOString()
    this.info = { pid, startedAt: now, heartbeatAt: now, rssBytes: 0, heapBytes: 0, cpu: 0 }
  }

  heard({ rssBytes, heapBytes, cpuMicros, progress }: Extract<Report, { type: 'heartbeat' }>): void {
    const now = this.#clock.monotonic()
    const elapsed = (now - this.#heardAt) * 1_000
    const cpu = elapsed > 0 ? Math.max(0, cpuMicros - this.#cpuMicros) / elapsed : this.info.cpu
    this.#heardAt = now
    this.#cpuMicros = cpuMicros
    const heartbeatAt = new Date(this.#clock.now()).toISOString()
    this.info = { ...this.info, heartbeatAt, rssBytes, heapBytes, cpu }
    this.progress = progress ?? this.progress
  }

  /** True once in a while. */
  shouldBeKept(): boolean {
    const now = this.#clock.monotonic()
    if (now - this.#keptAt < KEEP_EVERY) return false
    this.#keptAt = now
    return true
  }
}
