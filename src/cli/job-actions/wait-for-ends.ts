import process from 'node:process'
import type { JobInfo } from '../../protocol/job-info.ts'
import { describeJobs } from '../job-reference/describe-job.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note, ProgressLine } from '../terminal.ts'
import type { Outcomes } from './outcomes.ts'

/** Waits for all of these to be over, and shows meanwhile which it waits for. @param onEnd called for each */
export async function waitForEnds(
  jobs: readonly JobInfo[],
  doing: string,
  { client, signal }: ServerConnection,
  outcomes: Outcomes,
  onEnd: (job: JobInfo) => void,
): Promise<void> {
  const waiting = new Map(jobs.map((job) => [job.id, job]))
  const line = new ProgressLine()
  const show = (): void => {
    // Elsewhere the line of each that has ended is enough.
    if (waiting.size > 0 && process.stderr.isTTY) line.show(`${doing} ${describeJobs([...waiting.values()])}`)
  }
  show()
  try {
    await Promise.all(
      jobs.map(async ({ id }) => {
        const job = await outcomes.attempt(() => client.waitForEnd(id, { signal }))
        waiting.delete(id)
        line.clear()
        if (job !== undefined) onEnd(job)
        show()
      }),
    )
  } catch (error) {
    line.clear()
    if (signal.aborted && waiting.size > 0) {
      note(`${doing} ${describeJobs([...waiting.values()])} goes on without this command`)
    }
    throw error
  } finally {
    line.clear()
  }
}
