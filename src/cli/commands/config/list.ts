import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { printListing } from '../../output/listing.ts'
import { outputOption, serverCommand } from '../../server-command.ts'

const example = `
Example:
  $ millrace config list
  $ millrace config list --context production --output json`

export const listCommand = (): CommandUnknownOpts =>
  serverCommand('list')
    .summary('show every setting, and where it comes from')
    .description(
      'Shows every setting with its value and where that comes from. Of a token it shows only that there is one; times are in seconds.',
    )
    .addOption(outputOption())
    .addHelpText('after', example)
    .action(async (given) => {
      const { resolveSettings } = await import('../../settings/settings.ts')
      const { settingRows } = await import('../../settings/setting-rows.ts')
      const settings = resolveSettings(given, process.env)
      const listing = {
        columns: [
          { heading: 'SETTING', value: ({ key }: { key: string }) => key },
          { heading: 'VALUE', value: ({ value }: { value: string | number | null }) => String(value ?? '-') },
          { heading: 'ORIGIN', value: ({ origin }: { origin: string }) => origin },
        ],
        name: ({ key }: { key: string }) => key,
        none: '',
      }
      await printListing(settingRows(settings), listing, settings.output.value)
    })
