import type { StateCell, StateTable } from '../state/state-table.ts'
import { DueTimes } from '../windows/due-times.ts'
import { emptyLane, firstFrom, firstTime, insertInLane, type Lane, takeFirst } from './lane.ts'

/** A record that waits for partners. */
export interface Held {
  readonly value: unknown
  /** What the join goes by: event time, or when it came. */
  readonly time: number
  /** Event time; NaN: none. */
  readonly timestamp: number
  matched: boolean
}

/** One key's records, by input. Plain data. */
export interface HeldRecords {
  /** When the first of them is to be forgotten. */
  due: number
  readonly lanes: readonly [left: Lane<Held>, right: Lane<Held>]
}

/** Milliseconds from a left record to its partners, both inclusive. */
export interface Reach {
  readonly lower: number
  readonly upper: number
}

/** Indexes of partners in a lane. */
export interface Partners {
  readonly items: readonly Held[]
  readonly from: number
  readonly to: number
}

/** A record that is forgotten. */
export interface Forgotten extends Held {
  readonly key: unknown
  readonly input: number
}

/**
 * The records of both inputs of a join that may still find a partner, in order of their times, and when each is to be
 * forgotten: as soon as no partner can come any more.
 */
export class JoinBuffer {
  readonly #table: StateTable<HeldRecords>
  readonly #reach: Reach
  /** May hold a cell at other times, too: only that in the cell itself counts. */
  readonly #queue = new DueTimes<StateCell<HeldRecords>>()

  constructor(table: StateTable<HeldRecords>, reach: Reach) {
    this.#table = table
    this.#reach = reach
  }

  /** When the next record is to be forgotten, or earlier; Infinity: none. */
  get due(): number {
    return this.#queue.next
  }

  /** Follows the table, once what was saved is back. */
  restore(): void {
    for (const cell of this.#table.cells()) this.#queue.add(cell.value.due, cell)
  }

  /** How far time has come when no partner can come any more. */
  expiry(time: number, input: number): number {
    return input === 0 ? time + this.#reach.upper : time - this.#reach.lower
  }

  /** The partners of a record among those that are here, which the caller may change until the next record. */
  partners(key: unknown, time: number, input: number): Partners | null {
    const cell = this.#table.cell(key)
    if (cell === undefined) return null
    const { lower, upper } = this.#reach
    const lane = cell.value.lanes[1 - input] as Lane<Held>
    const from = input === 0 ? firstFrom(lane, 0, time + lower) : firstFrom(lane, upper, time)
    const { items } = lane
    let to = from
    while (to < items.length && inReach(items[to] as Held, time, input, this.#reach)) to++
    if (from === to) return null
    this.#touch(cell)
    return { items, from, to }
  }

  /** Keeps a record until its expiry. */
  keep(key: unknown, input: number, held: Held): void {
    const due = this.expiry(held.time, input)
    let cell = this.#table.cell(key)
    if (cell === undefined) {
      cell = this.#table.insert(key, { due, lanes: [emptyLane(), emptyLane()] })
      this.#queue.add(due, cell)
    } else {
      this.#touch(cell)
      if (due < cell.value.due) {
        cell.value.due = due
        this.#queue.add(due, cell)
      }
    }
    insertInLane(cell.value.lanes[input] as Lane<Held>, held)
  }

  /** Forgets one record whose expiry is at most `until`; null when there is none. */
  forget(until: number): Forgotten | null {
    const queue = this.#queue
    while (queue.isDue(until)) {
      const cell = queue.first as StateCell<HeldRecords>
      if (cell.value.due !== queue.next) {
        queue.take(until)
        continue
      }
      this.#touch(cell)
      const { lanes } = cell.value
      const input = this.#firstExpiry(lanes, 0) <= this.#firstExpiry(lanes, 1) ? 0 : 1
      const next = this.#firstExpiry(lanes, input)
      if (next <= until && next !== Infinity) return { ...takeFirst(lanes[input]), key: cell.key, input }
      queue.take(until)
      cell.value.due = next
      if (next === Infinity) this.#table.delete(cell.key)
      else queue.add(next, cell)
    }
    return null
  }

  clear(): void {
    this.#table.clear()
  }

  #firstExpiry(lanes: HeldRecords['lanes'], input: 0 | 1): number {
    return this.expiry(firstTime(lanes[input]), input)
  }

  #touch(cell: StateCell<HeldRecords>): void {
    if (cell.epoch !== this.#table.epoch) this.#table.touch(cell)
  }
}

/** Whether a record that is not too early for one at `time`, of that input, is not too late either. */
function inReach({ time: other }: Held, time: number, input: number, { lower, upper }: Reach): boolean {
  return input === 0 ? other <= time + upper : other + lower <= time
}
