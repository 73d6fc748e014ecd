import type { JobInfo, JobSummary } from '../../protocol/job-info.ts'
import { MillraceError } from '../../errors/millrace-error.ts'
import { JobNotFoundError } from '../../errors/job-server-errors.ts'
import { oneLine } from '../output/text-width.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { describeJob } from './describe-job.ts'
import { lastListing, type ListedJob } from './last-listing.ts'

/** What was given could be several jobs. Nothing was done to any of them. */
export class AmbiguousJobError extends MillraceError {
  constructor(message: string, remedy: string) {
    super('ERR_AMBIGUOUS_JOB', message, { remedy })
  }
}

/** Candidates that an error names. */
const MOST_NAMED = 10
/** What a server takes to find jobs by. */
const LONGEST = 200

/** A job's number in the last listing and nothing else. */
const asNumber = /^%([1-9]\d{0,8})$/
const asDigits = /^[1-9]\d{0,8}$/
/** Digits that are more likely to be a number than the beginning of an id, of which one digit begins every tenth. */
const asFewDigits = /^[1-9]\d{0,2}$/
const asId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The job that a user means by `3` or `%3` (its number in the listing this user saw last), its id, the beginning of its
 * id, or its name. Unless the id was given whole it tells on stderr which job that is, before anything is done to it.
 *
 * Up to three digits are a number where the last listing has it; where they could be something else too, that is told.
 * More of them, or a job that has such a name, are ambiguous then. @throws JobNotFoundError, AmbiguousJobError
 */
export async function findJob(reference: string, connection: ServerConnection): Promise<JobInfo> {
  if (asId.test(reference)) {
    const job = await get(reference, connection)
    if (job !== undefined) return job
  }
  const number = asNumber.exec(reference)?.[1]
  const {
    id,
    listed,
    others = 0,
  } = number === undefined ? await matching(reference, connection) : numbered(number, connection)
  const job = await get(id, connection)
  if (job === undefined) throw listed === undefined ? notFound(reference) : gone(reference, listed)
  if (id !== reference) note(`${reference} is ${describeJob(job)}, ${job.status}${alsoBegins(others)}`)
  return job
}

const alsoBegins = (others: number): string =>
  others === 0 ? '' : ` (by its number; ${others === 1 ? 'an id begins' : `${others} ids begin`} with it too)`

interface Found {
  readonly id: string
  /** Where it was found by its number. */
  readonly listed?: ListedJob
  /** Jobs whose ids begin with what was taken for a number. */
  readonly others?: number
}

function numbered(number: string, { settings }: ServerConnection): Found {
  const jobs = lastListing(settings.url.value)
  const listed = jobs[Number(number) - 1]
  if (listed !== undefined) return { id: listed.id, listed }
  const had = jobs.length === 0 ? 'there was none yet' : `it had ${jobs.length}`
  throw new JobNotFoundError(`There is no job number ${number} in the last listing: ${had}.`, {
    remedy: '`millrace list` numbers the jobs',
  })
}

async function matching(reference: string, connection: ServerConnection): Promise<Found> {
  const { client, settings, signal } = connection
  if (reference === '' || reference.length > LONGEST) throw notFound(reference)
  const query = { match: reference, limit: MOST_NAMED + 1 }
  const { items, total } = await client.jobs.list(query, { signal })
  const whole = items.find(({ id }) => id === reference)
  if (whole !== undefined) return whole
  const listed = asDigits.test(reference) ? lastListing(settings.url.value)[Number(reference) - 1] : undefined
  if (listed === undefined) {
    if (total === 1) return items[0]!
    if (total === 0) throw notFound(reference)
    throw new AmbiguousJobError(
      `${reference} could be\n${candidates(items, total)}`,
      'give more of the id, or its number in `millrace list`',
    )
  }
  const others = items.filter(({ id }) => id !== listed.id)
  const isCalledSo = others.some(({ name }) => name === reference)
  if (others.length === 0 || (asFewDigits.test(reference) && !isCalledSo)) {
    return { id: listed.id, listed, others: listed.id.startsWith(reference) ? total - 1 : total }
  }
  throw new AmbiguousJobError(
    `${reference} is the number of ${listed.id} "${oneLine(listed.name)}" in the last listing, and could also be\n${candidates(items, total)}`,
    `give %${reference} for the number, or more of the id`,
  )
}

async function get(id: string, { client, signal }: ServerConnection): Promise<JobInfo | undefined> {
  try {
    return await client.jobs.get(id, { signal })
  } catch (error) {
    if (error instanceof JobNotFoundError) return undefined
    throw error
  }
}

/** With whole ids, as beginnings may be all that they share. */
const candidates = (jobs: readonly JobSummary[], total: number): string =>
  [
    ...jobs
      .slice(0, MOST_NAMED)
      .map(({ id, name, status, submittedAt }) => `  ${id}  ${oneLine(name)}, ${status}, of ${submittedAt}`),
    ...(total > MOST_NAMED ? [`  and ${total - MOST_NAMED} more`] : []),
  ].join('\n')

const notFound = (reference: string): JobNotFoundError =>
  new JobNotFoundError(
    `There is no job with the id, the beginning of an id, or the name \`${oneLine(reference)}\`.`,
    { remedy: '`millrace list --all` shows the jobs there are' },
  )

const gone = (reference: string, listed: ListedJob): JobNotFoundError =>
  new JobNotFoundError(`${reference} was ${describeJob(listed)}, which is not there any more.`, {
    remedy: '`millrace list` numbers the jobs that there are now',
  })
