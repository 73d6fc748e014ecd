import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { note } from '../../terminal.ts'

const example = `
Example:
  $ millrace config use-context production`

export const useContextCommand = (): CommandUnknownOpts =>
  new Command('use-context')
    .summary('choose the context that is used where none is named')
    .description(
      'Chooses the context that is used where none is named. `millrace config unset context` chooses none.',
    )
    .argument('<context>', 'its name')
    .addHelpText('after', example)
    .action(async (name) => {
      const { changeConfig } = await import('../../settings/change-config.ts')
      const { withSetting } = await import('../../settings/config-keys.ts')
      changeConfig((config, path) => withSetting(config, 'context', name, { context: undefined, path }))
      note(`Commands now use ${name}`)
      const named = process.env['MILLRACE_CONTEXT']
      if (named && named !== name) note(`In this shell MILLRACE_CONTEXT still says ${named}`)
    })
