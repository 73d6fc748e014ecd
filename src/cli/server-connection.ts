import process from 'node:process'
import type { JobManagerClient } from '../client/job-manager-client.ts'
import { untilInterrupted } from './interrupts.ts'
import type { GivenServerOptions, Settings } from './settings/settings.ts'

/** What a command has to do its work with. */
export interface ServerConnection {
  readonly client: JobManagerClient
  readonly settings: Settings
  /** Aborted by Ctrl-C. For everything that is awaited. */
  readonly signal: AbortSignal
}

/** Does a command's work with the server that its options name. The connection is closed behind it. */
export async function withServer<T>(
  given: GivenServerOptions,
  work: (connection: ServerConnection) => Promise<T>,
): Promise<T> {
  const [{ resolveSettings }, { JobManagerClient: Client }] = await Promise.all([
    import('./settings/settings.ts'),
    import('../client/job-manager-client.ts'),
  ])
  const settings = resolveSettings(given, process.env)
  return untilInterrupted(async (signal) => {
    const { url, token, timeout } = settings
    const client = new Client({
      url: url.value,
      timeout: timeout.value,
      // Who sits at a terminal would rather know than wait.
      retry: { attempts: 2 },
      ...(token.value === null ? {} : { token: token.value }),
    })
    try {
      return await work({ client, settings, signal })
    } finally {
      await client.close()
    }
  })
}
