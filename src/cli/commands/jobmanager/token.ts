import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { tokenCreateCommand } from './token/create.ts'
import { tokenDeleteCommand } from './token/delete.ts'
import { tokenListCommand } from './token/list.ts'

export const tokenCommand = (): CommandUnknownOpts =>
  new Command('token')
    .summary('say who may use the job server')
    .description(
      'Tokens let their holders use the server. They are kept in its data folder, whether it runs or not: whoever may write there may make them. From the first one on, every request needs one.',
    )
    .addCommand(tokenCreateCommand())
    .addCommand(tokenListCommand())
    .addCommand(tokenDeleteCommand())
