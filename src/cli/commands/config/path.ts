import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { print } from '../../terminal.ts'

const example = `
Example:
  $ millrace config path`

export const pathCommand = (): CommandUnknownOpts =>
  new Command('path')
    .summary('print where the configuration file is')
    .description(
      'Prints where the configuration file is, or would be: $MILLRACE_CONFIG, else millrace/config.json in $XDG_CONFIG_HOME or ~/.config.',
    )
    .addHelpText('after', example)
    .action(async () => {
      const { configPath } = await import('../../settings/config-file.ts')
      print(configPath(process.env))
    })
