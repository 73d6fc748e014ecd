import type { HistoryPoint, JobHistory } from '../../protocol/job-history.ts'
import type { ChartKind, ChartLine } from './chart-kinds.ts'

/** A history as it is drawn: the axis of time that all charts have, and what stands on it. */
export interface ChartData {
  /** In seconds since the epoch. */
  readonly times: readonly number[]
  /** Null where the job did not run, so that lines end there. */
  readonly points: readonly (HistoryPoint | null)[]
  /** When it was restarted, in seconds since the epoch. */
  readonly restarts: readonly number[]
}

/** Intervals without a point, by which a pause of the job is known from a late heartbeat. */
const PAUSE = 3

export function chartData({ interval, points }: JobHistory): ChartData {
  const times: number[] = []
  const shown: (HistoryPoint | null)[] = []
  let last = -Infinity
  for (const point of points) {
    const at = Date.parse(point.at) / 1000
    const from = at - point.seconds
    if (last !== -Infinity && from - last > PAUSE * interval) {
      times.push((last + from) / 2)
      shown.push(null)
    }
    times.push(at)
    shown.push(point)
    last = at
  }
  const restarts = points.filter((point) => point.restarts > 0).map(({ at }) => Date.parse(at) / 1000)
  return { times, points: shown, restarts }
}

export const lineOf = ({ points }: ChartData, { value }: ChartLine): (number | null)[] =>
  points.map((point) => (point === null ? null : value(point)))

/** Lines that there is anything to draw of. */
export const knownLines = ({ lines }: ChartKind, { points }: ChartData): readonly ChartLine[] =>
  lines.filter(({ value }) => points.some((point) => point !== null && value(point) !== null))

/** What a line is at a time; null: the newest. Of one that has dots it is that of the last dot. */
export function valueAt({ times, points }: ChartData, line: ChartLine, time: number | null): number | null {
  const index = time === null ? points.length - 1 : indexAt(times, time)
  for (let at = index; at >= 0; at--) {
    const point = points[at] ?? null
    const value = point === null ? null : line.value(point)
    if (value !== null || line.look !== 'dots') return value
  }
  return null
}

/** Of the last that is not later; 0 where all are. */
export function indexAt(times: readonly number[], time: number): number {
  let low = 0
  let high = times.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (times[middle]! <= time) low = middle
    else high = middle - 1
  }
  return low
}

/** In a sentence: `Read: 1.2K/s on average, 3.4K/s at most.` */
export function inWords({ format, lines }: ChartKind, { points }: ChartData): string {
  return lines
    .flatMap(({ name, value }) => {
      let most = 0
      let sum = 0
      let seconds = 0
      for (const point of points) {
        const known = point === null ? null : value(point)
        if (point === null || known === null) continue
        most = Math.max(most, known)
        sum += known * point.seconds
        seconds += point.seconds
      }
      return seconds === 0 ? [] : [`${name}: ${format(sum / seconds)} on average, ${format(most)} at most.`]
    })
    .join(' ')
}
