import type { JSX } from 'preact'
import type { JobSummary } from '../../protocol/job-info.ts'
import { formatAge, formatDuration, formatRate } from '../format/format.ts'
import { hrefOf } from '../routing/route.ts'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { type LiveProgress, shareDone } from './job-progress.ts'

interface JobRowProps {
  readonly job: JobSummary
  readonly live: LiveProgress | undefined
  readonly isLive: boolean
  readonly now: number
  readonly isChosen: boolean
  readonly onChoose: (chosen: boolean) => void
}

/** A job in the list. */
export function JobRow({ job, live, isLive, now, isChosen, onChoose }: JobRowProps): JSX.Element {
  const { id, name, status, startedAt, endedAt, submittedAt, restarts, provider, position } = job
  const isRunning = status === 'running' || status === 'stopping'
  const end = endedAt === null ? now : Date.parse(endedAt)
  return (
    <tr class={isChosen ? 'chosen' : undefined}>
      <td class="choose">
        <input
          type="checkbox"
          aria-label={`Choose ${name}`}
          checked={isChosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      </td>
      <th scope="row" class="name">
        <a href={hrefOf({ view: 'job', id, tab: 'graph' })}>{name}</a>{' '}
        <span class="id">{id.slice(0, 8)}</span>
      </th>
      <td>
        <StatusBadge status={status} />
        {position === null ? null : <span class="faint"> no. {position}</span>}
      </td>
      <td class="wide">{isRunning && live !== undefined ? <Progress live={live} name={name} /> : null}</td>
      <td class="number wide">{isRunning && isLive ? formatRate(live?.rate ?? null) : ''}</td>
      <td class="number narrow-off">
        {startedAt === null ? '' : formatDuration(Math.max(0, end - Date.parse(startedAt)))}
      </td>
      <td class="number wide">{restarts === 0 ? '' : restarts}</td>
      <td class="wide">{provider}</td>
      <td class="faint">
        <time dateTime={submittedAt} title={new Date(submittedAt).toLocaleString()}>
          {formatAge(now - Date.parse(submittedAt))}
        </time>
      </td>
    </tr>
  )
}

const Progress = ({
  live,
  name,
}: {
  readonly live: LiveProgress
  readonly name: string
}): JSX.Element | null => {
  const share = shareDone(live.progress)
  return share === null ? null : <ProgressBar share={share} label={`How far ${name} is`} />
}
