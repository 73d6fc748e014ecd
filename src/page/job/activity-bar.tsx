import type { JSX } from 'preact'
import type { Shares } from './shares.ts'

interface ActivityBarProps {
  readonly shares: Shares
  readonly x: number
  readonly y: number
  readonly width: number
}

const HEIGHT = 7

/**
 * What the time of an operator goes into, from left to right: busy is filled, held back is striped, waiting is empty. In
 * words it is in the description of the operator, and in the table.
 */
export function ActivityBar({ shares: { busy, held }, x, y, width }: ActivityBarProps): JSX.Element {
  return (
    <>
      <rect class="activity" x={x} y={y} width={width} height={HEIGHT} />
      <rect class="activity-busy" x={x} y={y} width={width * busy} height={HEIGHT} />
      <rect fill="url(#stripes)" x={x + width * busy} y={y} width={width * held} height={HEIGHT} />
    </>
  )
}

/** The stripes; once in a drawing. */
export function ActivityStripes(): JSX.Element {
  return (
    <pattern id="stripes" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="stripes-ground" width="5" height="5" />
      <rect class="stripes" width="2.5" height="5" />
    </pattern>
  )
}

const WHAT = [
  ['busy', { busy: 1, held: 0, idle: 0 }],
  ['held back', { busy: 0, held: 1, idle: 0 }],
  ['waiting for records', { busy: 0, held: 0, idle: 1 }],
] as const

export function ActivityLegend(): JSX.Element {
  return (
    <p class="activity-legend faint">
      {WHAT.map(([word, shares]) => (
        <span key={word}>
          <svg width="22" height="9" viewBox="-1 -1 22 9" aria-hidden="true">
            <ActivityBar shares={shares} x={0} y={0} width={20} />
          </svg>
          {word}
        </span>
      ))}
    </p>
  )
}
