import { StateMappingError } from '../../errors/checkpoint-errors.ts'
import type {
  BlobRef,
  CheckpointManifest,
  LoadedCheckpoint,
  OperatorManifest,
} from '../../storage/checkpoint-store.ts'
import { v8Serializer } from '../../storage/serializer.ts'
import type { LettersOrigin } from '../dead-letters/job-letters.ts'
import { Book } from '../metrics/book.ts'
import { OperatorState } from '../state/operator-state.ts'
import type { LoggedChunk } from '../task/heads/loop-log.ts'
import type { CheckpointMember, Origin, RestoredStrand } from './checkpoint-host.ts'
import type { LedgerEntry } from './ledger.ts'
import { INSIDE, type ManifestOperator } from './pending-checkpoint.ts'

export interface RestoreOptions {
  /** Those of the pipeline as it is now. */
  readonly operators: readonly ManifestOperator[]
  /** Whether later checkpoints may refer to its bytes. */
  readonly reusable: boolean
  /** Whether it is one of the job's own, so that numbers of later ones go on from its. */
  readonly own?: boolean
  /** Resolves when the event loop has turned. */
  readonly turn: () => Promise<void>
  /** Told of state that has no place any more; throws unless it may be left behind. */
  readonly onLost: (error: StateMappingError) => void
}

/** What a checkpoint holds, on its way back into a job. */
export class RestoredJob implements Origin {
  /** What this means for the job's dead letters. */
  readonly lettersOrigin: LettersOrigin
  readonly #loaded: LoadedCheckpoint
  readonly reusable: boolean
  readonly #turn: () => Promise<void>
  readonly #onLost: RestoreOptions['onLost']
  readonly #operators: ReadonlyMap<string, OperatorManifest>
  /** Subtasks whose books are back: an operator may be in two strands. */
  readonly #carried = new Set<string>()

  constructor(
    loaded: LoadedCheckpoint,
    { operators, reusable, own = reusable, turn, onLost }: RestoreOptions,
  ) {
    const lost = lostOperators(loaded.manifest, operators)
    if (lost !== null) onLost(lost)
    this.#loaded = loaded
    this.lettersOrigin = {
      checkpoint: own ? loaded.manifest.id : 0,
      settled: own ? (loaded.manifest.replayed ?? []) : [],
    }
    this.#onLost = onLost
    this.reusable = reusable
    this.#turn = turn
    const saved = fitting(loaded.manifest, operators)
    this.#operators = new Map(saved.map((operator) => [operator.stateId, operator]))
  }

  get id(): number {
    return this.manifest.id
  }

  get manifest(): CheckpointManifest {
    return this.#loaded.manifest
  }

  read(ref: BlobRef): Promise<Uint8Array> {
    return this.#loaded.read(ref)
  }

  /** Whether these have a place for all state. @throws StateMappingError */
  check(members: readonly CheckpointMember[]): void {
    const lost = lostNames(this.#operators, members)
    if (lost !== null) this.#onLost(lost)
  }

  /** Brings back what one strand had. @throws StateVersionError, StateMappingError, CheckpointCorruptError */
  async restore(ledger: readonly LedgerEntry[]): Promise<RestoredStrand> {
    let ended = ledger.length > 0
    let inside: readonly LoggedChunk[] = []
    for (const entry of ledger) {
      const { stateId, subtask, state } = entry
      const saved = this.#operators.get(stateId)
      if (saved === undefined) {
        ended = false
        continue
      }
      // With another parallelism, a subtask has keys of several others, some of which may have gone on.
      const before = saved.subtasks.length === entry.parallelism ? [saved.subtasks[subtask]] : saved.subtasks
      ended &&= before.every((one) => one?.finished === true)
      if (state instanceof OperatorState) {
        const read = this.#loaded.read.bind(this.#loaded)
        await state.restore({ subtasks: saved.subtasks, read, reusable: this.reusable })
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

const REMEDY =
  'Give operators the uid they had (those without one are known by their place in the program), and state its name; or leave the state behind with submit({ allowDroppedState: true }).'

/** State of operators that the pipeline as it is now does not have, as an error that names them; or null. */
function lostOperators(
  manifest: CheckpointManifest,
  operators: readonly ManifestOperator[],
): StateMappingError | null {
  const kept = new Set(fitting(manifest, operators))
  const lost = manifest.operators.filter((operator) => holdsState(operator) && !kept.has(operator))
  if (lost.length === 0) return null
  const names = lost.map(({ name, kind, stateId, named }) => {
    const now = operators.find((operator) => operator.stateId === stateId)
    const instead = now === undefined ? '' : `, which is ${now.kind} '${now.name}' now`
    return `${kind} '${name}' (${named ? 'uid' : 'id'} ${stateId}${instead})`
  })
  return new StateMappingError(
    `The checkpoint of '${manifest.job}' holds state of operators that the pipeline does not have: ${names.join(', ')}.`,
    { remedy: REMEDY },
  )
}

/** State that the operators have no name for any more, as an error; or null. An operator may be in several strands. */
function lostNames(
  saved: ReadonlyMap<string, OperatorManifest>,
  members: readonly CheckpointMember[],
): StateMappingError | null {
  const known = new Set<string>()
  for (const { places } of members) {
    for (const { stateId, names } of places) for (const name of names) known.add(`${stateId}/${name}`)
  }
  const lost = [...saved.values()].flatMap(({ stateId, kind, name, subtasks }) => {
    const names = subtasks.flatMap(({ values, tables }) => [...Object.keys(values), ...Object.keys(tables)])
    const gone = [...new Set(names)].filter((own) => own !== INSIDE && !known.has(`${stateId}/${own}`))
    return gone.map((own) => `'${own.replace(/^state\./, '')}' of ${kind} '${name}'`)
  })
  if (lost.length === 0) return null
  return new StateMappingError(`The checkpoint holds state that nothing takes: ${lost.join(', ')}.`, {
    remedy: REMEDY,
  })
}

function holdsState({ kind, subtasks }: OperatorManifest): boolean {
  if (kind === 'source' && subtasks.some(({ book }) => (book['out'] ?? 0) > 0)) return true
  return subtasks.some(({ values, tables }) => Object.keys(values).length + Object.keys(tables).length > 0)
}

/**
 * The saved operators that the pipeline has as well. Those without a uid are known by their place alone: what stands
 * there now must at least look like them.
 */
function fitting(
  { operators: saved }: CheckpointManifest,
  operators: readonly ManifestOperator[],
): readonly OperatorManifest[] {
  const now = new Map(operators.map((operator) => [operator.stateId, operator]))
  return saved.filter(({ stateId, kind, named, name }) => {
    const operator = now.get(stateId)
    return operator?.kind === kind && (named || operator.name === name)
  })
}
