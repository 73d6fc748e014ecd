import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import { isFull, isHeldBack } from '../../runtime/metrics/pressure.ts'
import type { LiveProgress } from '../job-list/job-progress.ts'
import type { SharesByKey } from './shares.ts'

type NodeResult = JobProgress['nodes'][number]
type EdgeMetrics = JobProgress['edges'][number]

/** Between two operators. `metrics` is null where they are one loop, and nothing waits between them. */
export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly metrics: EdgeMetrics | null
}

/** One that is busy for so much of its time has none left. */
const BUSY = 0.9

/** What is drawn of a job: its operators, and what leads from one to the other. */
export function edgesOf({ nodes, edges }: Pick<JobProgress, 'nodes' | 'edges'>): readonly GraphEdge[] {
  const known = new Set(nodes.map(({ id }) => id))
  return nodes.flatMap((node) =>
    node.inputs
      .filter((from) => known.has(from))
      .map((from) => ({
        from,
        to: node.id,
        metrics: edges.find((edge) => edge.from === from && edge.to === node.id) ?? null,
      })),
  )
}

/**
 * The operator that the others wait for: its queue is full, and nothing behind it is. Null: none, the sources give no
 * more than the rest can take.
 */
export function bottleneck(
  nodes: readonly NodeResult[],
  edges: readonly EdgeMetrics[],
): { readonly node: NodeResult; readonly waiting: readonly NodeResult[] } | null {
  const fullBefore = ({ id }: NodeResult): readonly EdgeMetrics[] =>
    edges.filter((edge) => edge.to === id && isFull(edge))
  const node = nodes.findLast((one) => fullBefore(one).length > 0 && !isHeldBack(one.id, edges))
  if (node === undefined) return null
  const writers = new Set(fullBefore(node).map(({ from }) => from))
  const waiting = nodes.filter(({ id }) => writers.has(id))
  return { node, waiting }
}

/**
 * The operator that one with a full queue waits for: there may be none but itself. Of those that are held back it leads to
 * what is busiest behind them, as not everything that holds back has a queue.
 */
export function slowestBehind(
  node: NodeResult,
  nodes: readonly NodeResult[],
  shares: SharesByKey,
): NodeResult {
  const passed = new Set<NodeResult>()
  let slowest = node
  while (!passed.has(slowest)) {
    passed.add(slowest)
    const { busy, held } = shares[slowest.id] ?? { busy: 1, held: 0 }
    if (busy >= held) break
    const readers = nodes.filter(({ inputs }) => inputs.includes(slowest.id))
    const load = ({ id }: NodeResult): number => (shares[id]?.busy ?? 0) + (shares[id]?.held ?? 0)
    const next = readers.sort((a, b) => load(b) - load(a))[0]
    if (next === undefined || load(next) === 0) return node
    slowest = next
  }
  return slowest
}

/**
 * Where no queue is full: the operator that is busy nearly all the time; of several the busiest, of one loop the first.
 * Null: none, there is time left everywhere.
 */
export function busiest(nodes: readonly NodeResult[], shares: SharesByKey): NodeResult | null {
  const busy = ({ id }: NodeResult): number => shares[id]?.busy ?? 0
  const most = Math.max(0, ...nodes.map(busy))
  return most < BUSY ? null : (nodes.find((node) => busy(node) === most) ?? null)
}

/** Records a second that go over an edge: one may leave an operator for another edge, and another enters by another. */
export function rateOver(
  { from, to }: Pick<GraphEdge, 'from' | 'to'>,
  rates: LiveProgress['nodeRates'],
): number {
  return Math.min(rates[from]?.out ?? 0, rates[to]?.in ?? 0)
}

/** From 0 to 1: how much goes over an edge beside the busiest one, by orders of magnitude. */
export function weightOf(rate: number, highest: number): number {
  return highest <= 0 || rate <= 0 ? 0 : Math.min(1, Math.log1p(rate) / Math.log1p(highest))
}
