import type { WorkloadName } from './throughput/workloads.ts'

/** Who takes part, and how. The library itself is loaded only in the child that measures it. */
export interface Contender {
  readonly id: string
  /** Relative to this folder. */
  readonly module: string
  /** Flags for the process it runs in. */
  readonly flags?: readonly string[]
  /** So far behind that a third of the rounds tells enough; left out by --quick unless named. */
  readonly slow?: boolean
  /** The part of a workload's records it is given where the whole would take minutes; 1 where nothing is said. */
  readonly fraction?: { readonly [Name in WorkloadName]?: number }
}

const tenth = { a: 0.1, b: 0.2, d: 0.1, e: 0.1, f: 0.1, g: 0.1 }

export const ours = 'millrace'
export const withoutCodeGeneration = 'millrace (no codegen)'
export const loop = 'loop'
export const loopWithLocalSum = 'loop (local sum)'

export const contenders: readonly Contender[] = [
  { id: loop, module: 'libraries/loop.ts' },
  { id: loopWithLocalSum, module: 'libraries/loop-local.ts' },
  { id: ours, module: 'libraries/millrace.ts' },
  {
    id: withoutCodeGeneration,
    module: 'libraries/millrace.ts',
    flags: ['--disallow-code-generation-from-strings'],
  },
  // Quadratic on both: the part it is given flatters it.
  { id: 'most', module: 'libraries/most.ts', fraction: { c: 0.1, ci: 0.1 } },
  { id: '@most/core', module: 'libraries/most-core.ts' },
  { id: 'effect', module: 'libraries/effect.ts' },
  { id: 'rxjs', module: 'libraries/rxjs.ts' },
  { id: 'rxjs groupBy', module: 'libraries/rxjs-group-by.ts' },
  { id: 'ix', module: 'libraries/ix-sync.ts' },
  { id: 'ix async', module: 'libraries/ix-async.ts', slow: true, fraction: tenth },
  { id: 'async generators', module: 'libraries/async-generators.ts', slow: true, fraction: tenth },
  { id: 'node streams', module: 'libraries/node-streams.ts', slow: true, fraction: tenth },
  { id: 'web streams', module: 'libraries/web-streams.ts', slow: true, fraction: tenth },
]

export const contenderById = (id: string): Contender => {
  const found = contenders.find((contender) => contender.id === id)
  if (found !== undefined) return found
  throw new Error(`no library is called '${id}'; there are ${contenders.map((c) => `'${c.id}'`).join(', ')}`)
}
