import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { managerCommand } from '../../manager-command.ts'
import { outputOption } from '../../server-command.ts'
import { startOptions } from '../../start-options.ts'

const example = `
Flags go before the environment, before what the server there was started with, before the file. Of what is secret it
shows only that it is there; times are in seconds. Settings that cannot be used are told of, and end with 2.

Example:
  $ millrace jobmanager settings
  $ millrace jobmanager settings --settings ./server.yaml --output json`

export const settingsCommand = (): CommandUnknownOpts =>
  managerCommand('settings')
    .summary('show what the job server goes by, and who says so')
    .description(
      'Shows every setting that a job server goes by that is started now, or restarted, with its value and where that comes from. Nothing is started.',
    )
    .addOption(outputOption())
    .addHelpText('after', example)
    .action(async (given, command: CommandUnknownOpts) => {
      const [
        { dataFolder },
        { startedSettings },
        { configPath, readConfig },
        { outputOf },
        { printListing },
      ] = await Promise.all([
        import('../../../jobs/daemon/data-folder.ts'),
        import('../../settings/started-settings.ts'),
        import('../../settings/config-file.ts'),
        import('../../settings/settings.ts'),
        import('../../output/listing.ts'),
      ])
      const originOf = (option: string): string => {
        const { long, envVar } = command.options.find((each) => each.attributeName() === option)!
        return command.getOptionValueSource(option) === 'env' ? envVar! : long!
      }
      const rows = await startedSettings(dataFolder(given.data), await startOptions(given), originOf)
      const path = configPath(process.env)
      const listing = {
        columns: [
          { heading: 'SETTING', value: ({ key }: { key: string }) => key },
          { heading: 'VALUE', value: ({ value }: { value: string | number | boolean }) => String(value) },
          { heading: 'ORIGIN', value: ({ origin }: { origin: string }) => origin },
        ],
        name: ({ key }: { key: string }) => key,
        none: '',
      }
      await printListing(rows, listing, outputOf(given, process.env, readConfig(path), path).value)
    })
