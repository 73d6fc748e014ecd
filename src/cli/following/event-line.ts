import type { JobEvent } from '../../protocol/job-event.ts'
import { briefDuration } from '../../util/brief-duration.ts'
import { formatBytes } from '../format.ts'
import { colorOfStatus, type Colors } from '../output/colors.ts'
import { oneLine } from '../output/text-width.ts'
import { formatTime } from './format-time.ts'

/** `2025-01-31 12:00:00  7f3c2a1b  word count  running: process 12 was started` */
export function eventLine(event: JobEvent, name: string, colors: Colors): string {
  const shown = [
    colors.dim(formatTime(event.at)),
    colors.dim(event.job.slice(0, 8)),
    oneLine(name),
    what(event, colors),
  ]
  return shown.filter((text) => text !== '').join('  ')
}

function what(event: JobEvent, colors: Colors): string {
  switch (event.type) {
    case 'job_submitted':
      return 'submitted'
    case 'job_status_changed': {
      const { to, cause } = event.transition
      return `${colorOfStatus(colors, to)(to)}: ${oneLine(cause)}`
    }
    case 'job_checkpoint': {
      const { kind, id, bytes, durationMs } = event.checkpoint
      const took = durationMs === undefined ? '' : ` in ${briefDuration(durationMs)}`
      return `${kind} ${id}, ${formatBytes(bytes)}${took}`
    }
    case 'job_deleted':
      return 'deleted'
  }
}
