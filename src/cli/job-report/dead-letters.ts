import type {
  DeadLetterCounts,
  DeadLetterDetail,
  DeadLetterInfo,
  LetterChoice,
} from '../../protocol/dead-letters.ts'
import { realClock } from '../../time/real-clock.ts'
import { confirm } from '../confirm.ts'
import { formatDuration } from '../format.ts'
import { sinceThen } from '../job-list/job-columns.ts'
import { describeJob } from '../job-reference/describe-job.ts'
import { findJob } from '../job-reference/find-job.ts'
import { printListing } from '../output/listing.ts'
import type { Column } from '../output/table.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'

/** Letters to a request. */
const PAGE = 200

export interface DeadLetterRequest {
  readonly letters: readonly number[]
  readonly operator: string | undefined
  readonly limit: number | undefined
  readonly deed: 'replay' | 'delete' | null
  readonly yes: boolean | undefined
}

/** Shows dead letters of a job, or does something with them. */
export async function deadLetters(
  reference: string,
  request: DeadLetterRequest,
  connection: ServerConnection,
): Promise<void> {
  const { client, settings, signal } = connection
  const { letters, operator, limit = 50, deed, yes } = request
  const job = await findJob(reference, connection)
  if (deed !== null) {
    const choice: LetterChoice =
      letters.length > 0 ? { ids: letters } : { all: true, ...(operator !== undefined && { operator }) }
    const which = letters.length > 0 ? countOf(letters.length) : 'all dead letters'
    if (deed === 'delete') await confirm(`Delete ${which} of ${describeJob(job)}?`, { yes, signal })
    const done = await client.deadLetters[deed](job.id, choice, { signal })
    const word = deed === 'delete' ? 'Deleted' : 'Replaying'
    return note(`${word} ${countOf(done.letters)} of ${describeJob(job)}`)
  }
  if (letters.length > 0) {
    const shown: DeadLetterDetail[] = []
    for (const letter of letters) shown.push(await client.deadLetters.get(job.id, letter, { signal }))
    return printListing(shown, { columns: detailColumns, name: nameOf, none: '' }, settings.output.value)
  }
  const items: DeadLetterInfo[] = []
  let cursor: string | undefined
  let counts: DeadLetterCounts
  do {
    const query = { limit: Math.min(PAGE, limit - items.length), operator, cursor }
    const page = await client.deadLetters.list(job.id, query, { signal })
    items.push(...page.items)
    counts = page.counts
    cursor = page.next ?? undefined
  } while (cursor !== undefined && items.length < limit)
  const listing = { columns: columnsAt(realClock.now()), name: nameOf, none: 'It has no dead letters' }
  await printListing(items, listing, settings.output.value)
  const lost = counts.dropped + counts.notKept
  if (lost > 0) note(`${countOf(lost)} more were not kept`)
}

const countOf = (count: number): string => `${count} dead letter${count === 1 ? '' : 's'}`

const nameOf = ({ id }: DeadLetterInfo): string => String(id)

const columnsAt = (now: number): readonly Column<DeadLetterInfo>[] => [
  { heading: 'ID', value: nameOf, align: 'right' },
  { heading: 'GIVEN UP', value: ({ at }) => `${formatDuration(sinceThen(at, now))} ago` },
  { heading: 'OPERATOR', value: ({ operator }) => operator, least: 8 },
  { heading: 'STATE', value: ({ state, obstacle }) => (obstacle === null ? state : `kept: ${obstacle}`) },
  { heading: 'ATTEMPTS', value: ({ attempts }) => String(attempts), align: 'right', wide: true },
  { heading: 'REPLAYS', value: ({ replays }) => String(replays), align: 'right', wide: true },
  { heading: 'KEY', value: ({ key }) => key ?? '', least: 6, wide: true },
  { heading: 'RECORD', value: ({ text }) => text, least: 12 },
  { heading: 'ERROR', value: ({ error }) => error.message, least: 12 },
]

const detailColumns: readonly Column<DeadLetterDetail>[] = [
  { heading: 'ID', value: nameOf, align: 'right' },
  { heading: 'OPERATOR', value: ({ operator }) => operator, least: 8 },
  { heading: 'RECORD', value: ({ record }) => record, least: 20 },
  { heading: 'ERROR', value: ({ error: { name, message } }) => `${name}: ${message}`, least: 12 },
  { heading: 'CAUSE', value: ({ cause }) => cause ?? '', least: 8 },
]
