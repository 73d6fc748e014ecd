import type { JobHandle } from '../../src/environment/job-handle.ts'
import { LocalJob } from '../../src/environment/local-job.ts'
import { SourcePositionError } from '../../src/errors/checkpoint-errors.ts'
import { type ClassOf, END, type PullSource } from '../../src/functions/user-functions.ts'
import { turn } from '../support/turns.ts'

/** Items that come one by one, as far as the test has opened it; then END. Where it stands is saved. */
export class Faucet<T> {
  readonly items: readonly T[]
  /** Items that may come. Infinity: all, and the end. */
  open: number
  readonly source: ClassOf<PullSource<T>>

  constructor(items: readonly T[], open: number = Infinity) {
    this.items = items
    this.open = open
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a class of its own for each subtask
    const faucet = this
    this.source = class implements PullSource<T> {
      #at = 0

      async next({ signal }: { readonly signal: AbortSignal }): Promise<T | typeof END> {
        while (this.#at >= faucet.open && !signal.aborted) await turn()
        return this.#at < faucet.items.length && !signal.aborted ? faucet.items[this.#at++]! : END
      }

      snapshot(): number {
        return this.#at
      }

      restore(at: number): void {
        if (at > faucet.items.length) throw new SourcePositionError(`there are fewer than ${at} items`)
        this.#at = at
      }
    }
  }
}

/** Takes a checkpoint of a job in this process now. */
export const checkpoint = async (job: JobHandle): Promise<number> => {
  if (!(job instanceof LocalJob)) throw new TypeError('not a job of this process')
  return (await job.checkpoint()).id
}

/** Ends the job as a crash of its process would, but for the teardown. */
export const crash = async (job: JobHandle): Promise<void> => {
  if (!(job instanceof LocalJob)) throw new TypeError('not a job of this process')
  job.crash(new Error('crashed'))
  await job.result.catch(() => {})
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)
