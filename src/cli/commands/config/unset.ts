import { Argument, Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { configKeys } from '../../settings/config-keys.ts'
import { contextOption } from './context-option.ts'

const example = `
Example:
  $ millrace config unset timeout
  $ millrace config unset tokenFile --context production`

export const unsetCommand = (): CommandUnknownOpts =>
  new Command('unset')
    .summary('take a setting out of the configuration file')
    .description('Takes a setting out of the configuration file: what is usual is then used again.')
    .addArgument(new Argument('<key>', 'which one').choices(configKeys))
    .addOption(contextOption())
    .addHelpText('after', example)
    .action(async (key, given) => {
      const { changeConfig, contextToChange } = await import('../../settings/change-config.ts')
      const { withoutSetting } = await import('../../settings/config-keys.ts')
      changeConfig((config, path) =>
        withoutSetting(config, key, { context: contextToChange(given.context, config), path }),
      )
    })
