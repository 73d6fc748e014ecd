import type { LogLine } from '../../../protocol/job-info.ts'
import type { Colors } from '../../output/colors.ts'
import { oneLine } from '../../output/text-width.ts'
import { type MonitorState, PAGE_FRAME_ROWS } from '../monitor-state.ts'
import { visibleLines } from '../scroll-logs.ts'
import { indexOfColumn } from '../../output/index-of-column.ts'

const styles = /\u001b\[[0-9;:]*[A-Za-z]/g

/** The lines of the log that are on the screen. */
export function logLines({ logs, size }: MonitorState, colors: Colors): readonly string[] {
  if (logs === null) return []
  if (logs.error !== '') return [colors.red(oneLine(logs.error))]
  if (logs.lines.length === 0) {
    const why = { loading: 'asking for its log', open: '', over: 'it has written nothing' }[logs.state]
    return [colors.dim(why)]
  }
  const shown = visibleLines(logs, size.rows - PAGE_FRAME_ROWS)
  return shown.map((line) => lineOf(line, logs.left, size.columns >= 60, colors))
}

function lineOf({ at, stream, text }: LogLine, left: number, withTime: boolean, colors: Colors): string {
  // Colours of the job's own would go on beyond the line.
  const whole = oneLine(text.replace(styles, '').replaceAll('\t', '    '))
  const plain = whole.slice(indexOfColumn(whole, left))
  const time = withTime ? `${colors.dim(new Date(at).toTimeString().slice(0, 8))} ` : ''
  if (stream === 'stdout') return time + plain
  return time + (stream === 'stderr' ? colors.yellow : colors.cyan)(plain)
}
