import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import process from 'node:process'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { type OutputFormat, outputFormats } from '../output/output-format.ts'

/** How one server is reached. */
export interface ServerContext {
  readonly url?: string
  readonly token?: string
  readonly tokenFile?: string
}

/** The user's own settings, a file in JSON. */
export interface ConfigFile {
  /** Which of the contexts is used where none is named. */
  readonly context?: string
  readonly output?: OutputFormat
  /** Seconds. */
  readonly timeout?: number
  readonly contexts?: Readonly<Record<string, ServerContext>>
}

type Environment = Readonly<Record<string, string | undefined>>

/** A folder of the XDG base directory specification, which ignores paths that are not absolute. */
const xdg = (env: Environment, name: string, fallback: string): string => {
  const given = env[name]
  return given !== undefined && isAbsolute(given) ? given : join(homedir(), fallback)
}

/** `$MILLRACE_CONFIG`, else `millrace/config.json` in `$XDG_CONFIG_HOME` or `~/.config`. */
export const configPath = (env: Environment): string =>
  env['MILLRACE_CONFIG'] || join(xdg(env, 'XDG_CONFIG_HOME', '.config'), 'millrace', 'config.json')

/** For what commands remember of one call for the next: `millrace` in `$XDG_STATE_HOME` or `~/.local/state`. */
export const stateFolder = (env: Environment): string =>
  join(xdg(env, 'XDG_STATE_HOME', join('.local', 'state')), 'millrace')

/** Empty where there is no file. @throws InvalidArgumentError for one that cannot be understood. */
export function readConfig(path: string): ConfigFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw unreadable(path, reasonOf(error), error)
  }
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch (error) {
    throw unreadable(path, reasonOf(error), error)
  }
  const trouble = troubleWith(config)
  if (trouble !== undefined) throw unreadable(path, trouble)
  return config as ConfigFile
}

/**
 * Replaces the file at once. It may hold tokens, so it is its owner's alone. A link stays one: what it leads to is
 * replaced.
 *
 * @throws InvalidArgumentError where it cannot be written.
 */
export function writeConfig(path: string, config: ConfigFile): void {
  let next: string | undefined
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const file = existsSync(path) ? realpathSync(path) : path
    next = `${file}.${process.pid}.next`
    writeFileSync(next, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(next, file)
  } catch (error) {
    if (next !== undefined) rmSync(next, { force: true })
    throw new InvalidArgumentError(`The configuration file ${path} cannot be written: ${reasonOf(error)}`, {
      remedy: 'name one that can in MILLRACE_CONFIG',
      cause: error,
    })
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string'

/** What is wrong with the content of a file, in words. */
function troubleWith(config: unknown): string | undefined {
  if (!isRecord(config)) return 'it holds no JSON object'
  const { context, output, timeout, contexts = {}, ...others } = config
  const [other] = Object.keys(others)
  if (other !== undefined) return `there is no setting \`${other}\``
  if (!isText(context)) return '`context` is no text'
  if (output !== undefined && !outputFormats.includes(output as OutputFormat)) {
    return `\`output\` is none of ${outputFormats.join(', ')}`
  }
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0)) {
    return '`timeout` is no number of seconds'
  }
  if (!isRecord(contexts)) return '`contexts` is no object'
  for (const [name, server] of Object.entries(contexts)) {
    if (!isRecord(server)) return `the context \`${name}\` is no object`
    const wrong = Object.keys(server).find(
      (key) => !['url', 'token', 'tokenFile'].includes(key) || !isText(server[key]),
    )
    if (wrong !== undefined)
      return `\`${wrong}\` of the context \`${name}\` is none of url, token, tokenFile, each a text`
  }
  return undefined
}

const unreadable = (path: string, why: string, cause?: unknown): InvalidArgumentError =>
  new InvalidArgumentError(`The configuration file ${path} cannot be used: ${why}`, {
    remedy: 'mend it, move it away, or name another in MILLRACE_CONFIG',
    ...(cause === undefined ? {} : { cause }),
  })
