import type { CollectBuffer } from '../../functions/collect-buffer.ts'
import type { JobResult } from '../../job/job-result.ts'
import { collectBuffersOf, type RecordedPipeline } from '../recorded-pipeline.ts'
import type { SeatedOutcome } from './seat-order.ts'

/** Submits of one process that are remembered: what they came to stays in memory. */
export const MOST_SUBMITS = 16

/** A submit of a LocalEnvironment, among those of this process. */
export interface LocalSubmit {
  /** From 0; null: there were more than are remembered. */
  readonly ordinal: number | null
  /** What became of those before it until it came; null: not over. */
  readonly earlier: () => readonly (SeatedOutcome | null)[]
  /** Tells what became of this one, for those after it. */
  readonly settle: (outcome: Pick<SeatedOutcome, 'result' | 'error'>) => void
}

interface Entry {
  outcome: Pick<SeatedOutcome, 'result' | 'error'> | null
  /** What the program has let go of is not kept for its sake. */
  readonly collected: readonly (readonly [string, WeakRef<CollectBuffer<unknown>>])[]
}

const entries: Entry[] = []

/** Notes a submit: a program that is loaded once more for a part of a later job has to come past it. */
export function noteLocalSubmit(recorded: RecordedPipeline): LocalSubmit {
  const before = entries.length
  if (before === MOST_SUBMITS) return { ordinal: null, earlier: () => [], settle: () => {} }
  const buffers = collectBuffersOf(recorded)
  const entry: Entry = {
    outcome: null,
    collected: [...buffers].map(([id, buffer]) => [id, new WeakRef(buffer)] as const),
  }
  entries.push(entry)
  return {
    ordinal: before,
    earlier: () => entries.slice(0, before).map(outcomeOf),
    settle: (outcome) => {
      entry.outcome = outcome
    },
  }
}

/** As a promise settles. */
export function settleWith(submit: LocalSubmit, result: Promise<JobResult>): void {
  result.then(
    (value) => submit.settle({ result: value, error: null }),
    (error: unknown) => submit.settle({ result: null, error }),
  )
}

function outcomeOf({ outcome, collected }: Entry): SeatedOutcome | null {
  if (outcome === null) return null
  return { ...outcome, collected: collected.map(([id, buffer]) => [id, buffer.deref()?.values ?? []]) }
}
