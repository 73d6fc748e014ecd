import process from 'node:process'
import type { SyncResult } from '../../protocol/provider-info.ts'
import { exitCodes } from '../exit-codes.ts'
import { printOne } from '../output/listing.ts'
import { oneLine } from '../output/text-width.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'

export interface SyncOptions {
  readonly provider: string | undefined
  readonly limit: number | undefined
}

/** Looks for jobs at providers, and tells what came of it. A provider that cannot be asked is a failure. */
export async function syncJobs(
  options: SyncOptions,
  { client, settings, signal }: ServerConnection,
): Promise<void> {
  const result = await client.jobs.sync({ ...options, signal })
  await printOne(result, settings.output.value, {
    name: ({ failed }) => failed.map(({ provider }) => provider).join('\n'),
    text: () => oneLine(result.message),
  })
  tellTroubles(result)
  if (result.failed.length > 0) process.exitCode = exitCodes.failed
}

function tellTroubles({ failed, unknownStatuses }: SyncResult): void {
  for (const { provider, error } of failed) note(`${provider} cannot be asked: ${oneLine(error)}`)
  for (const { provider, status } of unknownStatuses) {
    note(`${provider} calls a status \`${oneLine(status)}\`, which is not in its table: it changes nothing`)
  }
}
