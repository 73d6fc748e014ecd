import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { JobResult } from '../../job/job-result.ts'
import type { ProgramEntry } from './find-entry.ts'

/** What a submit has come to. */
export interface SubmitOutcome {
  /** Null: it failed, and `error` says why. */
  readonly result: JobResult | null
  readonly error: unknown
  /** What `collect()` received, by node id. */
  readonly collected: ReadonlyMap<string, readonly unknown[]>
}

/** One submit of a program, among those before it. */
export interface LoggedSubmit {
  readonly ordinal: number
  /** What became of those before it until then, in order; null: not over. */
  readonly earlier: readonly (SubmitOutcome | null)[]
  /** Tells what became of this one, for those after it. */
  readonly settle: (outcome: SubmitOutcome) => void
}

/** As many as a submission can name. */
const CAPACITY = 1000

interface Entry {
  outcome: SubmitOutcome | null
}

/** Of this process, by program: a job is one submit of its program, and the program runs anew up to it. */
const key = Symbol.for('millrace.submits')

/**
 * Notes a submit. Those of the program that runs here are counted. A program that is not running here has its first
 * submit in mind, unless it is told which.
 * @throws InvalidArgumentError after a thousand.
 */
export function logSubmit({ file, isRunning }: ProgramEntry, ordinal: number | undefined): LoggedSubmit {
  if (ordinal !== undefined || !isRunning) return { ordinal: ordinal ?? 0, earlier: [], settle: () => {} }
  const programs = ((globalThis as { [key]?: Map<string, Entry[]> })[key] ??= new Map())
  const submits = programs.get(file) ?? []
  programs.set(file, submits)
  if (submits.length === CAPACITY) throw tooMany()
  const earlier = submits.map(({ outcome }) => outcome)
  const entry: Entry = { outcome: null }
  submits.push(entry)
  return {
    ordinal: earlier.length,
    earlier,
    settle: (outcome) => {
      entry.outcome = outcome
    },
  }
}

function tooMany(): InvalidArgumentError {
  return new InvalidArgumentError(
    `This program has submitted ${CAPACITY} jobs, each of which would run it up to its own.`,
    {
      remedy:
        'Put the pipeline into a file of its own that submits once, and name it: { entry: new URL("./job.ts", import.meta.url) }.',
    },
  )
}
