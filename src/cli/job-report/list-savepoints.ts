import { realClock } from '../../time/real-clock.ts'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import { briefDuration } from '../../util/brief-duration.ts'
import { formatBytes, formatDuration } from '../format.ts'
import { sinceThen } from '../job-list/job-columns.ts'
import { describeJob } from '../job-reference/describe-job.ts'
import { findJob } from '../job-reference/find-job.ts'
import { printListing } from '../output/listing.ts'
import type { Column } from '../output/table.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note, ProgressLine } from '../terminal.ts'

/** Lists what a job can go on from. @param take whether one is taken first */
export async function listSavepoints(
  reference: string,
  { take }: { readonly take: boolean },
  connection: ServerConnection,
): Promise<void> {
  const { client, settings, signal } = connection
  const job = await findJob(reference, connection)
  if (take) {
    const line = new ProgressLine()
    try {
      line.show(`Saving the state of ${describeJob(job)}`)
      const { id } = await client.jobs.savepoint(job.id, { signal })
      line.clear()
      note(`Saved ${describeJob(job)}: savepoint ${id}`)
    } finally {
      line.clear()
    }
  }
  const checkpoints = await client.jobs.checkpoints(job.id, { signal })
  await printListing(
    checkpoints,
    {
      columns: checkpointColumns(realClock.now()),
      name: ({ location }) => location,
      none: job.checkpointed ? 'It has no checkpoints yet' : 'It keeps no checkpoints',
    },
    settings.output.value,
  )
}

export const checkpointColumns = (now: number): readonly Column<CheckpointInfo>[] => [
  { heading: 'ID', value: ({ id }) => String(id), align: 'right' },
  { heading: 'KIND', value: ({ kind }) => kind },
  { heading: 'TAKEN', value: ({ takenAt }) => `${formatDuration(sinceThen(takenAt, now))} ago` },
  { heading: 'SIZE', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
  {
    heading: 'TOOK',
    value: ({ durationMs }) => (durationMs === undefined ? '' : briefDuration(durationMs)),
    align: 'right',
  },
  { heading: 'LOCATION', value: ({ location }) => location, least: 12 },
]
