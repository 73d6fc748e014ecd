import { existsSync } from 'node:fs'
import { availableParallelism, release, totalmem } from 'node:os'
import process from 'node:process'
import { MillraceError } from '../../errors/millrace-error.ts'
import type { ServerInfo } from '../../protocol/server-info.ts'
import { realClock } from '../../time/real-clock.ts'
import { packageVersion } from '../../util/package-version.ts'
import type { ServerConnection } from '../server-connection.ts'
import { configPath, readConfig, stateFolder } from '../settings/config-file.ts'

/** What there is to say of this command line, its machine, and the server that it asks. */
export interface SystemInfo {
  readonly client: {
    readonly version: string
    readonly node: string
    readonly platform: string
    readonly arch: string
    readonly release: string
    /** That this process may use. */
    readonly cores: number
    readonly memoryBytes: number
    /** Paths. */
    readonly config: string
    readonly configExists: boolean
    readonly state: string
    /** Names of servers in the configuration file, and which of them is used; null: none. */
    readonly contexts: readonly string[]
    readonly context: string | null
  }
  readonly server: {
    readonly url: string
    /** Who says that it is this one: `--url`, `MILLRACE_PORT`, the path of a file, `default`. */
    readonly origin: string
    /** What it says of itself; null: it cannot be asked. */
    readonly info: (ServerInfo & { readonly uptimeMs: number }) | null
  }
}

/** `failure` is why the server could not be asked; null: it was. */
export async function systemInfo({ client, settings, signal }: ServerConnection): Promise<{
  readonly info: SystemInfo
  readonly failure: MillraceError | null
}> {
  const config = configPath(process.env)
  let failure: MillraceError | null = null
  let server: ServerInfo | null = null
  try {
    server = await client.server({ signal })
  } catch (error) {
    if (!(error instanceof MillraceError) || signal.aborted) throw error
    failure = error
  }
  const info: SystemInfo = {
    client: {
      version: packageVersion(),
      node: process.versions.node,
      platform: process.platform,
      arch: process.arch,
      release: release(),
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      config,
      configExists: existsSync(config),
      state: stateFolder(process.env),
      contexts: Object.keys(readConfig(config).contexts ?? {}),
      context: settings.context.value,
    },
    server: {
      url: settings.url.value,
      origin: settings.url.origin,
      info: server && { ...server, uptimeMs: Math.max(0, realClock.now() - Date.parse(server.startedAt)) },
    },
  }
  return { info, failure }
}
