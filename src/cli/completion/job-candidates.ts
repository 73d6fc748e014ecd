import { isActive, type JobStatus } from '../../job/job-status.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import { lastListing } from '../job-reference/last-listing.ts'
import { askServer } from './ask-server.ts'
import type { CommandCursor } from './command-cursor.ts'
import type { Candidate } from './completion.ts'

/** The newest jobs that are offered. */
const MOST_JOBS = 200

/** The jobs that a command can do something with, where that is not all of them. */
const fitting: Readonly<Record<string, (status: JobStatus) => boolean>> = {
  stop: isActive,
  cancel: isActive,
  continue: (status) => status === 'stopped',
}

/** Ids and names of jobs; numbers of the last listing behind a `%`. None where the server does not answer at once. */
export function jobCandidates(
  { command, given, text, operands }: CommandCursor,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Candidate[]> {
  return askServer(given, env, async (client, url) => {
    if (text.startsWith('%')) {
      return lastListing(url, env).map(({ name }, i) => ({ value: `%${i + 1}`, description: name }))
    }
    const { items } = await client.jobs.list({ limit: MOST_JOBS })
    const isFitting = fitting[command.name()] ?? (() => true)
    return candidatesFor(
      items.filter(
        ({ id, name, status }) => isFitting(status) && !operands.includes(id) && !operands.includes(name),
      ),
    )
  })
}

/** Names that several jobs have would not say which. */
function candidatesFor(jobs: readonly JobSummary[]): readonly Candidate[] {
  const counts = new Map<string, number>()
  for (const { name } of jobs) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [
    ...jobs
      .filter(({ name }) => counts.get(name) === 1)
      .map(({ id, name, status }) => ({ value: name, description: `${status}, ${id}` })),
    ...jobs.map(({ id, name, status }) => ({ value: id, description: `${status}, ${name}` })),
  ]
}
