import type { JobInfo, JobSummary } from '../../protocol/job-info.ts'
import { MillraceError } from '../../errors/millrace-error.ts'
import { JobNotFoundError } from '../../errors/job-server-errors.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { lastListing } from './last-listing.ts'

/** What was given could be several jobs. Nothing was done to any of them. */
export class AmbiguousJobError extends MillraceError {
  constructor(message: string, remedy: string) {
    super('ERR_AMBIGUOUS_JOB', message, { remedy })
  }
}

/** Candidates that an error names. */
const MOST_NAMED = 10

/** A job's number in the last listing and nothing else. */
const asNumber = /^%([1-9]\d{0,8})$/
const asDigits = /^[1-9]\d{0,8}$/

/**
 * The job that a user means by `3` or `%3` (its number in the listing this user saw last), its id, the beginning of its
 * id, or its name. Unless the id was given whole it tells on stderr which job that is, before anything is done to it.
 *
 * @throws JobNotFoundError; AmbiguousJobError, also for digits that are a number and the beginning of an id.
 */
export async function findJob(reference: string, connection: ServerConnection): Promise<JobInfo> {
  const { client, signal } = connection
  const number = asNumber.exec(reference)?.[1]
  const id = number === undefined ? await matching(reference, connection) : listed(number, connection)
  if (id === undefined) throw notFound(reference)
  const job = await client.jobs.get(id, { signal })
  if (id !== reference) note(`${reference} is ${describeJob(job)}`)
  return job
}

/** `7f3c… "word count", running` */
export const describeJob = ({ id, name, status }: JobSummary): string => `${id} "${name}", ${status}`

function listed(number: string, { settings }: ServerConnection): string {
  const jobs = lastListing(settings.url.value)
  const job = jobs[Number(number) - 1]
  if (job !== undefined) return job.id
  const had = jobs.length === 0 ? 'there was none yet' : `it had ${jobs.length}`
  throw new JobNotFoundError(`There is no job number ${number} in the last listing: ${had}.`, {
    remedy: '`millrace list` numbers the jobs',
  })
}

async function matching(
  reference: string,
  { client, settings, signal }: ServerConnection,
): Promise<string | undefined> {
  const found: JobSummary[] = []
  for await (const job of client.jobs.listAll({}, { signal })) {
    if (job.id === reference) return job.id
    if (job.id.startsWith(reference) || job.name === reference) found.push(job)
    if (found.length > MOST_NAMED) break
  }
  const byNumber = asDigits.test(reference)
    ? lastListing(settings.url.value)[Number(reference) - 1]
    : undefined
  if (byNumber !== undefined) {
    if (found.every(({ id }) => id === byNumber.id)) return byNumber.id
    throw new AmbiguousJobError(
      `${reference} is the number of ${byNumber.id} "${byNumber.name}" in the last listing, and could also be\n${candidates(found)}`,
      `give %${reference} for the number, or more of the id`,
    )
  }
  if (found.length < 2) return found[0]?.id
  throw new AmbiguousJobError(
    `${reference} could be\n${candidates(found)}`,
    'give more of the id, or its number in `millrace list`',
  )
}

const candidates = (jobs: readonly JobSummary[]): string =>
  [
    ...jobs.slice(0, MOST_NAMED).map((job) => `  ${describeJob(job)}`),
    ...(jobs.length > MOST_NAMED ? ['  and others'] : []),
  ].join('\n')

const notFound = (reference: string): JobNotFoundError =>
  new JobNotFoundError(`There is no job with the id, the beginning of an id, or the name \`${reference}\`.`, {
    remedy: '`millrace list --all` shows the jobs there are',
  })
