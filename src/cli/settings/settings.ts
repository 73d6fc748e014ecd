import { dirname, resolve } from 'node:path'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { dataFolder } from '../../jobs/daemon/data-folder.ts'
import { localUrl, readServerFile } from '../../jobs/daemon/server-file.ts'
import { checkToken, readTokenFile } from '../../jobs/daemon/token-file.ts'
import { type OutputFormat, outputFormats } from '../output/output-format.ts'
import { type ConfigFile, configPath, readConfig, type ServerContext } from './config-file.ts'
import { asSeconds } from './config-keys.ts'
import { contextNamed, isServerUrl, unknownContext } from './contexts.ts'
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

/**
 * What a command goes by: flags before the environment, before the context in the file, before what is usual. A context
 * that is named by a flag goes before the environment too. The token of a context is sent to its own server only.
 */
export interface Settings {
  /** Null: none is chosen. */
  readonly context: Setting<string | null>
  readonly url: Setting<string>
  /** Null: none is sent. */
  readonly token: Setting<string | null>
  /** Absolute path of the file that the token was read from. Null: it was not in a file of its own. */
  readonly tokenFile: Setting<string | null>
  /** Milliseconds for an answer. */
  readonly timeout: Setting<number>
  readonly output: Setting<OutputFormat>
}

type Environment = Readonly<Record<string, string | undefined>>

export const DEFAULT_URL = 'http://127.0.0.1:19001'
const DEFAULT_TIMEOUT = 30_000
const byDefault: Setting<null> = { value: null, origin: 'default' }

/** @throws InvalidArgumentError for a setting that can never work, naming where it comes from. */
export function resolveSettings(given: GivenServerOptions, env: Environment): Settings {
  const path = configPath(env)
  const file = readConfig(path)
  const context = contextOf(given, env, file, path)
  const server = serverOf(context, file, path)
  const from = `context ${context.value} in ${path}`
  const ofContext = server.url === undefined ? undefined : { value: server.url, origin: from }
  const isNamed = given.context !== undefined
  const other = urlOfFlags(given) ?? (isNamed && ofContext !== undefined ? undefined : urlOfEnvironment(env))
  const url = checkedUrl(other ?? ofContext ?? localServer(env))
  const kept = other === undefined ? tokenOfContext(server, from, path) : undefined
  const secret =
    tokenOfFlags(given) ??
    (isNamed ? (kept ?? tokenOfEnvironment(env)) : (tokenOfEnvironment(env) ?? kept)) ??
    noToken
  return {
    context,
    url,
    token: tokenOf(secret),
    tokenFile: secret.file === undefined ? byDefault : { value: secret.file, origin: secret.origin },
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
  return file.context === undefined ? byDefault : { value: file.context, origin: path }
}

function serverOf({ value, origin }: Setting<string | null>, file: ConfigFile, path: string): ServerContext {
  if (value === null) return {}
  const server = contextNamed(file, value)
  if (server !== undefined) return server
  throw unknownContext(value, file, origin === path ? path : `${path} (${origin})`)
}

function urlOfFlags({ url, host, port }: GivenServerOptions): Setting<string> | undefined {
  if (url !== undefined) {
    if (host === undefined && port === undefined) return { value: url, origin: '--url' }
    throw new InvalidArgumentError('--url is given together with --host or --port.', {
      remedy: 'give --url alone, or host and port',
    })
  }
  const origin = [...(host === undefined ? [] : ['--host']), ...(port === undefined ? [] : ['--port'])]
  return origin.length === 0 ? undefined : { value: urlAt(host, port), origin: origin.join(', ') }
}

function urlOfEnvironment(env: Environment): Setting<string> | undefined {
  if (env['MILLRACE_URL']) return { value: env['MILLRACE_URL'], origin: 'MILLRACE_URL' }
  const names = ['MILLRACE_HOST', 'MILLRACE_PORT'].filter((name) => env[name])
  if (names.length === 0) return undefined
  const value = urlAt(env['MILLRACE_HOST'] || undefined, env['MILLRACE_PORT'] || undefined)
  return { value, origin: names.join(', ') }
}

/** A server that was started here need not be told of twice. */
function localServer(env: Environment): Setting<string> {
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
  if (isServerUrl(value)) return setting
  throw new InvalidArgumentError(`\`${value}\` (${origin}) is no address of a server.`, {
    remedy: 'give one like http://127.0.0.1:19001',
  })
}

/** Where a token is to be had: it, or the absolute path of a file that holds it. */
interface Secret {
  readonly token?: string
  readonly file?: string
  readonly origin: string
}

const noToken: Secret = { origin: 'default' }

/** A token on the command line could be read by every user of the machine, so there is no flag for one. */
const tokenOfFlags = ({ tokenFile }: GivenServerOptions): Secret | undefined =>
  tokenFile === undefined ? undefined : { file: resolve(tokenFile), origin: '--token-file' }

function tokenOfEnvironment(env: Environment): Secret | undefined {
  const [token, file] = [env['MILLRACE_TOKEN'], env['MILLRACE_TOKEN_FILE']]
  if (token) return { token, origin: 'MILLRACE_TOKEN' }
  return file ? { file: resolve(file), origin: 'MILLRACE_TOKEN_FILE' } : undefined
}

function tokenOfContext({ token, tokenFile }: ServerContext, from: string, path: string): Secret | undefined {
  if (token !== undefined) return { token, origin: from }
  // As seen from the file that names it, not from wherever a command is called.
  return tokenFile === undefined ? undefined : { file: resolve(dirname(path), tokenFile), origin: from }
}

function tokenOf({ token, file, origin }: Secret): Setting<string | null> {
  if (token !== undefined) return { value: checkToken(token, `the token (${origin})`), origin }
  if (file !== undefined) return { value: readTokenFile(file, `the token file ${file} (${origin})`), origin }
  return byDefault
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
    const seconds = asSeconds(named)
    if (seconds !== undefined) return { value: seconds * 1000, origin: 'MILLRACE_TIMEOUT' }
    throw new InvalidArgumentError(`\`${named}\` (MILLRACE_TIMEOUT) is no number of seconds.`, {
      remedy: 'give seconds, as in 30 or 0.5',
    })
  }
  if (file.timeout !== undefined) return { value: file.timeout * 1000, origin: path }
  return { value: DEFAULT_TIMEOUT, origin: 'default' }
}

/** How things are shown, whichever server is asked. */
export function outputOf(
  { output }: Pick<GivenServerOptions, 'output'>,
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
