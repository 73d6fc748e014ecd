import type { StateCell, StateTable } from '../state/state-table.ts'
import { DueTimes } from '../windows/due-times.ts'
import {
  emptyLane,
  firstAfter,
  firstTime,
  insertInLane,
  isEmptyLane,
  type Lane,
  takeFirst,
  type Timed,
} from './lane.ts'

/** A row as it stands from a time on. */
export interface Version extends Timed {
  readonly row: unknown
  /** There is no row from then on. */
  readonly deleted: boolean
}

/** A record that waits until no earlier version can come. */
export interface Waiting extends Timed {
  readonly value: unknown
}

/** One key. Plain data. */
export interface VersionedRow {
  /** When there is next something to do. */
  due: number
  /** In the order of their times, one per time. */
  readonly versions: Version[]
  readonly waiting: Lane<Waiting>
}

/** A record whose time has come, and the row as it was then: undefined where there was none. */
export interface Dated {
  readonly key: unknown
  readonly value: unknown
  readonly time: number
  readonly row: unknown
}

/**
 * A table as it was at any time that is still asked for, and the records that ask. Of the versions before the
 * watermark each key keeps the last.
 */
export class VersionedTable {
  readonly #table: StateTable<VersionedRow>
  /** May hold a cell at other times, too: only that in the cell itself counts. */
  readonly #queue = new DueTimes<StateCell<VersionedRow>>()

  constructor(table: StateTable<VersionedRow>) {
    this.#table = table
  }

  /** When there is next something to do, or earlier; Infinity: never. */
  get due(): number {
    return this.#queue.next
  }

  /** Follows the table, once what was saved is back. */
  restore(): void {
    for (const cell of this.#table.cells()) {
      if (cell.value.due !== Infinity) this.#queue.add(cell.value.due, cell)
    }
  }

  /** A version of the key's row. False when it is behind the watermark and a newer one has taken its place there. */
  put(key: unknown, version: Version, watermark: number): boolean {
    const cell = this.#cell(key)
    const { versions } = cell.value
    let at = versions.length
    while (at > 0 && (versions[at - 1] as Version).time > version.time) at--
    const replaced = versions[at - 1]
    const outdated = version.time <= watermark && at < versions.length && versions[at]!.time <= watermark
    if (!outdated) {
      // Of two at one time the later one to come holds.
      if (replaced?.time === version.time) versions[at - 1] = version
      else versions.splice(at, 0, version)
    }
    this.#prune(cell, watermark)
    return !outdated
  }

  wait(key: unknown, waiting: Waiting): void {
    const cell = this.#cell(key)
    insertInLane(cell.value.waiting, waiting)
    this.#schedule(cell)
  }

  /** Takes out one record that has waited until `watermark`; null when there is none. */
  take(watermark: number): Dated | null {
    const queue = this.#queue
    while (queue.isDue(watermark)) {
      const cell = queue.first as StateCell<VersionedRow>
      if (cell.value.due !== queue.next) {
        queue.take(watermark)
        continue
      }
      this.#touch(cell)
      const { waiting, versions } = cell.value
      if (!isEmptyLane(waiting) && firstTime(waiting) <= watermark) {
        const { value, time } = takeFirst(waiting)
        return { key: cell.key, value, time, row: rowAt(versions, time) }
      }
      queue.take(watermark)
      cell.value.due = Infinity
      this.#prune(cell, watermark)
    }
    return null
  }

  clear(): void {
    this.#table.clear()
  }

  #cell(key: unknown): StateCell<VersionedRow> {
    const cell =
      this.#table.cell(key) ?? this.#table.insert(key, { due: Infinity, versions: [], waiting: emptyLane() })
    this.#touch(cell)
    return cell
  }

  #touch(cell: StateCell<VersionedRow>): void {
    if (cell.epoch !== this.#table.epoch) this.#table.touch(cell)
  }

  /** Drops the versions nobody can ask for any more. Nobody waits for one before the watermark. */
  #prune(cell: StateCell<VersionedRow>, watermark: number): void {
    const { versions, waiting } = cell.value
    let outdated = 0
    while (outdated + 1 < versions.length && versions[outdated + 1]!.time <= watermark) outdated++
    const base = versions[outdated]
    if (base?.deleted === true && base.time <= watermark) outdated++
    if (outdated > 0) versions.splice(0, outdated)
    if (versions.length === 0 && isEmptyLane(waiting)) {
      cell.value.due = Infinity
      this.#table.delete(cell.key)
    } else this.#schedule(cell)
  }

  /** The next thing to do is a record whose time comes, or a version that takes the place of the one before it. */
  #schedule(cell: StateCell<VersionedRow>): void {
    const { versions, waiting } = cell.value
    const superseding = versions[0]?.deleted === true ? versions[0] : versions[1]
    const due = Math.min(firstTime(waiting), superseding?.time ?? Infinity)
    if (due >= cell.value.due) return
    cell.value.due = due
    this.#queue.add(due, cell)
  }
}

function rowAt(versions: readonly Version[], time: number): unknown {
  const version = versions[firstAfter(versions, 0, time) - 1]
  return version === undefined || version.deleted ? undefined : version.row
}
