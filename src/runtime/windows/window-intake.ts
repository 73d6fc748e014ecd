import type { WindowAssigner } from '../../functions/window-assigner.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { accumulateAll, type Target } from './accumulate.ts'
import type { LiveWindows, WindowCell } from './live-windows.ts'
import { createPane, insertPane, type Pane } from './pane.ts'
import type { Firing } from './window-logic.ts'
import { type Place, sessionsOf, slidingWindows } from './placing.ts'
import { lastStart } from './window-starts.ts'

/** All of a record's windows are closed. */
export const LATE: unique symbol = Symbol('late')

/** What a record makes its windows fire at once; null: nothing. */
export type Taken = readonly Firing[] | null | typeof LATE

/**
 * Takes a record into its windows. May return a promise, as the functions of the user's may. Windows change only when
 * all of these have returned: a record that fails is in none of them, and may be tried again. (What a function has
 * changed in place before it, or one for another window, failed stays changed.)
 *
 * @param time the record's, by the clock of the windows. @param timestamp its event time; NaN: none. @param clock how
 * far time has come.
 */
export type Intake = (
  value: unknown,
  key: unknown,
  time: number,
  timestamp: number,
  clock: number,
) => Taken | PromiseLike<Taken>

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
      return intoMany(windows, slidingWindows(assigner))
    case 'session':
      return intoMany(windows, sessionsOf(assigner))
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
  return (value, key, time, timestamp, clock) => {
    const cell = table.cell(key)
    let pane = cell === undefined ? undefined : paneAt(cell.value, time)
    if (pane === undefined) {
      const start = startOf(time)
      pane = createPane(start, size === Infinity ? Infinity : start + size)
    }
    if (windows.isClosed(pane.end, clock)) return LATE
    if (cell !== undefined && cell.epoch !== table.epoch) table.touch(cell)
    const next = pane.size === 0 ? logic.first(value) : logic.add(pane.accumulator, value)
    const at = pane
    if (isThenable(next)) {
      return Promise.resolve(next).then((accumulator) =>
        take(cell ?? table.insert(key, []), at, accumulator, time, timestamp, clock),
      )
    }
    return take(cell ?? table.insert(key, []), pane, next, time, timestamp, clock)
  }
}

/** Windows that overlap, or become one. */
function intoMany(windows: LiveWindows, place: Place): Intake {
  const { table, logic } = windows
  return (value, key, time, timestamp, clock) => {
    const cell = table.cell(key)
    const targets = place(cell === undefined ? [] : cell.value, time)
    const open = targets.every(({ end }) => !windows.isClosed(end, clock))
      ? targets
      : targets.filter(({ end }) => !windows.isClosed(end, clock))
    if (open.length === 0) return LATE
    if (cell !== undefined && cell.epoch !== table.epoch) table.touch(cell)
    const accumulators = accumulateAll(logic, open, value, [])
    if (!isThenable(accumulators)) {
      const into = cell ?? table.insert(key, [])
      return takeAll(windows, into, open, accumulators, time, timestamp, clock)
    }
    return accumulators.then((settled) =>
      takeAll(windows, cell ?? table.insert(key, []), open, settled, time, timestamp, clock),
    )
  }
}

function takeAll(
  windows: LiveWindows,
  cell: WindowCell,
  targets: readonly Target[],
  accumulators: readonly unknown[],
  time: number,
  timestamp: number,
  clock: number,
): readonly Firing[] | null {
  let firings: Firing[] | null = null
  for (let i = 0; i < targets.length; i++) {
    const firing = windows.take(cell, targets[i] as Target, accumulators[i], time, timestamp, clock)
    if (firing === null) continue
    if (firings === null) firings = [firing]
    else firings.push(firing)
  }
  return firings
}

/** The newest first: most records are in it. */
function paneAt(panes: readonly Pane[], time: number): Pane | undefined {
  for (let i = panes.length - 1; i >= 0; i--) {
    const pane = panes[i] as Pane
    if (time >= pane.start && time < pane.end) return pane
  }
  return undefined
}
