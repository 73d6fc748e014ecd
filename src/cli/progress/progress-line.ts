import type { ProgressReport } from '../../protocol/progress-report.ts'
import { formatDuration } from '../format.ts'
import { formatCount } from '../watch/format-count.ts'

/** `30.0 %`, or nothing where nobody knows. */
export const describePercent = ({ progress }: ProgressReport): string =>
  progress === null ? '' : `${progress.toFixed(1)} %`

/** `120 records/s` */
export const describeRate = ({ rate }: ProgressReport): string =>
  rate === null ? '' : `${formatCount(Math.round(rate.value))} ${rate.unit}/s`

export const describeEta = ({ eta }: ProgressReport): string =>
  eta === null ? '' : formatDuration(eta * 1000)

/** Where stage and progress are from, and how old that is where it is not new. */
export function describeOrigin({ from, age }: ProgressReport): string {
  const words = { runtime: 'its process', logs: 'its log', provider: 'its provider', status: 'its status' }
  return age === null || age < STALE ? words[from] : `${words[from]}, ${formatDuration(age * 1000)} ago`
}

/** Seconds after which it is worth saying how old a figure is. */
const STALE = 10
