import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { NodeRate } from '../job-list/job-progress.ts'
import { formatCount, formatDuration, formatRate, formatShare } from '../format/format.ts'
import { type Shares, type SharesByKey, subtaskKey } from './shares.ts'

type Node = JobProgress['nodes'][number]
type NodeActivity = JobProgress['activity'][number]

interface NodeRowProps {
  readonly node: Node
  /** Undefined where it is not told, as by jobs of before. */
  readonly activity: NodeActivity | undefined
  /** None where figures are not of now. */
  readonly shares: SharesByKey
  /** Null where it is not known. */
  readonly rate: NodeRate | null
  readonly queue: number | null
  readonly isLive: boolean
  readonly isChosen: boolean
  /** Whether the job has event time. */
  readonly isTimed: boolean
  /** Whether there is nothing to tell about now. */
  readonly isOver: boolean
}

/** What an operator has done, in figures; on demand each of its subtasks. */
export function NodeRow(props: NodeRowProps): JSX.Element {
  const { node, activity, shares, rate, queue, isLive, isChosen, isTimed, isOver } = props
  const [isOpen, setOpen] = useState(false)
  const subtasks = activity?.subtasks ?? []
  const timed = isTimed ? activity : undefined
  return (
    <>
      <tr class={isChosen ? 'chosen' : undefined}>
        <th scope="row" class="name">
          {subtasks.length === 0 ? null : (
            <button
              type="button"
              class="expand"
              aria-expanded={isOpen}
              aria-label={`Subtasks of ${node.name}`}
              onClick={() => setOpen(!isOpen)}
            >
              <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
            </button>
          )}
          {node.name}{' '}
          <span class="id">
            {node.kind}
            {node.parallelism === 1 ? '' : ` ×${node.parallelism}`}
          </span>
        </th>
        <td class="number">{node.kind === 'source' ? '' : formatCount(node.in)}</td>
        <td class="number">{node.kind === 'sink' ? '' : formatCount(node.out)}</td>
        <td class="number">{some(node.dropped)}</td>
        <td class={node.deadLettered > 0 ? 'number warn' : 'number'}>{some(node.deadLettered)}</td>
        <td class={node.errors > 0 ? 'number bad' : 'number'}>{some(node.errors)}</td>
        {isOver ? null : (
          <>
            <td class="number">{isLive && node.kind !== 'source' ? formatRate(rate?.in ?? null) : ''}</td>
            <td class="number">{isLive && node.kind !== 'sink' ? formatRate(rate?.out ?? null) : ''}</td>
            <td class="number">{queue === null || !isLive ? '' : formatShare(queue)}</td>
            <ShareCells shares={shares[node.id]} />
          </>
        )}
        {isTimed ? (
          <TimeCells isOver={isOver} watermark={timed?.watermark ?? null} lagMs={timed?.lagMs ?? null} />
        ) : null}
      </tr>
      {isOpen
        ? subtasks.map((subtask) => (
            <tr key={subtask.index} class="subtask">
              <th scope="row">subtask {subtask.index}</th>
              <td class="number">{node.kind === 'source' ? '' : formatCount(subtask.in)}</td>
              <td class="number">{node.kind === 'sink' ? '' : formatCount(subtask.out)}</td>
              <td colSpan={isOver ? 3 : 6} />
              {isOver ? null : <ShareCells shares={shares[subtaskKey(node.id, subtask.index)]} />}
              {isTimed ? <TimeCells isOver={isOver} watermark={subtask.watermark} lagMs={null} /> : null}
            </tr>
          ))
        : null}
    </>
  )
}

/** Held back for more than half of its time: something behind it is too slow. */
const isMostlyHeld = ({ held }: Shares): boolean => held > 0.5

function ShareCells({ shares }: { readonly shares: Shares | undefined }): JSX.Element {
  if (shares === undefined) return <td colSpan={3} />
  return (
    <>
      <td class="number">{formatShare(shares.busy)}</td>
      <td class={isMostlyHeld(shares) ? 'number warn' : 'number'}>{formatShare(shares.held)}</td>
      <td class="number">{formatShare(shares.idle)}</td>
    </>
  )
}

function TimeCells(props: {
  readonly isOver: boolean
  readonly watermark: number | null
  readonly lagMs: number | null
}): JSX.Element {
  const { isOver, watermark, lagMs } = props
  return (
    <>
      {isOver ? null : <td class="number">{lagMs === null ? '' : formatDuration(Math.max(0, lagMs))}</td>}
      <td class="number">{watermark === null ? '' : formatInstant(watermark)}</td>
    </>
  )
}

/** `2026-03-01 12:00:07`; the figure where it is none of the calendar. */
function formatInstant(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().slice(0, 19).replace('T', ' ')
}

const some = (count: number): string => (count === 0 ? '' : formatCount(count))
