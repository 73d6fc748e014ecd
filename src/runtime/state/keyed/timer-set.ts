import type { StageState } from '../stage-state.ts'
import type { StateTable } from '../state-table.ts'
import { type ArmedTimer, type KeptTimer, TimerQueue } from './timer-queue.ts'

type Kind = KeptTimer['kind']

/**
 * The timers of one stage in one subtask. They are kept by key, in a table that checkpoints save; queues, which are made
 * again from the table, have them in order.
 */
export class TimerSet {
  /** Timers registered from now on have this depth; see ArmedTimer. */
  depth = 0
  readonly #table: StateTable<Map<string, KeptTimer>>
  readonly #queues: Readonly<Record<Kind, TimerQueue>>
  #nextOrder = 0

  constructor(state: StageState) {
    this.#table = state.table<Map<string, KeptTimer>>('timers')
    const alive = ({ key, timer }: ArmedTimer): boolean =>
      this.#table.get(key)?.get(nameOf(timer))?.order === timer.order
    this.#queues = { event: new TimerQueue(alive), processing: new TimerQueue(alive) }
  }

  /** The order of the next timer to be registered. */
  get nextOrder(): number {
    return this.#nextOrder
  }

  /** Timers in memory, those included that were taken back and are not forgotten yet. */
  get held(): number {
    return this.#queues.event.held + this.#queues.processing.held
  }

  /** Fills the queues from the table: when what a checkpoint held is back. */
  restore(): void {
    for (const { key, value } of this.#table.cells()) {
      for (const timer of value.values()) {
        this.#queues[timer.kind].add({ key, timer, depth: 0 })
        this.#nextOrder = Math.max(this.#nextOrder, timer.order + 1)
      }
    }
  }

  /** The next timer of that kind, or null. */
  next(kind: Kind): ArmedTimer | null {
    return this.#queues[kind].peek()
  }

  /** Takes out what `next` returned. */
  take({ key, timer }: ArmedTimer): void {
    this.#queues[timer.kind].shift()
    this.#forget(key, nameOf(timer))
  }

  has(key: unknown, kind: Kind, time: number, tag: string | undefined): boolean {
    return this.#table.get(key)?.has(nameOf({ kind, time, tag })) ?? false
  }

  /** False when there is one already. */
  add(key: unknown, kind: Kind, time: number, tag: string | undefined): boolean {
    const name = nameOf({ kind, time, tag })
    const cell = this.#table.cell(key) ?? this.#table.insert(key, new Map())
    if (cell.value.has(name)) return false
    if (cell.epoch !== this.#table.epoch) this.#table.touch(cell)
    const timer: KeptTimer = { time, kind, tag, order: this.#nextOrder++ }
    cell.value.set(name, timer)
    this.#queues[kind].add({ key: cell.key, timer, depth: this.depth })
    return true
  }

  /** False when there is none. */
  remove(key: unknown, kind: Kind, time: number, tag: string | undefined): boolean {
    if (!this.#forget(key, nameOf({ kind, time, tag }))) return false
    this.#queues[kind].bury()
    return true
  }

  #forget(key: unknown, name: string): boolean {
    const cell = this.#table.cell(key)
    if (cell === undefined || !cell.value.has(name)) return false
    if (cell.value.size === 1) return this.#table.delete(key)
    if (cell.epoch !== this.#table.epoch) this.#table.touch(cell)
    return cell.value.delete(name)
  }
}

/** Tells the timers of one key apart. */
function nameOf({ kind, time, tag }: Omit<KeptTimer, 'order'>): string {
  return tag === undefined ? `${kind} ${time}` : `${kind} ${time} ${tag}`
}
