import type { WindowAssigner } from '../../functions/window-assigner.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { accumulate } from './accumulate.ts'
import { type Intake, LATE } from './intake.ts'
import type { LiveWindows, WindowCell } from './live-windows.ts'
import { intoOverlapping } from './overlapping-intake.ts'
import { createPane, insertPane, type Pane } from './pane.ts'
import { intoSessions } from './session-intake.ts'
import type { Firing } from './window-logic.ts'
import { lastStart } from './window-starts.ts'

type TimeAssigner = Exclude<WindowAssigner, { type: 'count' }>

export function windowIntake(assigner: TimeAssigner, windows: LiveWindows): Intake {
  switch (assigner.type) {
    case 'tumbling': {
      const { size, offset } = assigner
      return intoOne(windows, size, (time) => lastStart(time, size, offset))
    }
    case 'global':
      return intoOne(windows, Infinity, () => -Infinity)
    case 'sliding':
      return intoOverlapping(windows, assigner)
    case 'session':
      return intoSessions(windows, assigner)
  }
}

/** Windows that do not overlap: the way of most records, with as little on it as can be. */
function intoOne(windows: LiveWindows, size: number, startOf: (time: number) => number): Intake {
  const { table, logic } = windows
  const take = (
    cell: WindowCell,
    pane: Pane,
    accumulator: unknown,
    time: number,
    timestamp: number,
    clock: number,
  ): readonly Firing[] | null => {
    const isNew = Number.isNaN(pane.queued)
    if (isNew) insertPane(cell.value, pane)
    pane.accumulator = accumulator
    pane.size++
    if (timestamp > pane.newest) pane.newest = timestamp
    if (!isNew && windows.isPlain(pane, clock)) return null
    const firing = windows.settle(cell, pane, time, clock)
    return firing === null ? null : [firing]
  }
  const takeElsewhere: Intake = (value, key, time, timestamp, clock) => {
    const cell = windows.cell(key)
    let pane = cell === undefined ? undefined : paneAt(cell.value, time)
    if (pane === undefined) {
      const start = startOf(time)
      pane = createPane(start, size === Infinity ? Infinity : start + size)
    }
    if (windows.isClosed(pane.end, clock)) return LATE
    if (cell !== undefined && cell.epoch !== table.epoch) table.touch(cell)
    const next = accumulate(logic, pane, value)
    const at = pane
    if (isThenable(next)) {
      return Promise.resolve(next).then((accumulator) =>
        take(cell ?? table.insert(key, []), at, accumulator, time, timestamp, clock),
      )
    }
    return take(cell ?? table.insert(key, []), pane, next, time, timestamp, clock)
  }
  return (value, key, time, timestamp, clock) => {
    const cell = windows.cell(key)
    if (cell === undefined) return takeElsewhere(value, key, time, timestamp, clock)
    const panes = cell.value
    // Most records are in the newest window, which has some already.
    const pane = panes[panes.length - 1] as Pane
    if (time < pane.start || time >= pane.end || pane.size === 0 || !windows.isPlain(pane, clock))
      return takeElsewhere(value, key, time, timestamp, clock)
    if (cell.epoch !== table.epoch) table.touch(cell)
    const held = pane.accumulator
    const next = logic.add(held, value)
    // The one that was there is no promise.
    if (next !== held && isThenable(next)) {
      return Promise.resolve(next).then((accumulator) =>
        take(cell, pane, accumulator, time, timestamp, clock),
      )
    }
    pane.accumulator = next
    pane.size++
    if (timestamp > pane.newest) pane.newest = timestamp
    return null
  }
}

/** The newest first: most records are in it. */
function paneAt(panes: readonly Pane[], time: number): Pane | undefined {
  for (let i = panes.length - 1; i >= 0; i--) {
    const pane = panes[i] as Pane
    if (time >= pane.start && time < pane.end) return pane
  }
  return undefined
}
