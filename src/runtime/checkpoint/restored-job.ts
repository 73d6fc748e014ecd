import { StateMappingError } from '../../errors/checkpoint-errors.ts'
import type {
  CheckpointManifest,
  LoadedCheckpoint,
  OperatorManifest,
} from '../../storage/checkpoint-store.ts'
import { v8Serializer } from '../../storage/serializer.ts'
import { Book } from '../metrics/book.ts'
import { OperatorState } from '../state/operator-state.ts'
import type { LoggedChunk } from '../task/heads/loop-log.ts'
import type { CheckpointMember, RestoredStrand } from './checkpoint-host.ts'
import type { LedgerEntry } from './ledger.ts'
import { INSIDE, type ManifestOperator } from './pending-checkpoint.ts'

/** What a checkpoint holds, on its way back into a job. */
export class RestoredJob {
  readonly #loaded: LoadedCheckpoint
  readonly #reusable: boolean
  readonly #turn: () => Promise<void>
  readonly #operators: ReadonlyMap<string, OperatorManifest>
  /** Subtasks whose books are back: an operator may be in two strands. */
  readonly #carried = new Set<string>()

  /**
   * @param reusable whether later checkpoints may refer to its bytes.
   * @param turn resolves when the event loop has turned.
   */
  constructor(loaded: LoadedCheckpoint, reusable: boolean, turn: () => Promise<void>) {
    this.#loaded = loaded
    this.#reusable = reusable
    this.#turn = turn
    this.#operators = new Map(loaded.manifest.operators.map((operator) => [operator.stateId, operator]))
  }

  get id(): number {
    return this.#loaded.manifest.id
  }

  /** Brings back what one strand had. @throws StateVersionError, StateMappingError, CheckpointCorruptError */
  async restore({ ledger }: CheckpointMember): Promise<RestoredStrand> {
    let ended = ledger.length > 0
    let inside: readonly LoggedChunk[] = []
    for (const entry of ledger) {
      const { stateId, subtask, state } = entry
      const saved = this.#operators.get(stateId)
      if (saved === undefined) {
        ended = false
        continue
      }
      if (saved.subtasks.some(({ finished }) => !finished))
        ended &&= saved.subtasks[subtask]?.finished === true
      if (state instanceof OperatorState) {
        const read = this.#loaded.read.bind(this.#loaded)
        await state.restore({ subtasks: saved.subtasks, read, reusable: this.#reusable })
      }
      this.#carryBooks(entry, saved)
      const logged = saved.subtasks[subtask]?.values[INSIDE]
      if (logged !== undefined)
        inside = v8Serializer.deserialize(await this.#loaded.read(logged)) as LoggedChunk[]
    }
    return { ended, inside, given: this.#given(ledger[0]?.stateId), turn: this.#turn }
  }

  close(): Promise<void> {
    return this.#loaded.close()
  }

  #carryBooks(entry: LedgerEntry, { parallelism, subtasks }: OperatorManifest): void {
    const subtask = `${entry.stateId}/${entry.subtask}`
    if (this.#carried.has(subtask)) return
    this.#carried.add(subtask)
    // With another number of subtasks the first has the books of all.
    if (parallelism === entry.parallelism) entry.carry(subtasks[entry.subtask]?.book ?? {})
    else if (entry.subtask === 0) entry.carry(sumOf(subtasks.map(({ book }) => book)))
  }

  #given(stateId: string | undefined): number {
    const source = this.#operators.get(stateId ?? '')
    return source === undefined ? 0 : (sumOf(source.subtasks.map(({ book }) => book))['out'] ?? 0)
  }
}

function sumOf(books: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = { ...new Book() }
  for (const book of books)
    for (const [column, count] of Object.entries(book)) sum[column] = (sum[column] ?? 0) + count
  return sum
}

/**
 * Whether everything the checkpoint holds has its place in the graph as it is now.
 * @throws StateMappingError naming what has not.
 */
export function checkMapping(
  { job, operators: saved }: CheckpointManifest,
  operators: readonly ManifestOperator[],
): void {
  const now = new Map(operators.map((operator) => [operator.stateId, operator]))
  const lost = saved.filter((operator) => holdsState(operator) && !fits(operator, now.get(operator.stateId)))
  if (lost.length === 0) return
  const names = lost.map(
    ({ name, kind, stateId, named }) => `${kind} '${name}' (${named ? 'uid' : 'id'} ${stateId})`,
  )
  throw new StateMappingError(
    `The checkpoint of '${job}' holds state of operators that the pipeline does not have: ${names.join(', ')}.`,
    {
      remedy:
        'Give operators the uid they had (those without one are known by their place in the program), or leave the state behind with submit({ allowDroppedState: true }).',
    },
  )
}

function holdsState({ kind, subtasks }: OperatorManifest): boolean {
  if (kind === 'source' && subtasks.some(({ book }) => (book['out'] ?? 0) > 0)) return true
  return subtasks.some(({ values, tables }) => Object.keys(values).length + Object.keys(tables).length > 0)
}

/** Operators without a uid are known by their place alone: what stands there now must at least look like them. */
function fits(saved: OperatorManifest, now: ManifestOperator | undefined): boolean {
  if (now === undefined || saved.kind !== now.kind) return false
  return saved.named || saved.name === now.name
}
