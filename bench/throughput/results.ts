import { type Spread, spreadOf } from '../report/statistics.ts'
import type { WorkloadName } from './workloads.ts'

/** Nanoseconds per record by round; a round that a library sat out, or failed in, is undefined. */
type Rounds = (number | undefined)[]

/**
 * What was measured. Ratios are taken round by round between processes that ran within moments of each other, and
 * only then is the median taken: a machine that is busier in one round than in the next disturbs them least.
 */
export class Results {
  readonly #times = new Map<string, Rounds>()

  add(workload: WorkloadName, library: string, round: number, nanoseconds: number): void {
    const key = `${workload} ${library}`
    const rounds = this.#times.get(key) ?? []
    rounds[round] = nanoseconds
    this.#times.set(key, rounds)
  }

  time(workload: WorkloadName, library: string): Spread | undefined {
    const measured = this.#rounds(workload, library).filter((time) => time !== undefined)
    return measured.length === 0 ? undefined : spreadOf(measured)
  }

  /** How many times as long the first takes as the second. */
  ratio(workload: WorkloadName, of: string, to: string): Spread | undefined {
    const others = this.#rounds(workload, to)
    const ratios: number[] = []
    for (const [round, time] of this.#rounds(workload, of).entries()) {
      const other = others[round]
      if (time !== undefined && other !== undefined) ratios.push(time / other)
    }
    return ratios.length === 0 ? undefined : spreadOf(ratios)
  }

  #rounds(workload: WorkloadName, library: string): Rounds {
    return this.#times.get(`${workload} ${library}`) ?? []
  }
}
