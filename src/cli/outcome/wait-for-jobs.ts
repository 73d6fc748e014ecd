import process from 'node:process'
import { WaitTimeoutError } from '../../client/client-errors.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { exitCodes } from '../exit-codes.ts'
import { findJob } from '../job-reference/find-job.ts'
import { colorOfStatus, colorsOf } from '../output/colors.ts'
import { printListing } from '../output/listing.ts'
import { oneLine } from '../output/text-width.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note, print } from '../terminal.ts'
import { describeOutcome, exitCodeOfOutcome, worstOutcome } from './outcome.ts'

/** Waits for all of them, tells of each when it is over, and sets the exit code by what became of them. */
export async function waitForJobs(
  references: readonly string[],
  timeout: number | undefined,
  connection: ServerConnection,
): Promise<void> {
  const { client, settings, signal } = connection
  const ids = new Set<string>()
  for (const reference of references) ids.add((await findJob(reference, connection)).id)
  const format = settings.output.value
  const isText = format === 'table' || format === 'wide'
  const colors = colorsOf(process.stdout)
  const wait = async (id: string): Promise<JobInfo | null> => {
    try {
      const job = await client.waitForEnd(id, { signal, timeout: timeout ?? Infinity })
      if (isText) print(colorOfStatus(colors, job.status)(describeOutcome(job)))
      else if (format === 'ndjson') print(JSON.stringify(job))
      return job
    } catch (error) {
      if (!(error instanceof WaitTimeoutError)) throw error
      const { job } = error
      note(`${job === undefined ? id : `"${oneLine(job.name)}"`} was not over in time, and goes on`)
      return null
    }
  }
  const jobs = await Promise.all([...ids].map(wait))
  const ended = jobs.filter((job) => job !== null)
  if (!isText && format !== 'ndjson') {
    await printListing(ended, { columns: [], name: ({ id }) => id, none: '' }, format)
  }
  process.exitCode =
    ended.length < jobs.length
      ? exitCodes.timedOut
      : exitCodeOfOutcome(worstOutcome(ended.map(({ status }) => status)))
}
