import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { dataFolder } from '../../jobs/daemon/data-folder.ts'
import { localUrl, readServerFile } from '../../jobs/daemon/server-file.ts'
import { readTokenFile } from '../../jobs/daemon/token-file.ts'
import { type OutputFormat, outputFormats } from '../output/output-format.ts'
import { type ConfigFile, configPath, readConfig, type ServerContext } from './config-file.ts'
import type { Setting } from './setting.ts'

/** As commander gives them, of the options that every command that asks a server has. */
export type GivenServerOptions = {
  readonly context?: string | undefined
  readonly url?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly tokenFile?: string | undefined
  /** Milliseconds. */
  readonly timeout?: number | undefined
  readonly output?: OutputFormat | undefined
}

/** What a command goes by: flags before the environment, before the context in the file, before what is usual. */
export interface Settings {
  /** Null: none is chosen. */
  readonly context: Setting<string | null>
  readonly url: Setting<string>
  /** Null: none is sent. */
  readonly token: Setting<string | null>
  /** Milliseconds for an answer. */
  readonly timeout: Setting<number>
  readonly output: Setting<OutputFormat>
}

type Environment = Readonly<Record<string, string | undefined>>

export const DEFAULT_URL = 'http://127.0.0.1:19001'
const DEFAULT_TIMEOUT = 30_000

/** @throws InvalidArgumentError for a setting that can never work, naming where it comes from. */
export function resolveSettings(given: GivenServerOptions, env: Environment): Settings {
  const path = configPath(env)
  const file = readConfig(path)
  const context = contextOf(given, env, file, path)
  const server = serverOf(context, file, path)
  const from = `context ${context.value} in ${path}`
  return {
    context,
    url: urlOf(given, env, server, from),
    token: tokenOf(given, env, server, from),
    timeout: timeoutOf(given, env, file, path),
    output: outputOf(given, env, file, path),
  }
}

function contextOf(
  { context }: GivenServerOptions,
  env: Environment,
  file: ConfigFile,
  path: string,
): Setting<string | null> {
  if (context !== undefined) return { value: context, origin: '--context' }
  const named = env['MILLRACE_CONTEXT']
  if (named) return { value: named, origin: 'MILLRACE_CONTEXT' }
  return file.context === undefined
    ? { value: null, origin: 'default' }
    : { value: file.context, origin: path }
}

function serverOf({ value, origin }: Setting<string | null>, file: ConfigFile, path: string): ServerContext {
  if (value === null) return {}
  const server = file.contexts?.[value]
  if (server !== undefined) return server
  const names = Object.keys(file.contexts ?? {})
  throw new InvalidArgumentError(`There is no context \`${value}\` (${origin}) in ${path}.`, {
    remedy:
      names.length === 0
        ? `make it: millrace config set-context ${value} --url http://127.0.0.1:19001`
        : `choose one of ${names.join(', ')}, or make it with millrace config set-context ${value}`,
  })
}

function urlOf(
  { url, host, port }: GivenServerOptions,
  env: Environment,
  server: ServerContext,
  from: string,
): Setting<string> {
  if (url !== undefined) {
    if (host === undefined && port === undefined) return checkedUrl({ value: url, origin: '--url' })
    throw new InvalidArgumentError('--url is given together with --host or --port.', {
      remedy: 'give --url alone, or host and port',
    })
  }
  if (host !== undefined || port !== undefined) {
    const origin = [host === undefined ? '' : '--host', port === undefined ? '' : '--port']
    return checkedUrl({ value: urlAt(host, port), origin: origin.filter((name) => name !== '').join(', ') })
  }
  if (env['MILLRACE_URL']) return checkedUrl({ value: env['MILLRACE_URL'], origin: 'MILLRACE_URL' })
  if (env['MILLRACE_HOST'] || env['MILLRACE_PORT']) {
    const names = ['MILLRACE_HOST', 'MILLRACE_PORT'].filter((name) => env[name])
    const value = urlAt(env['MILLRACE_HOST'] || undefined, env['MILLRACE_PORT'] || undefined)
    return checkedUrl({ value, origin: names.join(', ') })
  }
  if (server.url !== undefined) return checkedUrl({ value: server.url, origin: from })
  // A server that was started here need not be told of twice.
  const { serverFile } = dataFolder(undefined, env)
  const local = readServerFile(serverFile)
  return local === undefined || local.port === 0
    ? { value: DEFAULT_URL, origin: 'default' }
    : { value: localUrl(local), origin: serverFile }
}

const urlAt = (host = '127.0.0.1', port: number | string = 19_001): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`

function checkedUrl(setting: Setting<string>): Setting<string> {
  const { value, origin } = setting
  if (URL.canParse(value) && /^https?:/.test(value)) return setting
  throw new InvalidArgumentError(`\`${value}\` (${origin}) is no address of a server.`, {
    remedy: 'give one like http://127.0.0.1:19001',
  })
}

/** A token on the command line could be read by every user of the machine, so there is no flag for one. */
function tokenOf(
  { tokenFile }: GivenServerOptions,
  env: Environment,
  server: ServerContext,
  from: string,
): Setting<string | null> {
  if (tokenFile !== undefined) return { value: readTokenFile(tokenFile), origin: '--token-file' }
  if (env['MILLRACE_TOKEN']) return { value: env['MILLRACE_TOKEN'], origin: 'MILLRACE_TOKEN' }
  const file = env['MILLRACE_TOKEN_FILE']
  if (file) return { value: readTokenFile(file), origin: 'MILLRACE_TOKEN_FILE' }
  if (server.token !== undefined) return { value: server.token, origin: from }
  if (server.tokenFile !== undefined) return { value: readTokenFile(server.tokenFile), origin: from }
  return { value: null, origin: 'default' }
}

function timeoutOf(
  { timeout }: GivenServerOptions,
  env: Environment,
  file: ConfigFile,
  path: string,
): Setting<number> {
  if (timeout !== undefined) return { value: timeout, origin: '--timeout' }
  const named = env['MILLRACE_TIMEOUT']
  if (named) {
    const seconds = /^\d+(\.\d+)?$/.test(named) ? Number(named) : 0
    if (seconds > 0) return { value: seconds * 1000, origin: 'MILLRACE_TIMEOUT' }
    throw new InvalidArgumentError(`\`${named}\` (MILLRACE_TIMEOUT) is no number of seconds.`, {
      remedy: 'give seconds, as in 30 or 0.5',
    })
  }
  if (file.timeout !== undefined) return { value: file.timeout * 1000, origin: path }
  return { value: DEFAULT_TIMEOUT, origin: 'default' }
}

function outputOf(
  { output }: GivenServerOptions,
  env: Environment,
  file: ConfigFile,
  path: string,
): Setting<OutputFormat> {
  if (output !== undefined) return { value: output, origin: '--output' }
  const named = env['MILLRACE_OUTPUT']
  if (named) {
    const format = outputFormats.find((one) => one === named)
    if (format !== undefined) return { value: format, origin: 'MILLRACE_OUTPUT' }
    throw new InvalidArgumentError(`\`${named}\` (MILLRACE_OUTPUT) is no way to show anything.`, {
      remedy: `choose one of ${outputFormats.join(', ')}`,
    })
  }
  if (file.output !== undefined) return { value: file.output, origin: path }
  return { value: 'table', origin: 'default' }
}
