import process from 'node:process'
import { NEVER } from 'rxjs'
import { WaitTimeoutError } from '../../client/client-errors.ts'
import { isSettled } from '../../job/job-status.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { exitCodes } from '../exit-codes.ts'
import { findJob } from '../job-reference/find-job.ts'
import { colorOfStatus, colorsOf } from '../output/colors.ts'
import { printListing } from '../output/listing.ts'
import type { OutputFormat } from '../output/output-format.ts'
import { oneLine } from '../output/text-width.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note, print } from '../terminal.ts'
import { tellSilence } from '../watch/tell-silence.ts'
import { describeOutcome, exitCodeOfOutcome, worstOutcome } from './outcome.ts'

/**
 * Waits for all of them, tells of each when it is over, and sets the exit code by what became of them.
 * @param timeout milliseconds
 */
export async function waitForJobs(
  references: readonly string[],
  timeout: number,
  connection: ServerConnection,
): Promise<void> {
  const { client, settings, signal } = connection
  const found = new Map<string, JobInfo>()
  for (const reference of references) {
    const job = await findJob(reference, connection)
    found.set(job.id, job)
  }
  const format = settings.output.value
  const tell = tellerOf(format)
  const wait = async (job: JobInfo): Promise<JobInfo | null> => {
    try {
      const ended = isSettled(job.status) ? job : await client.waitForEnd(job.id, { signal, timeout })
      tell(ended)
      return ended
    } catch (error) {
      if (!(error instanceof WaitTimeoutError)) throw error
      note(`"${oneLine(job.name)}" was not over in time, and goes on`)
      return null
    }
  }
  const [first] = found.keys()
  const silence = tellSilence(first === undefined ? NEVER : client.heard$(first))
  const jobs = await Promise.all([...found.values()].map(wait)).finally(() => silence.unsubscribe())
  const ended = jobs.filter((job) => job !== null)
  if (format === 'json' || format === 'yaml' || format === 'name') {
    await printListing(ended, { columns: [], name: ({ id }) => id, none: '' }, format)
  }
  const isLate = ended.length < jobs.length
  const worst = worstOutcome(ended.map(({ status }) => status))
  process.exitCode = isLate ? exitCodes.timedOut : exitCodeOfOutcome(worst)
}

/** What is written of a job as soon as it is over: nothing where all are written together. */
function tellerOf(format: OutputFormat): (job: JobInfo) => void {
  if (format === 'ndjson') return (job) => print(JSON.stringify(job))
  if (format !== 'table' && format !== 'wide') return () => {}
  const colors = colorsOf(process.stdout)
  return (job) => print(colorOfStatus(colors, job.status)(describeOutcome(job)))
}
