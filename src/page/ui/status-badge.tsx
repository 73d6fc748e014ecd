import type { JSX } from 'preact'
import type { JobStatus } from '../../job/job-status.ts'
import { statusLooks } from './status.ts'

/** A status, by shape, color and word. */
export function StatusBadge({ status }: { readonly status: JobStatus }): JSX.Element {
  const look = statusLooks[status]
  return (
    <span class={`status ${look?.tone ?? 'still'}`}>
      <svg class="status-shape" viewBox="0 0 16 16" aria-hidden="true">
        <path d={look?.shape ?? ''} />
      </svg>
      {status}
    </span>
  )
}
