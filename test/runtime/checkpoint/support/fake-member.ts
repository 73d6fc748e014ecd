import type { CheckpointMember, StatePlaces } from '../../../../src/runtime/checkpoint/checkpoint-host.ts'
import { LedgerEntry } from '../../../../src/runtime/checkpoint/ledger.ts'
import type { ManifestOperator } from '../../../../src/runtime/checkpoint/pending-checkpoint.ts'
import {
  type OperatorPart,
  partsAtBarrier,
  partsAtEnd,
  placesOf,
} from '../../../../src/runtime/checkpoint/strand-part.ts'
import type { Barrier } from '../../../../src/runtime/flow-control/packet.ts'
import { Book } from '../../../../src/runtime/metrics/book.ts'
import { OperatorState } from '../../../../src/runtime/state/operator-state.ts'
import type { StateTable } from '../../../../src/runtime/state/state-table.ts'
import { realClock } from '../../../../src/time/real-clock.ts'

interface Place {
  readonly subtask?: number
  readonly parallelism?: number
}

/** A strand of one operator, as checkpoints see it: with a table, a value and a book. It notes what it is told. */
export class FakeMember implements CheckpointMember {
  readonly name: string
  readonly told: string[] = []
  /** The last barrier that was triggered. */
  barrier: Barrier | null = null
  readonly book = new Book()
  readonly shared: Book[] = []
  readonly state: OperatorState
  readonly table: StateTable<unknown>
  /** Undefined: nothing to save. */
  value: unknown = undefined
  readonly ledger: readonly LedgerEntry[]

  constructor(name: string, { subtask = 0, parallelism = 1 }: Place = {}) {
    this.name = name
    this.state = new OperatorState({ operator: name, subtaskIndex: subtask, parallelism, clock: realClock })
    this.table = this.state.table('cells')
    this.state.value('value', {
      save: () => this.value,
      load: (saved) => (this.value = saved),
      redeal: (saved, index) => (index === 0 ? saved.at(-1) : undefined),
    })
    const entry = new LedgerEntry(name, subtask, parallelism, this.state, this.shared)
    entry.keep(this.book)
    this.ledger = [entry]
  }

  get places(): readonly StatePlaces[] {
    return placesOf(this.ledger)
  }

  partsAtBarrier(whole: boolean): readonly OperatorPart[] {
    return partsAtBarrier(this.ledger, whole)
  }

  partsAtEnd(): readonly OperatorPart[] {
    return partsAtEnd(this.ledger)
  }

  trigger(barrier: Barrier): void {
    this.barrier = barrier
    this.told.push(`trigger ${barrier.checkpoint}`)
  }

  cancelBarrier(checkpoint: number): void {
    this.told.push(`cancel ${checkpoint}`)
  }

  commit(checkpoint: number): void {
    this.told.push(`commit ${checkpoint}`)
  }

  /** What the table holds. */
  get cells(): Record<string, unknown> {
    return Object.fromEntries([...this.table.cells()].map(({ key, value }) => [String(key), value]))
  }
}

/** Operators as manifests name them, one for each name: `map` or `map:uid`. */
export const operatorsOf = (
  names: readonly string[],
  parallelism = 1,
  kind = 'map',
): readonly ManifestOperator[] =>
  names.map((name) => ({ stateId: name, named: true, name, kind, parallelism }))
