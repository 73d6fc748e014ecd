import type { LogLine } from '../../protocol/job-info.ts'
import type { Key } from '../screen/decode-keys.ts'
import type { LogsView } from './monitor-state.ts'

/** Columns that an arrow moves by. */
const SIDEWAYS = 16

/** The log after a key: `by` lines further, or to the side. At its end it is followed again. */
export function scrollLogs(logs: LogsView, key: Key, by: number, rows: number): LogsView {
  if (key === 'right') return { ...logs, left: logs.left + SIDEWAYS }
  if (key === 'left') return { ...logs, left: Math.max(0, logs.left - SIDEWAYS) }
  if (key === 'f') return { ...logs, isFollowing: true }
  if (by === 0 || logs.lines.length === 0) return logs
  const last = logs.lines.length - 1
  const bottom = Math.min(last, Math.max(bottomOf(logs) + by, Math.min(rows - 1, last)))
  return { ...logs, isFollowing: bottom === last, bottom: logs.lines[bottom]!.seq }
}

/** The lines that so many rows show. */
export function visibleLines(logs: LogsView, rows: number): readonly LogLine[] {
  const end = Math.max(bottomOf(logs) + 1, Math.min(rows, logs.lines.length))
  return logs.lines.slice(Math.max(0, end - rows), end)
}

/** Index of the line at the bottom. Of lines that are not kept any more the oldest that is. */
function bottomOf({ lines, isFollowing, bottom }: LogsView): number {
  if (isFollowing) return lines.length - 1
  const at = lines.findIndex(({ seq }) => seq >= bottom)
  return at === -1 ? lines.length - 1 : at
}
