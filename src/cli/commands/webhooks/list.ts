import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { outputOption, serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'

const example = `
Example:
  $ millrace webhooks list
  $ millrace webhooks list --output json | jq -r '.[] | select(.failingSince) | .url'`

export const listCommand = (): CommandUnknownOpts =>
  serverCommand('list')
    .summary('list webhooks')
    .description('Lists the URLs that are told what happens to jobs, and how they are.')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((given) =>
      withServer(given, async (connection) => {
        const { listWebhooks } = await import('../../webhooks/list-webhooks.ts')
        await listWebhooks(connection)
      }),
    )
