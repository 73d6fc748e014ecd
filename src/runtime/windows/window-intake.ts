import type { WindowAssigner } from '../../functions/window-assigner.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { whenSettled } from '../../util/when-settled.ts'
import { accumulateAll, type Target } from './accumulate.ts'
import type { LiveWindows, WindowCell } from './live-windows.ts'
import { createPane, insertPane, type Pane } from './pane.ts'
import type { Firing } from './window-logic.ts'
import { lastStart, windowStarts } from './window-starts.ts'

/** All of a record's windows are closed. */
export const LATE: unique symbol = Symbol('late')

/** What a record makes its windows fire at once; null: nothing. */
export type Taken = readonly Firing[] | null | typeof LATE

/**
 * Takes a record into its windows. May return a promise, as the functions of the user's may. A window changes only when
 * all of them have returned: a record that fails is in none of its windows, and may be tried again.
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
    case 'sliding': {
      const { size, every, offset } = assigner
      return intoMany(windows, (panes, time, isClosed) =>
        windowStarts(time, size, every, offset)
          .filter((start) => !isClosed(start + size))
          .map((start) => slot(panes, start, start + size)),
      )
    }
    case 'session':
      return intoMany(windows, (panes, time, isClosed) => sessionOf(panes, time, assigner.gap, isClosed))
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

/** Finds a record's windows among those of its key, or makes them; closed ones are left out. */
type Place = (panes: readonly Pane[], time: number, isClosed: (end: number) => boolean) => readonly Target[]

/** Windows that overlap, or become one. */
function intoMany(windows: LiveWindows, place: Place): Intake {
  const { table, logic } = windows
  return (value, key, time, timestamp, clock) => {
    const cell = table.cell(key)
    const targets = place(cell?.value ?? [], time, (end) => windows.isClosed(end, clock))
    if (targets.length === 0) return LATE
    if (cell !== undefined && cell.epoch !== table.epoch) table.touch(cell)
    const take = (accumulators: unknown): Taken => {
      const into = cell ?? table.insert(key, [])
      return targets.flatMap(
        (target, i) =>
          windows.take(into, target, (accumulators as unknown[])[i], time, timestamp, clock) ?? [],
      )
    }
    return whenSettled(accumulateAll(logic, targets, value, []), take) as Taken | Promise<Taken>
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

function slot(panes: readonly Pane[], start: number, end: number): Target {
  const pane = panes.find((candidate) => candidate.start === start) ?? createPane(start, end)
  return { pane, start, end, absorbed: [] }
}

/** A session of its own, or one of those that it touches, which becomes one with the others. */
function sessionOf(
  panes: readonly Pane[],
  time: number,
  gap: number,
  isClosed: (end: number) => boolean,
): readonly Target[] {
  const [first, ...absorbed] = panes.filter(({ start, end }) => start < time + gap && time < end)
  const start = Math.min(time, first?.start ?? time)
  const end = Math.max(time + gap, (absorbed.at(-1) ?? first)?.end ?? time)
  if (isClosed(end)) return []
  return [{ pane: first ?? createPane(start, end), start, end, absorbed }]
}
