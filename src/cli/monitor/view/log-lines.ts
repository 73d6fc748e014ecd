import type { LogLine } from '../../../protocol/job-info.ts'
import type { Colors } from '../../output/colors.ts'
import { oneLine, widthOf } from '../../output/text-width.ts'
import { type MonitorState, PAGE_FRAME_ROWS } from '../monitor-state.ts'
import { visibleLines } from '../scroll-logs.ts'

const styles = /\u001b\[[0-9;:]*[A-Za-z]/g
const segmenter = new Intl.Segmenter()

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
  const plain = dropColumns(oneLine(text.replace(styles, '').replaceAll('\t', '    ')), left)
  const time = withTime ? `${colors.dim(new Date(at).toTimeString().slice(0, 8))} ` : ''
  if (stream === 'stdout') return time + plain
  return time + (stream === 'stderr' ? colors.yellow : colors.cyan)(plain)
}

function dropColumns(text: string, columns: number): string {
  if (columns === 0) return text
  let left = columns
  let rest = ''
  for (const { segment } of segmenter.segment(text)) {
    if (left <= 0) rest += segment
    left -= widthOf(segment)
  }
  return rest
}
