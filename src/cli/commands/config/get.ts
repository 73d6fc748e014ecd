import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { exitCodes } from '../../exit-codes.ts'
import { serverCommand } from '../../server-command.ts'
import { configKeys } from '../../settings/config-keys.ts'
import { note, print } from '../../terminal.ts'

const example = `
Exit codes:
  0  it has a value
  3  it has none

Example:
  $ millrace config get url
  $ curl -H "Authorization: Bearer $(millrace config get token)" "$(millrace config get url)/api/v1/jobs"`

export const getCommand = (): CommandUnknownOpts =>
  serverCommand('get')
    .summary('print a setting')
    .description('Prints the value that a setting has, wherever that comes from: also a token, as it is.')
    .addArgument(new Argument('<key>', 'which one').choices(configKeys))
    .addHelpText('after', example)
    .action(async (key, given) => {
      const { resolveSettings } = await import('../../settings/settings.ts')
      const settings = resolveSettings(given, process.env)
      const { value } = settings[key]
      if (value !== null) return print(String(key === 'timeout' ? settings.timeout.value / 1000 : value))
      note(`\`${key}\` has no value`)
      process.exitCode = exitCodes.notFound
    })
