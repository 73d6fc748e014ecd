import process from 'node:process'
import type { ProgressReport } from '../../protocol/progress-report.ts'
import { Outcomes } from '../job-actions/outcomes.ts'
import { describeJob, shortId } from '../job-reference/describe-job.ts'
import { colorOfStatus, type Colors, colorsOf } from '../output/colors.ts'
import { printListing } from '../output/listing.ts'
import type { Column } from '../output/table.ts'
import { oneLine } from '../output/text-width.ts'
import { LiveLines } from '../screen/live-lines.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note, print } from '../terminal.ts'
import { describeEta, describeOrigin, describePercent, describeRate } from './progress-line.ts'

/** A job and how far it is. */
interface Row {
  readonly name: string
  readonly report: ProgressReport
}

/** Shows how far jobs are, a line for each. */
export async function showProgress(
  references: readonly string[],
  connection: ServerConnection,
): Promise<void> {
  const { client, settings, signal } = connection
  const outcomes = new Outcomes(references.length, connection)
  const jobs = await outcomes.find(references, connection)
  const rows = await Promise.all(
    jobs.map(({ id, name }) =>
      outcomes.attempt(async (): Promise<Row> => ({
        name,
        report: await client.progress.get(id, { signal }),
      })),
    ),
  )
  const shown = rows.filter((row) => row !== undefined)
  const format = settings.output.value
  if (format === 'table' || format === 'wide') {
    const columns = progressColumns(colorsOf(process.stdout))
    await printListing(shown, { columns, name: ({ report }) => report.job, none: '' }, format)
  } else {
    const reports = shown.map(({ report }) => report)
    await printListing(reports, { columns: [], name: ({ job }) => job, none: '' }, format)
  }
  for (const { name, report } of shown) tellNotRefreshed(name, report)
  outcomes.settle()
}

const progressColumns = (colors: Colors): readonly Column<Row>[] => [
  { heading: 'ID', value: ({ report }) => shortId(report.job) },
  { heading: 'NAME', value: ({ name }) => name, least: 8 },
  {
    heading: 'STATUS',
    value: ({ report }) => report.status,
    color: ({ report }) => colorOfStatus(colors, report.status),
    wide: true,
  },
  { heading: 'STAGE', value: ({ report }) => report.stage ?? '' },
  { heading: 'PROGRESS', value: ({ report }) => describePercent(report), align: 'right' },
  { heading: 'RATE', value: ({ report }) => describeRate(report), align: 'right', wide: true },
  { heading: 'LEFT', value: ({ report }) => describeEta(report), align: 'right', optional: true },
  { heading: 'FROM', value: ({ report }) => describeOrigin(report), wide: true },
  { heading: 'LAST LINE', value: ({ report }) => report.lastLog ?? '', least: 12, optional: true },
]

/** Shows how far jobs are, and each change of that, until they are all over. */
export async function followProgress(
  references: readonly string[],
  connection: ServerConnection,
): Promise<void> {
  const { client, settings, signal } = connection
  const outcomes = new Outcomes(references.length, connection)
  const jobs = await outcomes.find(references, connection)
  const format = settings.output.value
  const isData = format === 'json' || format === 'ndjson'
  const live = new LiveLines()
  const lines = new Map<string, string>()
  const tell = (name: string, report: ProgressReport): void => {
    if (isData) return print(JSON.stringify(report))
    const line = progressLine(name, report)
    if (lines.get(report.job) === line) return
    lines.set(report.job, line)
    if (live.isLive && process.stdout.isTTY) live.show([...lines.values()])
    else print(line)
  }
  try {
    await Promise.all(
      jobs.map(({ id, name }) =>
        outcomes.attempt(async () => {
          let last: ProgressReport | undefined
          for await (last of client.progress.follow(id, { signal })) tell(name, last)
          if (last !== undefined) live.aside(() => tellNotRefreshed(name, last))
        }),
      ),
    )
  } finally {
    live.close()
  }
  outcomes.settle()
}

/** `7f3c2a1b "prices"  Training  30.0 %  2 min 5 s left  step 1500/5000` */
export function progressLine(name: string, report: ProgressReport): string {
  const { job, stage, status, lastLog } = report
  const eta = describeEta(report)
  return [
    describeJob({ id: job, name }),
    stage ?? status,
    describePercent(report),
    eta === '' ? '' : `${eta} left`,
    lastLog ?? '',
  ]
    .filter((part) => part !== '')
    .map(oneLine)
    .join('  ')
}

function tellNotRefreshed(name: string, { job, refreshError }: ProgressReport): void {
  if (refreshError === null) return
  note(`${describeJob({ id: job, name })} is shown as last known: ${oneLine(refreshError)}`)
}
