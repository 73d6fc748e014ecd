import type { HistoryLatency, HistoryPoint, JobHistory } from '../../protocol/job-history.ts'
import { type FigurePoint, type FigureSeries, noFigures } from './figure-series.ts'

/** Figures as they are told. @param since milliseconds since the epoch: of points that end then or later only */
export function jobHistory(
  job: string,
  { interval, points }: FigureSeries = noFigures,
  since: number = -Infinity,
): JobHistory {
  return {
    job,
    interval: interval / 1000,
    points: points.filter(({ at }) => at >= since).map(pointOf),
  }
}

const pointOf = (point: FigurePoint): HistoryPoint => ({
  at: new Date(point.at).toISOString(),
  seconds: point.ms / 1000,
  read: inSecond(point.read, point.ms),
  written: inSecond(point.written, point.ms),
  rssBytes: point.rssBytes === 0 ? null : point.rssBytes,
  heapBytes: point.heapBytes === 0 ? null : point.heapBytes,
  cpu: point.ms === 0 || point.cpuMs === null ? null : rounded(point.cpuMs / point.ms, 1000),
  queueFill: point.fill === null ? null : rounded(point.fill, 1000),
  restarts: point.restarts,
  checkpoints: point.checkpoints,
  checkpointBytes: point.checkpoints === 0 ? null : point.checkpointBytes,
  checkpointSeconds: point.checkpointMs === null ? null : point.checkpointMs / 1000,
  latency: latencyOf(point),
})

const latencyOf = ({ p50, p95, p99 }: FigurePoint): HistoryLatency | null =>
  p50 === null || p95 === null || p99 === null
    ? null
    : { p50: inSeconds(p50), p95: inSeconds(p95), p99: inSeconds(p99) }

const inSeconds = (ms: number): number => rounded(ms / 1000, 1e6)

const inSecond = (count: number, ms: number): number | null =>
  ms === 0 ? null : rounded((count * 1000) / ms, 10)

const rounded = (value: number, steps: number): number => Math.round(value * steps) / steps
