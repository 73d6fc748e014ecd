import process from 'node:process'
import type { ProviderInfo } from '../../protocol/provider-info.ts'
import { realClock } from '../../time/real-clock.ts'
import { formatDuration } from '../format.ts'
import { sinceThen } from '../job-list/job-columns.ts'
import { type Field, fieldLines } from '../job-report/report-style.ts'
import { type Colors, colorsOf } from '../output/colors.ts'
import { printListing, printOne } from '../output/listing.ts'
import type { Column } from '../output/table.ts'
import { oneLine } from '../output/text-width.ts'
import type { ServerConnection } from '../server-connection.ts'
import { columns } from '../terminal.ts'

/** Lists the places where jobs run, and how they are. */
export async function listProviders({ client, settings, signal }: ServerConnection): Promise<void> {
  const now = realClock.now()
  const colors = colorsOf(process.stdout)
  const table: readonly Column<ProviderInfo>[] = [
    { heading: 'NAME', value: ({ name }) => name },
    { heading: 'TYPE', value: ({ type }) => type },
    { heading: 'STATE', value: stateOf, color: (provider) => colorOfState(colors, provider) },
    { heading: 'ACTIVE', value: ({ activeJobs }) => String(activeJobs), align: 'right' },
    { heading: 'POLLED', value: describePolling },
    { heading: 'SYNCED', value: ({ lastSyncAt }) => ago(lastSyncAt, now), optional: true },
    { heading: 'CAN', value: describeCapabilities, wide: true },
    { heading: 'WEBHOOK', value: ({ webhook }) => (webhook ? 'yes' : 'no'), wide: true },
    { heading: 'LAST ERROR', value: ({ lastError }) => lastError ?? '', least: 12, optional: true },
  ]
  await printListing(
    await client.providers.list({ signal }),
    {
      columns: table,
      name: ({ name }) => name,
      none: 'The server knows of no providers: its settings say where else jobs run',
    },
    settings.output.value,
  )
}

/** Shows how one of them is. */
export async function showProvider(
  name: string,
  { client, settings, signal }: ServerConnection,
): Promise<void> {
  const provider = await client.providers.get(name, { signal })
  const now = realClock.now()
  const colors = colorsOf(process.stdout)
  const { lastError, unknownStatuses } = provider
  const fields: readonly (Field | null)[] = [
    ['name', name],
    ['type', provider.type],
    ['state', stateOf(provider), colorOfState(colors, provider)],
    lastError === null ? null : ['last error', oneLine(lastError), colors.red],
    ['active jobs', String(provider.activeJobs)],
    ['polled', describePolling(provider)],
    ['last polled', ago(provider.lastPollAt, now)],
    ['last synced', ago(provider.lastSyncAt, now)],
    ['webhook', provider.webhook ? 'yes' : 'no'],
    ['can', describeCapabilities(provider)],
    unknownStatuses.length === 0
      ? null
      : ['unknown statuses', unknownStatuses.map(oneLine).join(', '), colors.yellow],
  ]
  const style = { now, colors, isWide: false, columns: process.stdout.isTTY ? columns() : Infinity }
  await printOne(provider, settings.output.value, {
    name: (one) => one.name,
    text: () =>
      fieldLines(
        fields.filter((field) => field !== null),
        style,
      ).join('\n'),
  })
}

/** `ok`, `failing` after a call that failed, `left alone` after so many that it is not asked for a while. */
function stateOf({ breaker, lastError }: ProviderInfo): string {
  if (breaker !== 'closed') return 'left alone'
  return lastError === null ? 'ok' : 'failing'
}

function colorOfState(colors: Colors, provider: ProviderInfo): (text: string) => string {
  const state = stateOf(provider)
  return state === 'ok' ? colors.green : state === 'failing' ? colors.yellow : colors.red
}

function describePolling({ polling, pollInterval }: ProviderInfo): string {
  if (polling === 'off' || pollInterval === null) return 'no'
  const every = `every ${formatDuration(pollInterval)}`
  return polling === 'safety' ? `${every}, beside webhooks` : every
}

const describeCapabilities = ({ capabilities }: ProviderInfo): string =>
  Object.entries(capabilities)
    .filter(([, can]) => can)
    .map(([what]) => what)
    .join(', ')

const ago = (time: string | null, now: number): string =>
  time === null ? 'never' : `${formatDuration(sinceThen(time, now))} ago`
