import type { Library } from '../libraries/library.ts'
import { Cell, type Inputs, type Step, type WorkloadName, workloadNames, workloads } from './workloads.ts'

const map = (f: (value: number) => number): Step => ({ kind: 'map', f })
const filter = (f: (value: number) => boolean): Step => ({ kind: 'filter', f })
/** What a step is given depends on the step before it, as in any program; the kinds are what pollutes. */
const untyped = (f: (value: never) => unknown): Step => map(f as unknown as (value: number) => number)

/** Pipelines of a program: numbers, fractions, strings, objects of several shapes, arrays; each function its own. */
const pipelines: readonly (readonly Step[])[] = [
  [map((x) => x + 3)],
  [filter((x) => x > 10)],
  [map((x) => x / 3), filter((x) => x > 1.5), map((x) => Math.floor(x))],
  [map((x) => x * 7), map((x) => x % 11), map((x) => x - 2), map((x) => x | 1)],
  [filter((x) => x % 2 === 1), filter((x) => x % 3 === 1), filter((x) => x % 5 === 1)],
  [untyped((x: number) => `n${x}`), untyped((s: string) => s.length)],
  [
    untyped((x) => ({ id: x })),
    filter((r) => (r as unknown as { id: number }).id > 5),
    untyped((r: { id: number }) => r.id),
  ],
  [
    untyped((x: number) => ({ name: `k${x & 15}`, at: x })),
    untyped((r: { name: string; at: number }) => ({ ...r, late: r.at > 100 })),
    untyped((r: { at: number; late: boolean }) => (r.late ? r.at : 0)),
  ],
  [untyped((x: number) => [x, x * 2]), untyped((pair: number[]) => pair[0]! + pair[1]!)],
  [untyped((x: number) => x % 2 === 0), untyped((even: boolean) => (even ? 1 : 2)), map((x) => x * 0.5)],
  [
    map((x) => -x),
    filter((x) => x < -3),
    map((x) => Math.abs(x)),
    filter((x) => x < 4000),
    map((x) => x >> 1),
  ],
  [untyped((x: number) => new Map([[x, x]])), untyped((m: Map<number, number>) => m.size)],
]

const rounds = 20

/**
 * Makes of a fresh process one that has run other things: the library's shared call sites have seen many functions
 * and many kinds of record. Everything it does is of the library's own, so nobody is polluted by somebody else.
 */
export const pollute = async (library: Library, except: WorkloadName): Promise<void> => {
  const input = workloads.f.input(2000)
  for (let round = 0; round < rounds; round++) {
    for (const steps of pipelines) await library.chain(input, steps, new Cell())
  }
  for (const name of workloadNames) {
    if (name !== except) await runOnce(library, name, name === 'c' || name === 'ci' ? 2000 : 20_000)
  }
}

export const runOnce = async <Name extends WorkloadName>(
  library: Library,
  name: Name,
  size: number,
  input: Inputs[Name] = workloads[name].input(size),
): Promise<Cell> => {
  const cell = new Cell()
  await library.workloads[name]?.(input, cell)
  return cell
}
