import type { JSX } from 'preact'
import { formatCount, formatRate, formatShare } from '../format/format.ts'
import type { LiveProgress } from '../job-list/job-progress.ts'
import { edgesOf, isHeldBack, queueBefore } from './graph-shape.ts'
import { TableFrame } from '../ui/table-frame.tsx'

interface NodeTableProps {
  readonly live: LiveProgress
  readonly isLive: boolean
  readonly chosen: string | null
}

/** The books of the operators, in figures. */
export function NodeTable({ live, isLive, chosen }: NodeTableProps): JSX.Element {
  const { progress, nodeRates } = live
  const edges = edgesOf(progress)
  return (
    <TableFrame label="Records of each operator">
      <table class="table books">
        <caption class="hidden">Records of each operator</caption>
        <thead>
          <tr>
            <th scope="col">Operator</th>
            <th scope="col" class="number">
              Records/s
            </th>
            <th scope="col" class="number">
              In
            </th>
            <th scope="col" class="number">
              Out
            </th>
            <th scope="col" class="number">
              Dropped
            </th>
            <th scope="col" class="number">
              Dead letters
            </th>
            <th scope="col" class="number">
              Errors
            </th>
            <th scope="col" class="number">
              Queue
            </th>
          </tr>
        </thead>
        <tbody>
          {progress.nodes.map((node) => {
            const queue = queueBefore(node.id, edges)
            return (
              <tr key={node.id} class={chosen === node.id ? 'chosen' : undefined}>
                <th scope="row" class="name">
                  {node.name}
                  <span class="id">
                    {node.kind}
                    {node.parallelism === 1 ? '' : ` ×${node.parallelism}`}
                  </span>
                </th>
                <td class="number">{isLive ? formatRate(nodeRates[node.id] ?? null) : ''}</td>
                <td class="number">{node.kind === 'source' ? '' : formatCount(node.in)}</td>
                <td class="number">{node.kind === 'sink' ? '' : formatCount(node.out)}</td>
                <td class="number">{some(node.dropped)}</td>
                <td class={node.deadLettered > 0 ? 'number warn' : 'number'}>{some(node.deadLettered)}</td>
                <td class={node.errors > 0 ? 'number bad' : 'number'}>{some(node.errors)}</td>
                <td class="number">
                  {queue === null || !isLive ? '' : formatShare(queue)}
                  {isLive && isHeldBack(node.id, edges) ? <span class="warn"> held back</span> : null}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </TableFrame>
  )
}

const some = (count: number): string => (count === 0 ? '' : formatCount(count))
