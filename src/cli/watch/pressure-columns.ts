import type { NodeResult } from '../../job/job-result.ts'
import type { EdgeMetrics, JobProgress } from '../../runtime/metrics/job-metrics.ts'
import { isHeldBack, queueBefore } from '../../runtime/metrics/pressure.ts'
import type { Colors } from '../output/colors.ts'
import type { Column } from '../output/table.ts'

/**
 * How full the fullest queue before an operator is, `42 %`, and whether the one behind it holds it back; for how much of
 * the time between the first and the last of `samples` it was busy.
 */
export function pressureColumns(
  edges: readonly EdgeMetrics[],
  colors: Colors,
  samples: readonly JobProgress[] = [],
): readonly Column<NodeResult>[] {
  const busy: readonly Column<NodeResult>[] =
    (samples.at(-1)?.activity ?? []).length === 0
      ? []
      : [{ heading: 'BUSY', align: 'right', value: ({ id }) => busyShare(id, samples), optional: true }]
  if (edges.length === 0) return busy
  return [
    ...busy,
    { heading: 'QUEUE', align: 'right', value: ({ id }) => queueColumn(id, edges), optional: true },
    {
      heading: '',
      value: ({ id }) => (isHeldBack(id, edges) ? 'held back' : ''),
      optional: true,
      color: () => colors.yellow,
    },
  ]
}

/** Empty once it has ended. */
function busyShare(id: string, samples: readonly JobProgress[]): string {
  const times = (progress: JobProgress | undefined): readonly [number, number] => {
    const told = progress?.activity.find(({ node }) => node === id)
    return told === undefined ? [0, 0] : [told.busyMs, told.busyMs + told.heldMs + told.idleMs]
  }
  const [busy, all] = times(samples.at(-1))
  const [busyBefore, allBefore] = times(samples.length > 1 ? samples[0] : undefined)
  // A job that was restarted counts anew.
  const share = all < allBefore ? busy / all : (busy - busyBefore) / (all - allBefore)
  return Number.isFinite(share) ? `${Math.min(100, Math.max(0, Math.round(share * 100)))} %` : ''
}

function queueColumn(node: string, edges: readonly EdgeMetrics[]): string {
  const fill = queueBefore(node, edges)
  return fill === null ? '' : `${Math.round(fill * 100)} %`
}
