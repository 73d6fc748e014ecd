import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { contextsCommand } from './config/contexts.ts'
import { deleteContextCommand } from './config/delete-context.ts'
import { getCommand } from './config/get.ts'
import { listCommand } from './config/list.ts'
import { pathCommand } from './config/path.ts'
import { setContextCommand } from './config/set-context.ts'
import { setCommand } from './config/set.ts'
import { unsetCommand } from './config/unset.ts'
import { useContextCommand } from './config/use-context.ts'

export const configCommand = (): CommandUnknownOpts =>
  new Command('config')
    .description(
      'What commands go by: flags before the environment, before the configuration file. A context is a server that has a name in the file.',
    )
    .addCommand(listCommand())
    .addCommand(getCommand())
    .addCommand(setCommand())
    .addCommand(unsetCommand())
    .addCommand(pathCommand())
    .addCommand(contextsCommand())
    .addCommand(useContextCommand())
    .addCommand(setContextCommand())
    .addCommand(deleteContextCommand())
