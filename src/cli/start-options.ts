import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { KeptOptions } from '../jobs/daemon/server-file.ts'
import type { LogLevel } from '../jobs/daemon/server-log.ts'

/** As commander gives them. */
export interface GivenStartOptions {
  readonly data?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly token?: string | undefined
  readonly tokenFile?: string | undefined
  readonly maxRunning?: number | undefined
  readonly memory?: number | undefined
  readonly logLevel?: LogLevel | undefined
}

/** What a server is started with. */
export interface StartOptions extends KeptOptions {
  readonly token?: string
}

/** A token file goes before MILLRACE_TOKEN, which may be there for other commands. */
export function startOptions(given: GivenStartOptions): StartOptions {
  const { host, port, tokenFile, maxRunning, memory, logLevel } = given
  const token =
    tokenFile === undefined ? given.token : tokenFile === '-' ? readFileSync(0, 'utf8') : undefined
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(token === undefined ? {} : { token }),
    ...(tokenFile === undefined || tokenFile === '-' ? {} : { tokenFile: resolve(tokenFile) }),
    ...(maxRunning === undefined ? {} : { maxRunning }),
    ...(memory === undefined ? {} : { memoryMb: memory }),
    ...(logLevel === undefined ? {} : { logLevel }),
  }
}
