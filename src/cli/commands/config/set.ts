import { Argument, Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { configKeys } from '../../settings/config-keys.ts'
import { contextOption } from './context-option.ts'

const example = `
A token is read from the standard input, as others could see it in the command line:
  $ millrace config set token - < token.txt

Example:
  $ millrace config set output wide
  $ millrace config set timeout 5
  $ millrace config set url https://jobs.example.org --context production`

export const setCommand = (): CommandUnknownOpts =>
  new Command('set')
    .summary('set a setting in the configuration file')
    .description(
      'Sets a setting in the configuration file. url, token and tokenFile belong to a context: to the one in use unless another is named.',
    )
    .addArgument(new Argument('<key>', 'which one').choices(configKeys))
    .argument('<value>', 'what it is from now on; - reads it from the standard input')
    .addOption(contextOption())
    .addHelpText('after', example)
    .action(async (key, value, given) => {
      const { changeConfig, contextToChange } = await import('../../settings/change-config.ts')
      const { withSetting } = await import('../../settings/config-keys.ts')
      const text = await textFor(key, value)
      changeConfig((config, path) =>
        withSetting(config, key, text, { context: contextToChange(given.context, config), path }),
      )
    })

async function textFor(key: (typeof configKeys)[number], value: string): Promise<string> {
  if (value !== '-') {
    if (key !== 'token') return value
    const { InvalidArgumentError } = await import('../../../errors/invalid-argument-error.ts')
    throw new InvalidArgumentError('A token in the command line can be seen by others.', {
      remedy: 'give it on the standard input: millrace config set token - < token.txt',
    })
  }
  const { readStandardInput } = await import('../../settings/change-config.ts')
  if (key !== 'token') return readStandardInput().trim()
  const { checkToken } = await import('../../../jobs/daemon/token-file.ts')
  return checkToken(readStandardInput(), 'the standard input')
}
