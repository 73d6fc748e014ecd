import { StateMappingError } from '../../errors/checkpoint-errors.ts'
import { shortReason, StateSaveError } from '../../errors/state-save-error.ts'
import type { BlobRef } from '../../storage/checkpoint-store.ts'
import { v8Serializer } from '../../storage/serializer.ts'
import type { Clock } from '../../time/clock.ts'
import { KEY_GROUPS, subtaskOf } from '../keys/key-hash.ts'
import type { SavedValue, StageState, TableOptions } from './stage-state.ts'
import { type SavedState, StateCapture } from './state-capture.ts'
import { StateTable } from './state-table.ts'

export interface OperatorStateOptions {
  readonly operator: string
  readonly subtaskIndex: number
  readonly parallelism: number
  readonly clock: Clock
}

/** What an operator had saved, and how to get it. */
export interface RestoreSource {
  /** Of all its subtasks, in order. There may be more or fewer of them now. */
  readonly subtasks: readonly SavedState[]
  readonly read: (ref: BlobRef) => Promise<Uint8Array>
  /** Whether later checkpoints may refer to the same bytes. */
  readonly reusable: boolean
}

/** The state of one operator in one subtask of a job with checkpoints. */
export class OperatorState implements StageState {
  readonly #options: OperatorStateOptions
  readonly #tables = new Map<string, StateTable<unknown>>()
  readonly #values = new Map<string, SavedValue>()

  constructor(options: OperatorStateOptions) {
    this.#options = options
  }

  table<V>(name: string, options?: TableOptions): StateTable<V> {
    if (this.#tables.has(name)) throw new Error(`'${this.#options.operator}' has two tables '${name}'.`)
    const table = new StateTable<V>(name, options)
    this.#tables.set(name, table)
    return table
  }

  value(name: string, saved: SavedValue): void {
    if (this.#values.has(name)) throw new Error(`'${this.#options.operator}' has two values '${name}'.`)
    this.#values.set(name, saved)
  }

  /** What it has named. */
  get names(): readonly string[] {
    return [...this.#tables.keys(), ...this.#values.keys()]
  }

  /**
   * At a barrier: the values, serialised at once, and the tables, to be written while the operator goes on. A capture
   * that is not over is aborted. @param whole even what has not changed since the last.
   * @throws StateSaveError when a value cannot be saved.
   */
  capture(whole: boolean): StateCapture {
    const values = this.captureValues()
    const { clock } = this.#options
    const tables = [...this.#tables].map(([name, table]) => [name, table.capture(whole, clock)] as const)
    return new StateCapture(values, new Map(tables))
  }

  /** The values alone, serialised at once: of an operator that has ended, whose tables have served their purpose. */
  captureValues(): Map<string, Uint8Array> {
    const values = new Map<string, Uint8Array>()
    for (const [name, value] of this.#values) {
      const bytes = this.#serialise(name, value)
      if (bytes !== null) values.set(name, bytes)
    }
    return values
  }

  /**
   * Takes over what was saved, with breaks: all of it, or that of this subtask's keys when the parallelism was another.
   * Called once everything has been named, and before the operator is opened. When it rejects, nothing is taken over.
   * @returns names of state that the operator does not have any more.
   * @throws StateVersionError, StateMappingError, CheckpointCorruptError, and what `read` rejects with.
   */
  async restore(source: RestoreSource): Promise<readonly string[]> {
    try {
      const values = await this.#readValues(source)
      for (const [name, table] of this.#tables) await this.#loadTable(name, table, source)
      for (const [name, saved] of values) await this.#values.get(name)?.load(saved)
    } catch (error) {
      this.reset()
      throw error
    }
    const names = source.subtasks.flatMap(({ values, tables }) => [
      ...Object.keys(values).filter((name) => !this.#values.has(name)),
      ...Object.keys(tables).filter((name) => !this.#tables.has(name)),
    ])
    return [...new Set(names)]
  }

  /** Empties the tables. */
  reset(): void {
    for (const table of this.#tables.values()) table.reset()
  }

  #serialise(name: string, value: SavedValue): Uint8Array | null {
    const { operator } = this.#options
    try {
      const saved = value.save()
      return saved === undefined ? null : v8Serializer.serialize(saved)
    } catch (cause) {
      throw new StateSaveError(`'${name}' of '${operator}' cannot be saved: ${shortReason(cause)}`, {
        operator,
        cause,
      })
    }
  }

  async #readValues({ subtasks, read }: RestoreSource): Promise<Map<string, unknown>> {
    const { operator, subtaskIndex, parallelism } = this.#options
    const found = new Map<string, unknown>()
    for (const [name, value] of this.#values) {
      const own = subtasks.length === parallelism ? subtasks.slice(subtaskIndex, subtaskIndex + 1) : subtasks
      const saved: unknown[] = []
      for (const { values } of own) {
        const ref = values[name]
        if (ref !== undefined) saved.push(v8Serializer.deserialize(await read(ref)))
      }
      if (saved.length === 0) continue
      if (own.length === 1 && subtasks.length === parallelism) {
        found.set(name, saved[0])
        continue
      }
      if (value.redeal === undefined) {
        throw new StateMappingError(
          `'${operator}' was saved with parallelism ${subtasks.length}, which its state '${name}' is bound to.`,
          { operator, remedy: `give it the parallelism ${subtasks.length} again` },
        )
      }
      const share = value.redeal(saved, subtaskIndex, parallelism)
      if (share !== undefined) found.set(name, share)
    }
    return found
  }

  async #loadTable(name: string, table: StateTable<unknown>, source: RestoreSource): Promise<void> {
    const { subtaskIndex, parallelism, clock } = this.#options
    const { subtasks, read, reusable } = source
    const same = subtasks.length === parallelism
    for (const [i, { tables }] of subtasks.entries()) {
      const refs = tables[name]
      if (refs === undefined || refs.length === 0) continue
      if (same ? i !== subtaskIndex : !overlap(i, subtasks.length, subtaskIndex, parallelism)) continue
      const segments = (async function* () {
        for (const ref of refs) yield await read(ref)
      })()
      const accepts = same ? () => true : (key: unknown) => subtaskOf(key, parallelism) === subtaskIndex
      await table.load({ segments, accepts, refs: reusable && same ? refs : null }, clock)
    }
  }
}

/** Whether subtask `a` of so many has key groups that subtask `b` of so many others has, too. */
function overlap(a: number, ofA: number, b: number, ofB: number): boolean {
  for (let group = 0; group < KEY_GROUPS; group++) {
    if (Math.floor((group * ofA) / KEY_GROUPS) === a && Math.floor((group * ofB) / KEY_GROUPS) === b)
      return true
  }
  return false
}
