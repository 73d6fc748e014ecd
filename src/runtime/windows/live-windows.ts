import type { Window } from '../../functions/window.ts'
import type { StateCell, StateTable } from '../state/state-table.ts'
import { DueTimes } from './due-times.ts'
import type { FiringRules } from './firing-rules.ts'
import { insertPane, type Pane } from './pane.ts'
import { RecentCell } from './recent-cell.ts'
import type { Target } from './session-intake.ts'
import type { Firing, WindowLogic } from './window-logic.ts'

/** A key and its live windows, by start. */
export type WindowCell = StateCell<Pane[]>

/** Windows looked at in a row that show nothing, before the loop has its turn. */
const SILENT = 256

/** What live windows go by. */
export interface WindowRules {
  readonly firing: FiringRules
  /** Milliseconds for which a window stays open to late records. */
  readonly allowedLateness: number
  /**
   * How long before its end a window fires: event time has come to all of a window one millisecond before its end, the
   * clock at its end.
   */
  readonly lag: 0 | 1
  /** The event time of what comes of a window. */
  readonly timestampOf: (pane: Pane) => number
  /** By the wall clock, for early firings. */
  readonly now: () => number
  /** Something is due at another time than before. */
  readonly scheduled: () => void
}

/**
 * The windows of all keys, and when they fire. What the time is, event time or the clock, whoever calls says: `time` is
 * the record's, `clock` is how far time has come.
 */
export class LiveWindows {
  readonly table: StateTable<Pane[]>
  readonly logic: WindowLogic
  readonly rules: WindowRules
  /** When windows fire at their ends. */
  readonly ends: DueTimes<WindowCell> = new DueTimes()
  /** When windows fire before that. */
  readonly earlies: DueTimes<WindowCell> = new DueTimes()
  readonly #cells: RecentCell<Pane[]>
  readonly #firesEarly: boolean

  constructor(table: StateTable<Pane[]>, logic: WindowLogic, rules: WindowRules) {
    this.table = table
    this.#cells = new RecentCell(table)
    this.logic = logic
    this.rules = rules
    const { count, after, every } = rules.firing
    this.#firesEarly = Math.min(count, after, every) < Infinity
  }

  /** The state is back: works out what is due when. */
  restore(): void {
    for (const cell of this.table.cells()) {
      for (const pane of cell.value) {
        pane.queued = NaN
        pane.earlyQueued = NaN
        this.#queue(cell, pane)
        this.#queueEarly(cell, pane)
      }
    }
  }

  /** The live windows of a key; undefined: it has none. */
  cell(key: unknown): WindowCell | undefined {
    return this.#cells.cell(key)
  }

  /** Whether a window that ends there takes no more records. */
  isClosed(end: number, clock: number): boolean {
    return end - this.rules.lag + this.rules.allowedLateness <= clock
  }

  /** A record is in: its session holds `accumulator` from now on. What the session fires at once, or null. */
  take(
    cell: WindowCell,
    { pane, start, end, absorbed }: Target,
    accumulator: unknown,
    time: number,
    timestamp: number,
    clock: number,
  ): Firing | null {
    if (Number.isNaN(pane.queued)) insertPane(cell.value, pane)
    for (const other of absorbed) {
      pane.size += other.size
      pane.shown += other.shown
      pane.firings = Math.max(pane.firings, other.firings)
      pane.newest = Math.max(pane.newest, other.newest)
      pane.early = Math.min(pane.early, other.early)
      cell.value.splice(cell.value.indexOf(other), 1)
    }
    pane.start = start
    pane.end = end
    pane.accumulator = accumulator
    pane.size++
    if (timestamp > pane.newest) pane.newest = timestamp
    return this.settle(cell, pane, time, clock)
  }

  /** A window has one record more: sees to when it fires next. What it fires at once, or null. */
  settle(cell: WindowCell, pane: Pane, time: number, clock: number): Firing | null {
    const { firing, lag, allowedLateness, now } = this.rules
    const due = pane.end - lag
    const late = due <= clock
    pane.due = late ? due + allowedLateness : due
    this.#queue(cell, pane)
    if (late) return this.#fire(cell, pane, 'late', true)
    if (!this.#firesEarly) return null
    if (pane.size - pane.shown >= firing.count) return this.#fire(cell, pane, 'early', true)
    if (pane.early === Infinity)
      pane.early = Math.min(now() + firing.after, this.#nextPulse(pane, Math.max(time, clock + lag)))
    this.#queueEarly(cell, pane)
    return null
  }

  /** Whether one more record in a window changes nothing about when it fires. Not for windows whose ends move. */
  isPlain(pane: Pane, clock: number): boolean {
    return !this.#firesEarly && pane.end - this.rules.lag > clock
  }

  /** The next firing that is due at `limit`. Null when there is none, or for the loop to have its turn. */
  pull(queues: readonly DueTimes<WindowCell>[], limit: number): Firing | null {
    let firing: Firing | null = null
    for (let silent = 0; firing === null && silent < SILENT; silent++) {
      const queue = earliest(queues)
      const cell = queue.take(limit)
      if (cell === undefined) break
      firing = queue === this.ends ? this.#atEnd(cell, queue.taken) : this.#beforeEnd(cell, queue.taken)
    }
    this.rules.scheduled()
    return firing
  }

  #atEnd(cell: WindowCell, time: number): Firing | null {
    const pane = queuedAt(cell.value, time)
    // It has become one with another.
    if (pane === undefined) return null
    this.#touch(cell)
    pane.queued = NaN
    const { lag, allowedLateness, firing } = this.rules
    const hasEnded = pane.due !== pane.end - lag
    // A session has got longer, or a late record has come.
    if (pane.due > time) {
      this.#queue(cell, pane)
      return null
    }
    const stays = !hasEnded && allowedLateness > 0
    const shows = !hasEnded && pane.size > 0
    if (stays) {
      pane.due += allowedLateness
      this.#queue(cell, pane)
    } else this.#forget(cell, pane)
    return shows ? this.#fire(cell, pane, 'on-time', stays && !firing.purging) : null
  }

  #beforeEnd(cell: WindowCell, time: number): Firing | null {
    const pane = cell.value.find(({ earlyQueued }) => earlyQueued === time)
    if (pane === undefined) return null
    this.#touch(cell)
    pane.earlyQueued = NaN
    if (pane.early <= time) return this.#fire(cell, pane, 'early', true)
    this.#queueEarly(cell, pane)
    return null
  }

  /** Only what is still there when the firing is made use of is worth a snapshot. */
  #fire(cell: WindowCell, pane: Pane, firing: Window['firing'], stays: boolean): Firing {
    const { accumulator, start, end } = pane
    const timestamp = this.rules.timestampOf(pane)
    const { purging } = this.rules.firing
    const keeps = stays && !purging
    const window = { key: cell.key, start, end, firing, pane: pane.firings++ }
    pane.early = Infinity
    pane.shown = pane.size
    if (purging) {
      pane.accumulator = undefined
      pane.size = 0
      pane.shown = 0
    }
    return {
      accumulator:
        keeps && this.logic.snapshot !== undefined ? this.logic.snapshot(accumulator) : accumulator,
      window,
      timestamp,
    }
  }

  /** The next multiple of `every` before the window's end. */
  #nextPulse({ end }: Pane, time: number): number {
    const { firing, lag } = this.rules
    if (firing.every === Infinity) return Infinity
    const pulse = (Math.floor(time / firing.every) + 1) * firing.every
    return pulse < end ? pulse - lag : Infinity
  }

  #forget(cell: WindowCell, pane: Pane): void {
    const panes = cell.value
    if (panes[0] === pane) panes.shift()
    else panes.splice(panes.indexOf(pane), 1)
    if (panes.length === 0) this.#cells.delete(cell)
  }

  /** A pane stands in a queue once, under a time that is not too late; it moves on when that has come. */
  #queue(cell: WindowCell, pane: Pane): void {
    if (pane.queued <= pane.due) return
    pane.queued = pane.due
    this.ends.add(pane.due, cell)
    this.rules.scheduled()
  }

  #queueEarly(cell: WindowCell, pane: Pane): void {
    if (pane.early === Infinity || pane.earlyQueued <= pane.early) return
    pane.earlyQueued = pane.early
    this.earlies.add(pane.early, cell)
    this.rules.scheduled()
  }

  #touch(cell: WindowCell): void {
    if (cell.epoch !== this.table.epoch) this.table.touch(cell)
  }
}

function queuedAt(panes: readonly Pane[], time: number): Pane | undefined {
  for (let i = 0; i < panes.length; i++) {
    const pane = panes[i] as Pane
    if (pane.queued === time) return pane
  }
  return undefined
}

/** The queue whose next is due first: of equals, the first. */
function earliest(queues: readonly DueTimes<WindowCell>[]): DueTimes<WindowCell> {
  let first = queues[0] as DueTimes<WindowCell>
  for (const queue of queues) if (first.empty || (!queue.empty && queue.next < first.next)) first = queue
  return first
}
