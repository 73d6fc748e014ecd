import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { exitCodes } from '../exit-codes.ts'
import { formatFields } from '../format.ts'
import { printOne } from '../output/listing.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
Exit codes:
  0  it is there and takes jobs
  1  it is there and takes none, for the reason shown
  4  it cannot be reached

Example:
  $ millrace health --url http://127.0.0.1:19001`

export const healthCommand = (): CommandUnknownOpts =>
  serverCommand('health')
    .description('Tells whether the job server can be reached, and whether it can take jobs.')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((given) =>
      withServer(given, async ({ client, settings, signal }) => {
        const health = { url: settings.url.value, ...(await client.ready({ signal })) }
        if (health.status !== 'ok') process.exitCode = exitCodes.failed
        await printOne(health, settings.output.value, {
          name: ({ url }) => url,
          text: () => formatFields(Object.entries(health).map(([name, value]) => [name, String(value)])),
        })
      }),
    )
