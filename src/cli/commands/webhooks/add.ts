import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { outputOption, serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'
import { addWebhookOptions } from '../../webhooks/webhook-options.ts'

const example = `
The secret goes to stdout. What receives the webhooks needs it to know that they are from this server.

Example:
  $ millrace webhooks add https://example.com/hooks > secret.txt
  $ millrace webhooks add https://example.com/hooks --status failed,cancelled --provider ray`

export const addCommand = (): CommandUnknownOpts =>
  addWebhookOptions(
    serverCommand('add')
      .summary('have a URL told what happens to jobs')
      .description(
        'Has a URL told what happens to jobs from now on: each change of status, unless told otherwise. Prints its secret, this once.',
      )
      .addArgument(
        new Argument(
          '<url>',
          'where webhooks are posted to; of the public internet, unless the server allows it',
        ),
      ),
  )
    .option('--disabled', 'send nothing until it is enabled')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((url, { disabled = false, ...given }) =>
      withServer(given, async (connection) => {
        const { addWebhook } = await import('../../webhooks/change-webhooks.ts')
        await addWebhook(url, { ...given, disabled }, connection)
      }),
    )
