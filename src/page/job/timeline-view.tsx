import type { JSX } from 'preact'
import type { JobTransition } from '../../protocol/job-info.ts'
import { formatDuration } from '../format/format.ts'
import { StatusBadge } from '../ui/status-badge.tsx'

/** What a job has been, and who or what brought it about. */
export function TimelineView(props: { readonly transitions: readonly JobTransition[] }): JSX.Element {
  const { transitions } = props
  return (
    <ol class="timeline" aria-label="Changes of status">
      {transitions.map((transition, i) => {
        const next = transitions[i + 1]
        return (
          <li key={i}>
            <time dateTime={transition.at}>{new Date(transition.at).toLocaleString()}</time>
            <StatusBadge status={transition.to} />
            <span class="cause">{transition.cause}</span>
            {next === undefined ? null : (
              <span class="faint">{formatDuration(Date.parse(next.at) - Date.parse(transition.at))}</span>
            )}
          </li>
        )
      })}
    </ol>
  )
}
