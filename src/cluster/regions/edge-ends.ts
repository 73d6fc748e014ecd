import { numberedChannels } from '../../compiler/instantiate/numbered-channels.ts'
import type { Plan } from '../../compiler/plan.ts'
import { isCut } from './plan-regions.ts'

/**
 * By the number of each channel that goes through the log: the edge end that it is written to. All channels of an edge
 * to one subtask share one, whose reader tells them apart.
 */
export function edgeEnds(plan: Plan): ReadonlyMap<number, string> {
  const edges = new Map(plan.edges.map((edge, i) => [edge, i]))
  const ends = new Map<number, string>()
  for (const channel of numberedChannels(plan)) {
    const { number, edge, consumer } = channel
    if (isCut(plan, channel)) ends.set(number, `e${edges.get(edge)!}.${consumer}`)
  }
  return ends
}

/** Where what `collect()` of that node receives is written to. */
export const collectedEnd = (node: string): string => `out.${node}`

/** Where a region that wants no more of an edge end leaves word of it: whoever writes there finds it in the backlog. */
export const desertedEnd = (end: string): string => `x.${end}`
/** Null: it is no such place. */
export const endDeserted = (end: string): string | null => (end.startsWith('x.') ? end.slice(2) : null)
