import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import * as options from '../../../options.ts'
import { note } from '../../../terminal.ts'

const example = `
Example:
  $ millrace jobmanager token delete 4f1c9a0b2d3e5f67`

export const tokenDeleteCommand = (): CommandUnknownOpts =>
  new Command('delete')
    .summary('delete a token')
    .description('Deletes a token: from now on it lets nobody in.')
    .argument('<id>', 'its id, as `list` shows it')
    .addOption(options.dataOption())
    .addHelpText('after', example)
    .action(async (id, { data }) => {
      const { withTokens } = await import('../../../../jobs/daemon/with-tokens.ts')
      const deleted = withTokens(data, (tokens) => tokens.delete(id))
      if (deleted) return note(`Token ${id} is deleted`)
      const { InvalidArgumentError } = await import('../../../../errors/invalid-argument-error.ts')
      throw new InvalidArgumentError(`there is no token ${id}`, {
        remedy: '`millrace jobmanager token list` shows those that there are',
      })
    })
