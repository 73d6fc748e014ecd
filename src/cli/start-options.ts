import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { KeptOptions } from '../jobs/daemon/server-file.ts'
import type { LogLevel } from '../jobs/daemon/server-log.ts'

/** As commander gives them. */
export type GivenStartOptions = {
  readonly data?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly token?: string | undefined
  readonly tokenFile?: string | undefined
  readonly maxRunning?: number | undefined
  readonly memory?: number | undefined
  readonly logLevel?: LogLevel | undefined
  readonly settings?: string | undefined
  /** Milliseconds. */
  readonly pollInterval?: number | undefined
}

/** What a server is started with. */
export interface StartOptions extends KeptOptions {
  readonly token?: string
}

/** @throws InvalidArgumentError for a token that is none. */
export async function startOptions(given: GivenStartOptions): Promise<StartOptions> {
  const { host, port, tokenFile, maxRunning, memory, logLevel, settings, pollInterval } = given
  const token = await tokenOf(given)
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(token === undefined ? {} : { token }),
    ...(tokenFile === undefined || tokenFile === '-' ? {} : { tokenFile: resolve(tokenFile) }),
    ...(maxRunning === undefined ? {} : { maxRunning }),
    ...(memory === undefined ? {} : { memoryMb: memory }),
    ...(logLevel === undefined ? {} : { logLevel }),
    // A variable that is there and empty says nothing.
    ...(settings === undefined || settings === '' ? {} : { settings: resolve(settings) }),
    ...(pollInterval === undefined ? {} : { pollInterval }),
  }
}

/** A token file goes before MILLRACE_TOKEN, which may be there for other commands; the server reads it itself. */
async function tokenOf({ token, tokenFile }: GivenStartOptions): Promise<string | undefined> {
  if (tokenFile === undefined && (token === undefined || token === '')) return undefined
  const { checkToken, readTokenFile } = await import('../jobs/daemon/token-file.ts')
  if (tokenFile !== undefined && tokenFile !== '-') {
    // A file that cannot be used is told of here, and not by a server in the background.
    readTokenFile(resolve(tokenFile))
    return undefined
  }
  return tokenFile === '-'
    ? checkToken(readFileSync(0, 'utf8'), 'the standard input')
    : checkToken(token!, 'the token')
}
