/** Points that are kept of a job, however long it lives. */
export const MOST_POINTS = 600
/** Milliseconds that a point is about, at first. */
export const FIRST_INTERVAL = 1000

/** What a job did in a piece of its life: sums, and the highest of what is not summed. */
export interface FigurePoint {
  /** When the piece ended, in milliseconds since the epoch. */
  readonly at: number
  /** Milliseconds of it in which the job ran. */
  readonly ms: number
  /** Records that sources gave, and that reached sinks. */
  readonly read: number
  readonly written: number
  /** 0 where its process has told nothing of it. */
  readonly rssBytes: number
  readonly heapBytes: number
  /** Milliseconds that a core was busy; null: its process has told nothing of it. */
  readonly cpuMs: number | null
  /** Of the fullest edge, from 0 to 1; null: there was none. */
  readonly fill: number | null
  readonly restarts: number
  readonly checkpoints: number
  /** Of the largest of them. */
  readonly checkpointBytes: number
  /** Of the slowest of them; null: nobody measured it. */
  readonly checkpointMs: number | null
  /** Milliseconds from a source to a sink: of a hundred, so many were so quick. Null: nobody measured it. */
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

/** Figures of a job over its life, oldest first: one point for each interval in which it ran. */
export interface FigureSeries {
  /** In milliseconds: FIRST_INTERVAL, doubled as often as was needed. Points are about whole multiples of it. */
  readonly interval: number
  readonly points: readonly FigurePoint[]
}

export const noFigures: FigureSeries = { interval: FIRST_INTERVAL, points: [] }

/**
 * With one more. When there would be more than `most` points, the interval doubles and neighbours become one, as often
 * as it takes. So the whole life stays, sums stay what they are, and no peak is lost. A sample from before the last
 * point, as after a clock was set back, is added to that.
 */
export function withSample(
  { interval, points }: FigureSeries,
  sample: FigurePoint,
  most: number = MOST_POINTS,
): FigureSeries {
  const all = gathered([...points, sample], interval)
  if (all.length <= most) return { interval, points: all }
  return thinned({ interval: interval * 2, points: all }, most)
}

function thinned({ interval, points }: FigureSeries, most: number): FigureSeries {
  const fewer = gathered(points, interval)
  return fewer.length <= most
    ? { interval, points: fewer }
    : thinned({ interval: interval * 2, points: fewer }, most)
}

/** One point for each multiple of the interval. */
function gathered(points: readonly FigurePoint[], interval: number): readonly FigurePoint[] {
  const cells: FigurePoint[] = []
  for (const point of points) {
    const last = cells.at(-1)
    if (last !== undefined && Math.floor(point.at / interval) <= Math.floor(last.at / interval)) {
      cells[cells.length - 1] = together(last, point)
    } else cells.push(point)
  }
  return cells
}

const together = (a: FigurePoint, b: FigurePoint): FigurePoint => ({
  at: Math.max(a.at, b.at),
  ms: a.ms + b.ms,
  read: a.read + b.read,
  written: a.written + b.written,
  rssBytes: Math.max(a.rssBytes, b.rssBytes),
  heapBytes: Math.max(a.heapBytes, b.heapBytes),
  cpuMs: a.cpuMs === null ? b.cpuMs : a.cpuMs + (b.cpuMs ?? 0),
  fill: highest(a.fill, b.fill),
  restarts: a.restarts + b.restarts,
  checkpoints: a.checkpoints + b.checkpoints,
  checkpointBytes: Math.max(a.checkpointBytes, b.checkpointBytes),
  checkpointMs: highest(a.checkpointMs, b.checkpointMs),
  p50: highest(a.p50, b.p50),
  p95: highest(a.p95, b.p95),
  p99: highest(a.p99, b.p99),
})

const highest = (a: number | null, b: number | null): number | null => (a === null ? b : Math.max(a, b ?? 0))
