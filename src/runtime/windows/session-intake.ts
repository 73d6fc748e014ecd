import type { SessionWindows } from '../../functions/window-assigner.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { whenSettled } from '../../util/when-settled.ts'
import { accumulate } from './accumulate.ts'
import { type Intake, LATE } from './intake.ts'
import type { LiveWindows, WindowCell } from './live-windows.ts'
import { createPane, type Pane } from './pane.ts'
import type { Firing, WindowLogic } from './window-logic.ts'

/** The way of a record into its session. Nothing is changed before it is taken. */
export interface Target {
  readonly pane: Pane
  /** The session's bounds with the record in it. */
  readonly start: number
  readonly end: number
  /** Sessions that become one with it, by start. */
  readonly absorbed: readonly Pane[]
}

const NONE: readonly Pane[] = []

export function intoSessions(windows: LiveWindows, { gap }: SessionWindows): Intake {
  const { table, logic } = windows
  return (value, key, time, timestamp, clock) => {
    const cell = windows.cell(key)
    const target = place(cell === undefined ? NONE : cell.value, time, gap)
    if (windows.isClosed(target.end, clock)) return LATE
    if (cell !== undefined && cell.epoch !== table.epoch) table.touch(cell)
    const take = (into: WindowCell, accumulator: unknown): readonly Firing[] | null => {
      const firing = windows.take(into, target, accumulator, time, timestamp, clock)
      return firing === null ? null : [firing]
    }
    const next = merged(logic, target, value)
    if (!isThenable(next)) return take(cell ?? table.insert(key, []), next)
    return Promise.resolve(next).then((accumulator) => take(cell ?? table.insert(key, []), accumulator))
  }
}

/** A session of its own, or the first of those that the record overlaps, which becomes one with the others. */
function place(panes: readonly Pane[], time: number, gap: number): Target {
  let first = 0
  while (first < panes.length && (panes[first] as Pane).end <= time) first++
  let behind = first
  while (behind < panes.length && (panes[behind] as Pane).start < time + gap) behind++
  if (behind === first) {
    const end = time + gap
    return { pane: createPane(time, end), start: time, end, absorbed: NONE }
  }
  const pane = panes[first] as Pane
  const start = Math.min(time, pane.start)
  const end = Math.max(time + gap, (panes[behind - 1] as Pane).end)
  const absorbed = behind - first === 1 ? NONE : panes.slice(first + 1, behind)
  return { pane, start, end, absorbed }
}

/** The record goes in first: it is the one that may be refused. */
function merged(logic: WindowLogic, { pane, absorbed }: Target, value: unknown): unknown {
  const own = accumulate(logic, pane, value)
  if (absorbed.length === 0) return own
  return absorbed
    .filter(({ size }) => size > 0)
    .reduce(
      (accumulator, other) => whenSettled(accumulator, (settled) => logic.merge(settled, other.accumulator)),
      own,
    )
}
