import type { NodeResult } from '../../job/job-result.ts'
import type { EdgeMetrics } from '../../runtime/metrics/job-metrics.ts'
import type { Colors } from '../output/colors.ts'
import type { Column } from '../output/table.ts'

/** An edge this full holds back whoever writes to it. */
const FULL = 0.99

/** How full the fullest queue before an operator is, `42 %`; and whether the one behind it holds it back. */
export function pressureColumns(
  edges: readonly EdgeMetrics[],
  colors: Colors,
): readonly Column<NodeResult>[] {
  if (edges.length === 0) return []
  return [
    { heading: 'QUEUE', align: 'right', value: ({ id }) => queueBefore(id, edges), optional: true },
    {
      heading: '',
      value: ({ id }) => (isHeldBack(id, edges) ? 'held back' : ''),
      optional: true,
      color: () => colors.yellow,
    },
  ]
}

function queueBefore(node: string, edges: readonly EdgeMetrics[]): string {
  const fills = edges.filter(({ to }) => to === node).map(({ fill }) => fill)
  return fills.length === 0 ? '' : `${Math.min(100, Math.round(Math.max(...fills) * 100))} %`
}

const isHeldBack = (node: string, edges: readonly EdgeMetrics[]): boolean =>
  edges.some(({ from, fill }) => from === node && fill >= FULL)
