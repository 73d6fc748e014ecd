import { JobManagerClient } from '../../client/job-manager-client.ts'
import { resolveSettings } from '../settings/settings.ts'
import type { CommandCursor } from './command-cursor.ts'

/** Who has pressed the tab key would rather have nothing than wait. Milliseconds. */
const PATIENCE = 2_000

/** Asks the server that the options name. Nothing is found where it does not answer at once. */
export async function askServer<T>(
  given: CommandCursor['given'],
  env: Readonly<Record<string, string | undefined>>,
  ask: (client: JobManagerClient, url: string) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  let client: JobManagerClient | undefined
  try {
    const of = (name: string): string | undefined =>
      typeof given[name] === 'string' ? given[name] : undefined
    const port = of('port')
    const { url, token, timeout } = resolveSettings(
      {
        context: of('context'),
        url: of('url'),
        host: of('host'),
        port: port === undefined ? undefined : Number(port),
        tokenFile: of('tokenFile'),
      },
      env,
    )
    client = new JobManagerClient({
      url: url.value,
      timeout: Math.min(timeout.value, PATIENCE),
      retry: { attempts: 0 },
      ...(token.value === null ? {} : { token: token.value }),
    })
    return await ask(client, url.value)
  } catch {
    return []
  } finally {
    await client?.close()
  }
}
