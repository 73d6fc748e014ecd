import type { JSX } from 'preact'
import type { CheckpointInfo, JobInfo } from '../../protocol/job-info.ts'
import { briefDuration } from '../../util/brief-duration.ts'
import { formatBytes } from '../format/format.ts'
import { DataTable, figures } from '../ui/data-table.tsx'

interface CheckpointViewProps {
  readonly job: JobInfo
  readonly checkpoints: readonly CheckpointInfo[]
}

/** What is kept of a job to go on from. */
export function CheckpointView({ job, checkpoints }: CheckpointViewProps): JSX.Element {
  if (checkpoints.length === 0) {
    return <p class="empty">{job.checkpointed ? 'There are none yet.' : 'This job keeps no checkpoints.'}</p>
  }
  return (
    <DataTable
      label="Checkpoints and savepoints"
      headings={['Taken', 'Kind', figures('Size'), figures('Took'), 'Where']}
    >
      {checkpoints.map(({ id, kind, takenAt, bytes, durationMs, location }) => (
        <tr key={location}>
          <th scope="row">{new Date(takenAt).toLocaleString()}</th>
          <td>
            {kind} {id === 0 ? '' : id}
          </td>
          <td class="number">{formatBytes(bytes)}</td>
          <td class="number">{durationMs === undefined ? '–' : briefDuration(durationMs)}</td>
          <td class="path">{location}</td>
        </tr>
      ))}
    </DataTable>
  )
}
