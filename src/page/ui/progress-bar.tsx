import type { JSX } from 'preact'
import { formatShare } from '../format/format.ts'

interface ProgressBarProps {
  /** From 0 to 1; null: nobody knows how much there is. */
  readonly share: number | null
  readonly label: string
}

/** How far something is. */
export function ProgressBar({ share, label }: ProgressBarProps): JSX.Element {
  if (share === null) return <progress class="bar" aria-label={label} />
  return (
    <span class="progress">
      <progress class="bar" max={1} value={share} aria-label={label} />
      <span class="figure">{formatShare(share)}</span>
    </span>
  )
}
