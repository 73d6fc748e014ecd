import type { JSX } from 'preact'
import { isActive } from '../../job/job-status.ts'
import { queueBefore } from '../../runtime/metrics/pressure.ts'
import type { LiveProgress } from '../job-list/job-progress.ts'
import { TableFrame } from '../ui/table-frame.tsx'
import { NodeRow } from './node-row.tsx'

interface NodeTableProps {
  readonly live: LiveProgress
  readonly isLive: boolean
  readonly chosen: string | null
}

const FIGURES = ['In', 'Out', 'Dropped', 'Dead letters', 'Errors']

/** Of a job that is over there is nothing to tell about now. */
const NOW = ['In/s', 'Out/s', 'Queue', 'Busy', 'Held back', 'Waiting']

/** The books of the operators and what their time goes into, in figures. */
export function NodeTable({ live, isLive, chosen }: NodeTableProps): JSX.Element {
  const { progress, nodeRates, shares } = live
  const activity = new Map(progress.activity.map((told) => [told.node, told]))
  const isOver = !isActive(progress.status)
  const isTimed = progress.activity.some(({ watermark }) => watermark !== null)
  return (
    <TableFrame label="Records of each operator">
      <table class="table books">
        <caption class="hidden">Records of each operator</caption>
        <thead>
          <tr>
            <th scope="col">Operator</th>
            {[
              ...FIGURES,
              ...(isOver ? [] : NOW),
              ...(isTimed && !isOver ? ['Lag'] : []),
              ...(isTimed ? ['Watermark (UTC)'] : []),
            ].map((heading) => (
              <th key={heading} scope="col" class="number">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {progress.nodes.map((node) => (
            <NodeRow
              key={node.id}
              node={node}
              activity={activity.get(node.id)}
              shares={isLive ? shares : {}}
              rate={nodeRates[node.id] ?? null}
              queue={queueBefore(node.id, progress.edges)}
              isLive={isLive}
              isChosen={chosen === node.id}
              isTimed={isTimed}
              isOver={isOver}
            />
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}
