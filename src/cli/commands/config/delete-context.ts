import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { note } from '../../terminal.ts'

const example = `
Example:
  $ millrace config delete-context production`

export const deleteContextCommand = (): CommandUnknownOpts =>
  new Command('delete-context')
    .summary('forget a server')
    .description('Takes a context out of the configuration file, with its token. It asks before.')
    .argument('<context>', 'its name')
    .option('-y, --yes', 'do not ask')
    .option('--force', 'the same')
    .addHelpText('after', example)
    .action(async (name, { yes, force }) => {
      const { configPath, readConfig } = await import('../../settings/config-file.ts')
      const { changeConfig } = await import('../../settings/change-config.ts')
      const { contextNamed, unknownContext, withoutContext } = await import('../../settings/contexts.ts')
      const { confirm } = await import('../../confirm.ts')
      const { untilInterrupted } = await import('../../interrupts.ts')
      const path = configPath(process.env)
      const config = readConfig(path)
      const server = contextNamed(config, name)
      if (server === undefined) throw unknownContext(name, config, path)
      const what = `Delete the context ${name}${server.url === undefined ? '' : ` (${server.url})`}?`
      await untilInterrupted((signal) => confirm(what, { yes: yes ?? force, signal }))
      changeConfig((now) => withoutContext(now, name))
      note(`The context ${name} is deleted${config.context === name ? ', and none is in use now' : ''}`)
    })
