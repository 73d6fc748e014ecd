import type { SlidingWindows } from '../../functions/window-assigner.ts'
import { accumulateEach } from './accumulate.ts'
import { type Intake, LATE } from './intake.ts'
import type { LiveWindows, WindowCell } from './live-windows.ts'
import { createPane, insertPane, type Pane } from './pane.ts'
import type { Firing } from './window-logic.ts'
import { firstStart } from './window-starts.ts'

const NONE: readonly Pane[] = []

/** Sliding windows: a record is in several, which are found in one pass over those of its key. */
export function intoOverlapping(windows: LiveWindows, { size, every, offset }: SlidingWindows): Intake {
  const { table, logic } = windows
  /** The open windows of the record at work, and what they will hold. Used again with the next. */
  const open: Pane[] = []
  const held: unknown[] = []

  /** Finds the open windows, or makes them. How many they are. */
  const find = (panes: readonly Pane[], time: number, clock: number): number => {
    let count = 0
    let at = 0
    for (let start = firstStart(time, size, every, offset); start <= time; start += every) {
      if (windows.isClosed(start + size, clock)) continue
      while (at < panes.length && (panes[at] as Pane).start < start) at++
      const found = at < panes.length ? (panes[at] as Pane) : undefined
      open[count++] = found !== undefined && found.start === start ? found : createPane(start, start + size)
    }
    return count
  }

  /** All functions of the user's have returned. */
  const take = (
    cell: WindowCell,
    panes: readonly Pane[],
    accumulators: readonly unknown[],
    count: number,
    time: number,
    timestamp: number,
    clock: number,
  ): readonly Firing[] | null => {
    let firings: Firing[] | null = null
    for (let i = 0; i < count; i++) {
      const pane = panes[i] as Pane
      const isNew = Number.isNaN(pane.queued)
      const end = pane.start + size
      const isPlain = !isNew && pane.end === end && windows.isPlain(pane, clock)
      if (isNew) insertPane(cell.value, pane)
      pane.accumulator = accumulators[i]
      pane.size++
      if (timestamp > pane.newest) pane.newest = timestamp
      if (isPlain) continue
      // It is another where the program has another size than the one whose state this is.
      pane.end = end
      const firing = windows.settle(cell, pane, time, clock)
      if (firing === null) continue
      if (firings === null) firings = [firing]
      else firings.push(firing)
    }
    return firings
  }

  return (value, key, time, timestamp, clock) => {
    const cell = windows.cell(key)
    const count = find(cell === undefined ? NONE : cell.value, time, clock)
    if (count === 0) return LATE
    if (cell !== undefined && cell.epoch !== table.epoch) table.touch(cell)
    const waited = accumulateEach(logic, open, count, value, held)
    if (waited === null) return take(cell ?? table.insert(key, []), open, held, count, time, timestamp, clock)
    const panes = open.slice(0, count)
    return waited.then((accumulators) =>
      take(cell ?? table.insert(key, []), panes, accumulators, count, time, timestamp, clock),
    )
  }
}
