import type { JSX } from 'preact'
import type { CheckpointInfo, JobInfo } from '../../protocol/job-info.ts'
import { formatBytes } from '../format/format.ts'
import { TableFrame } from '../ui/table-frame.tsx'

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
    <TableFrame label="Checkpoints and savepoints">
      <table class="table">
        <caption class="hidden">Checkpoints and savepoints</caption>
        <thead>
          <tr>
            <th scope="col">Taken</th>
            <th scope="col">Kind</th>
            <th scope="col" class="number">
              Size
            </th>
            <th scope="col">Where</th>
          </tr>
        </thead>
        <tbody>
          {checkpoints.map(({ id, kind, takenAt, bytes, location }) => (
            <tr key={location}>
              <th scope="row">{new Date(takenAt).toLocaleString()}</th>
              <td>
                {kind} {id === 0 ? '' : id}
              </td>
              <td class="number">{formatBytes(bytes)}</td>
              <td class="path">{location}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}
