import type {
  DeadLetterCounts,
  DeadLetterDetail,
  DeadLetterInfo,
  LetterChoice,
  LetterState,
  OperatorLetters,
} from '../../../protocol/dead-letters.ts'
import type { Page } from '../../../protocol/page.ts'
import {
  type DeadLetterStore,
  type LetterQuery,
  MOST_LETTER_BYTES,
  MOST_LETTERS,
} from '../../dead-letters/dead-letter-store.ts'
import { bytesOf, detailOf, infoOf } from '../../dead-letters/letter-info.ts'
import type { LetterParcel, LetterReport } from '../../dead-letters/letter-report.ts'
import { checkLimit, cursorOf, lastOf, MOST_ITEMS } from '../cursor.ts'
import { isOwn } from './memory-job.ts'
import type { MemoryJobs } from './memory-jobs.ts'

interface Letter {
  readonly id: number
  readonly report: LetterReport
  state: LetterState
}

/** The dead letters of one job, oldest first. */
export class MemoryLetters {
  letters: Letter[] = []
  readonly counts: { replayed: number; deleted: number; dropped: number; notKept: number } = {
    replayed: 0,
    deleted: 0,
    dropped: 0,
    notKept: 0,
  }
}

/** Dead letters, with the jobs. */
export class MemoryDeadLetters implements DeadLetterStore {
  readonly #jobs: MemoryJobs
  #last = 0

  constructor(jobs: MemoryJobs) {
    this.#jobs = jobs
  }

  add(job: string, letters: readonly LetterReport[], notKept: number): void {
    const kept = this.#of(job)
    if (kept === undefined) return
    for (const report of letters) kept.letters.push({ id: ++this.#last, report, state: 'kept' })
    kept.counts.notKept += notKept
    let bytes = 0
    const rest = kept.letters.toReversed().filter(({ report, state }, index) => {
      bytes += bytesOf(report)
      return state !== 'kept' || (index < MOST_LETTERS && bytes <= MOST_LETTER_BYTES)
    })
    kept.counts.dropped += kept.letters.length - rest.length
    kept.letters = rest.reverse()
  }

  list(job: string, { cursor, limit, operator, state }: LetterQuery): Page<DeadLetterInfo> {
    checkLimit(limit, MOST_ITEMS)
    const before = cursor === undefined ? Infinity : lastOf('dead letters', cursor)
    const all = (this.#of(job)?.letters ?? [])
      .filter((letter) => isOf(letter, operator) && (state === undefined || letter.state === state))
      .reverse()
    const rest = all.filter(({ id }) => id < before)
    const shown = rest.slice(0, limit)
    return {
      items: shown.map(({ id, report, state }) => infoOf(id, state, report)),
      next: rest.length > limit ? cursorOf('dead letters', shown.at(-1)!.id) : null,
      total: all.length,
    }
  }

  get(job: string, id: number): DeadLetterDetail | undefined {
    const letter = this.#of(job)?.letters.find((letter) => letter.id === id)
    return letter && detailOf(id, letter.state, letter.report)
  }

  counts(job: string): DeadLetterCounts {
    const kept = this.#of(job) ?? new MemoryLetters()
    const operators = new Map<string, OperatorLetters>()
    for (const { report, state } of kept.letters) {
      const { operator, nodeId } = report
      const own = operators.get(nodeId) ?? { operator, nodeId, kept: 0, replaying: 0 }
      operators.set(nodeId, { ...own, [state]: own[state] + 1 })
    }
    const inOrder = [...operators.values()].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
    return { operators: inOrder, ...kept.counts }
  }

  replay(job: string, choice: LetterChoice): number {
    const chosen = this.#chosen(job, choice).filter(({ report }) => report.parcel !== null)
    for (const letter of chosen) letter.state = 'replaying'
    return chosen.length
  }

  replaying(job: string): readonly number[] {
    const letters = this.#of(job)?.letters ?? []
    return letters.filter(({ state }) => state === 'replaying').map(({ id }) => id)
  }

  parcels(job: string, ids: readonly number[]): readonly LetterParcel[] {
    return this.#with(job, ids).flatMap(({ id, report }) => {
      const { nodeId, subtask, input, eventTime, replays, parcel } = report
      return parcel === null ? [] : [{ letter: id, nodeId, subtask, input, eventTime, replays, parcel }]
    })
  }

  settle(job: string, ids: readonly number[]): void {
    const settled = new Set(this.#with(job, ids))
    this.#keep(job, (letter) => !settled.has(letter))
    const kept = this.#of(job)
    if (kept !== undefined) kept.counts.replayed += settled.size
  }

  giveBack(job: string, ids: readonly number[] | null): void {
    const letters = ids === null ? (this.#of(job)?.letters ?? []) : this.#with(job, ids)
    for (const letter of letters) letter.state = 'kept'
  }

  remove(job: string, choice: LetterChoice): number {
    const chosen = new Set(this.#chosen(job, choice))
    this.#keep(job, (letter) => !chosen.has(letter))
    const kept = this.#of(job)
    if (kept !== undefined) kept.counts.deleted += chosen.size
    return chosen.size
  }

  rewind(job: string, checkpoint: number | null, settled: readonly number[]): void {
    this.settle(job, settled)
    if (checkpoint !== null) this.#keep(job, ({ report }) => report.after < checkpoint)
  }

  #of(job: string): MemoryLetters | undefined {
    const entry = this.#jobs.get(job)
    if (entry === undefined || !isOwn(entry)) return undefined
    return (entry.deadLetters ??= new MemoryLetters())
  }

  #with(job: string, ids: readonly number[]): readonly Letter[] {
    const wanted = new Set(ids)
    return (this.#of(job)?.letters ?? []).filter(({ id }) => wanted.has(id))
  }

  #chosen(job: string, choice: LetterChoice): readonly Letter[] {
    const letters =
      'ids' in choice
        ? this.#with(job, choice.ids)
        : (this.#of(job)?.letters ?? []).filter((letter) => isOf(letter, choice.operator))
    return letters.filter(({ state }) => state === 'kept')
  }

  #keep(job: string, isKept: (letter: Letter) => boolean): void {
    const kept = this.#of(job)
    if (kept !== undefined) kept.letters = kept.letters.filter(isKept)
  }
}

const isOf = ({ report }: Letter, operator: string | undefined): boolean =>
  operator === undefined || report.operator === operator || report.nodeId === operator
