import process from 'node:process'
import type { RemoteProgram } from '../environment/command-host.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { findEntry, type ProgramEntry } from '../environment/seat/find-entry.ts'
import type { ProgramOptions, RemoteServerOptions, RemoteSettings } from './remote-options.ts'
import type { SubmitRequest } from './submission.ts'

/** What of a submission comes from options and from where the program was started. */
export type ProgramParts = Pick<
  SubmitRequest,
  'argv' | 'env' | 'secrets' | 'priority' | 'memoryMb' | 'loadTimeout'
>

/** @throws InvalidArgumentError when a secret is not set. */
export function programParts(
  name: string,
  { program, job }: RemoteSettings,
  { isRunning }: Pick<ProgramEntry, 'isRunning'>,
): ProgramParts {
  const { priority, memoryMb, loadTimeout } = job
  return {
    argv: program.argv ?? (isRunning ? process.argv.slice(2) : []),
    env: variables(program.env),
    secrets: secretsOf(name, program.secrets),
    priority,
    memoryMb,
    loadTimeout,
  }
}

/** The same for a command that submits the program in its place. @throws InvalidArgumentError */
export function remoteProgram(name: string, settings: RemoteSettings): RemoteProgram {
  const { server, program } = settings
  const entry = findEntry(program.entry)
  const { isRunning } = entry
  const { argv, ...parts } = programParts(name, settings, entry)
  return {
    ...parts,
    url: urlOf(server),
    token: server.token,
    entry: entry.file,
    ordinal: program.ordinal ?? (isRunning ? undefined : 0),
    argv,
    assets: program.assets ?? [],
    packages: program.packages ?? [],
    external: program.external ?? [],
  }
}

function urlOf({ url, host, port }: RemoteServerOptions): string | undefined {
  if (url !== undefined) return String(url)
  if (host === undefined && port === undefined) return undefined
  const address = host ?? '127.0.0.1'
  return `http://${address.includes(':') ? `[${address}]` : address}:${port ?? 19_001}`
}

/** Those of the variables that are set here. */
function variables(names: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** @throws InvalidArgumentError when one is not set: a job without it would fail later, and elsewhere. */
function secretsOf(name: string, secrets: ProgramOptions['secrets'] = []): Readonly<Record<string, string>> {
  if (!isList(secrets)) return secrets
  const missing = secrets.filter((secret) => process.env[secret] === undefined)
  if (missing.length === 0) return variables(secrets)
  throw new InvalidArgumentError(`The secrets ${missing.join(', ')} of environment "${name}" are not set.`, {
    remedy: 'Set these environment variables, or pass values: { secrets: { NAME: value } }.',
  })
}

function isList(secrets: NonNullable<ProgramOptions['secrets']>): secrets is readonly string[] {
  return Array.isArray(secrets)
}
