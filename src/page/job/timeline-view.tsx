import type { JSX } from 'preact'
import type { CheckpointInfo, JobTransition } from '../../protocol/job-info.ts'
import { formatBytes, formatDuration } from '../format/format.ts'
import { StatusBadge } from '../ui/status-badge.tsx'
import { type Happening, timelineOf } from './timeline.ts'

interface TimelineViewProps {
  readonly transitions: readonly JobTransition[]
  readonly checkpoints: readonly CheckpointInfo[]
}

/** What a job has been and has saved, and who or what brought it about. */
export function TimelineView({ transitions, checkpoints }: TimelineViewProps): JSX.Element {
  return (
    <ol class="timeline" aria-label="What happened to the job">
      {timelineOf(transitions, checkpoints).map((happening, i) => (
        <li key={i} class={happening.type}>
          <time dateTime={new Date(happening.at).toISOString()}>
            {new Date(happening.at).toLocaleString()}
          </time>
          <What happening={happening} />
        </li>
      ))}
    </ol>
  )
}

function What({ happening }: { readonly happening: Happening }): JSX.Element {
  if (happening.type === 'transition') {
    const { transition, lasted } = happening
    return (
      <>
        <StatusBadge status={transition.to} />
        <span class="cause">{transition.cause}</span>
        {lasted === null ? null : <span class="faint">for {formatDuration(lasted)}</span>}
      </>
    )
  }
  const { newest, count } = happening
  return (
    <span class="cause">
      {count === 1 ? newest.kind : `${count} checkpoints, the last`}
      {newest.id === 0 ? '' : ` no. ${newest.id}`}, {formatBytes(newest.bytes)}
    </span>
  )
}
