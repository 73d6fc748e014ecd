import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { printListing } from '../../output/listing.ts'
import type { Column } from '../../output/table.ts'
import { outputOption } from '../../server-command.ts'

const example = `
Example:
  $ millrace config contexts
  $ millrace config contexts --output name`

/** How a context is shown. */
interface ContextRow {
  readonly name: string
  readonly current: boolean
  readonly url: string | null
  /** Masked. */
  readonly token: string | null
  readonly tokenFile: string | null
}

const columns: readonly Column<ContextRow>[] = [
  { heading: 'CURRENT', value: ({ current }) => (current ? '*' : '') },
  { heading: 'NAME', value: ({ name }) => name },
  { heading: 'URL', value: ({ url }) => url ?? '-' },
  { heading: 'TOKEN', value: ({ token, tokenFile }) => tokenFile ?? token ?? '-' },
]

export const contextsCommand = (): CommandUnknownOpts =>
  new Command('contexts')
    .summary('list the contexts')
    .description('Lists the contexts of the configuration file, and marks the one in use.')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action(async ({ output }) => {
      const { configPath, readConfig } = await import('../../settings/config-file.ts')
      const { outputOf } = await import('../../settings/settings.ts')
      const { MASK } = await import('../../settings/setting-rows.ts')
      const path = configPath(process.env)
      const config = readConfig(path)
      const current = process.env['MILLRACE_CONTEXT'] || config.context
      const rows = Object.entries(config.contexts ?? {}).map(([name, { url, token, tokenFile }]) => ({
        name,
        current: name === current,
        url: url ?? null,
        token: token === undefined ? null : MASK,
        tokenFile: tokenFile ?? null,
      }))
      const none = `There are no contexts in ${path}; make one with millrace config set-context`
      await printListing(
        rows,
        { columns, name: ({ name }) => name, none },
        outputOf({ output }, process.env, config, path).value,
      )
    })
