import type { Spread } from './statistics.ts'
import { range, renderTable, times } from './table.ts'

export interface Target {
  readonly target: string
  readonly measured: string
  readonly verdict: 'met' | 'not met' | 'met, narrowly' | 'not met, narrowly' | 'not measured'
}

export const notMeasured = (target: string): Target => ({ target, measured: '', verdict: 'not measured' })

/** The median decides. Where the quartiles lie on both sides of the limit, the verdict says so. */
const judge = (spread: Spread, holds: (value: number) => boolean): Target['verdict'] => {
  const verdict = holds(spread.median) ? 'met' : 'not met'
  return holds(spread.low) === holds(spread.high) ? verdict : `${verdict}, narrowly`
}

const written = (spread: Spread, note: string): string =>
  `${times(spread.median)} (${range(spread.low, spread.high)})${note === '' ? '' : ` ${note}`}`

/** A ratio that must not be above the limit: ours to theirs. */
export const atMost = (target: string, limit: number, spread: Spread | undefined, note = ''): Target =>
  spread === undefined
    ? notMeasured(target)
    : { target, measured: written(spread, note), verdict: judge(spread, (value) => value <= limit) }

/** A ratio that must not be below the limit: theirs to ours. */
export const atLeast = (target: string, limit: number, spread: Spread | undefined, note = ''): Target =>
  spread === undefined
    ? notMeasured(target)
    : { target, measured: written(spread, note), verdict: judge(spread, (value) => value >= limit) }

export const renderTargets = (title: string, targets: readonly Target[]): string =>
  renderTable({
    title,
    head: ['target', 'measured (quartiles)', 'verdict'],
    rows: targets.map(({ target, measured, verdict }) => [target, measured, verdict]),
  })
