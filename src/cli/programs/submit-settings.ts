import { readFileSync } from 'node:fs'
import process from 'node:process'
import { parseEnv } from 'node:util'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { GivenServerOptions } from '../settings/settings.ts'

/** As commander gives them. */
export interface GivenSubmitOptions extends GivenServerOptions {
  readonly detach?: true | undefined
  readonly save?: string | undefined
  readonly name?: string | undefined
  readonly autostop?: boolean | undefined
  readonly env?: readonly string[] | undefined
  readonly envFile?: readonly string[] | undefined
  readonly secret?: readonly string[] | undefined
  readonly asset?: readonly string[] | undefined
  readonly package?: readonly string[] | undefined
  readonly external?: readonly string[] | undefined
  readonly priority?: number | undefined
  readonly memory?: number | undefined
  readonly ordinal: number
}

/** What a program has in its environment, here and on the server. */
export interface GivenVariables {
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

/** @throws InvalidArgumentError for what is no variable, is not set, or stands in a file that cannot be read. */
export function givenVariables({ env = [], envFile = [], secret = [] }: GivenSubmitOptions): GivenVariables {
  const ofFiles: Record<string, string> = {}
  for (const file of envFile) Object.assign(ofFiles, readEnvFile(file))
  const variables = { ...ofFiles, ...Object.fromEntries(env.map(readVariable)) }
  const secrets = Object.fromEntries(secret.map((name) => [name, secretOf(name, variables)]))
  const open = Object.entries(variables).filter(([name]) => !(name in secrets))
  return { env: Object.fromEntries(open), secrets }
}

function readEnvFile(file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new InvalidArgumentError(`The file '${file}' of --env-file cannot be read.`, {
      remedy: 'Name a file with lines such as NAME=value.',
      cause,
    })
  }
}

function readVariable(given: string): [string, string] {
  const at = given.indexOf('=')
  const name = at === -1 ? given : given.slice(0, at)
  if (!/^[A-Za-z_]\w*$/.test(name)) throw noVariable(given)
  const value = at === -1 ? process.env[name] : given.slice(at + 1)
  if (value === undefined) throw notSet(name, '--env')
  return [name, value]
}

function secretOf(name: string, variables: Readonly<Record<string, string>>): string {
  // Its value must not be in the list of processes.
  if (name.includes('=')) throw noVariable(name.slice(0, name.indexOf('=')), '--secret takes its name alone.')
  const value = variables[name] ?? process.env[name]
  if (value === undefined) throw notSet(name, '--secret')
  return value
}

function noVariable(
  given: string,
  remedy = 'Give --env NAME=value, or --env NAME for one that is set here.',
) {
  return new InvalidArgumentError(`'${given}' is no environment variable.`, { remedy })
}

function notSet(name: string, option: string): InvalidArgumentError {
  return new InvalidArgumentError(`The environment variable ${name} of ${option} is not set.`, {
    remedy: 'Set it, or have it in the file of --env-file.',
  })
}
