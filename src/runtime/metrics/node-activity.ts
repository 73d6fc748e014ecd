import type { JobInstance, SubtaskInstance } from '../dispatcher/job-instance.ts'
import type { ActivityTimes } from './activity.ts'

/** Subtasks of an operator that are told of one by one. */
const MOST_SUBTASKS = 64

/**
 * What time has gone into since the job began to run, or was restarted: `busyMs` at work (a function that has given a
 * promise is at work, and so is what waits for its turn), `heldMs` with records that what comes behind has no room for,
 * `idleMs` waiting for records. Together they are the time lived, in whole milliseconds; an operator has that of all its
 * subtasks. Shares of a window are those of the differences.
 */
export interface ActivityFigures extends ActivityTimes {
  /** Up to where event time has come, in milliseconds since the epoch; null: it has none, or none yet. */
  readonly watermark: number | null
}

export interface SubtaskActivity extends ActivityFigures {
  readonly index: number
  readonly in: number
  readonly out: number
}

/** What an operator does. */
export interface NodeActivity extends ActivityFigures {
  /** Its id in `nodes`. */
  readonly node: string
  /** Operators of which this is the same run as one loop, and share their times. */
  readonly loop: string
  /** Milliseconds that event time is behind the clock; null where there is no watermark. */
  readonly lagMs: number | null
  /** At most 64; none where there is only one. */
  readonly subtasks: readonly SubtaskActivity[]
}

/** @param now of the wall clock @param monotonic of the clock that turns are measured by */
export function activityOf({ nodes }: JobInstance, now: number, monotonic: number): readonly NodeActivity[] {
  const loops = new Map<SubtaskInstance['activity'], string>()
  return [...nodes].map(([node, { subtasks }]) => {
    const told = subtasks.map((subtask) => tell(subtask, monotonic))
    const [first] = subtasks
    const loop = first === undefined ? node : (loops.get(first.activity) ?? node)
    if (first !== undefined) loops.set(first.activity, loop)
    const watermark = leastOf(subtasks.map(({ eventTime }) => eventTime?.watermark ?? NaN))
    const sum = (column: keyof ActivityTimes): number => told.reduce((all, one) => all + one[column], 0)
    return {
      node,
      loop,
      busyMs: sum('busyMs'),
      heldMs: sum('heldMs'),
      idleMs: sum('idleMs'),
      watermark,
      lagMs: watermark === null ? null : now - watermark,
      subtasks: told.length === 1 ? [] : told.slice(0, MOST_SUBTASKS),
    }
  })
}

function tell({ index, ledger, activity, eventTime }: SubtaskInstance, monotonic: number): SubtaskActivity {
  const { busyMs, heldMs, idleMs } = activity.until(monotonic)
  const books = ledger.map((entry) => entry.total())
  return {
    index,
    in: books.reduce((sum, book) => sum + book.in, 0),
    out: books.reduce((sum, book) => sum + book.out, 0),
    busyMs: Math.round(busyMs),
    heldMs: Math.round(heldMs),
    idleMs: Math.round(idleMs),
    watermark: leastOf([eventTime?.watermark ?? NaN]),
  }
}

/** Before the first watermark, and at the end of all time, there is none. */
function leastOf(watermarks: readonly number[]): number | null {
  const least = Math.min(...watermarks)
  return Number.isFinite(least) ? least : null
}
