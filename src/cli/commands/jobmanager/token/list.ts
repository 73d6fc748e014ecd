import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { formatDuration, formatTable } from '../../../format.ts'
import * as options from '../../../options.ts'
import { columns, note, print } from '../../../terminal.ts'

const example = `
Example:
  $ millrace jobmanager token list --json`

export const tokenListCommand = (): CommandUnknownOpts =>
  new Command('list')
    .summary('list tokens')
    .description('Lists the tokens of the server: what they are good for, and when they were used.')
    .addOption(options.dataOption())
    .addOption(options.jsonOption())
    .addHelpText('after', example)
    .action(async ({ data, json }) => {
      const { withTokens } = await import('../../../../jobs/daemon/with-tokens.ts')
      const { realClock } = await import('../../../../time/real-clock.ts')
      const tokens = withTokens(data, (kept) => kept.list())
      if (json === true) return print(JSON.stringify(tokens, undefined, 2))
      if (tokens.length === 0) return note('There are no tokens')
      const ago = (time: string | null): string =>
        time === null ? 'never' : `${formatDuration(Math.max(0, realClock.now() - Date.parse(time)))} ago`
      const rows = tokens.map(({ id, name, scopes, createdAt, lastUsedAt }) => [
        id,
        name,
        scopes.join(', '),
        ago(createdAt),
        ago(lastUsedAt),
      ])
      print(formatTable(['ID', 'NAME', 'SCOPE', 'CREATED', 'USED'], rows, columns()))
    })
