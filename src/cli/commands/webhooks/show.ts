import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { outputOption, serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'
import { webhookArgument } from './webhook-argument.ts'

const example = `
Example:
  $ millrace webhooks show sub_7b0c`

export const showCommand = (): CommandUnknownOpts =>
  serverCommand('show')
    .summary('show all there is to say of a webhook')
    .description('Shows a webhook: what it is told, how it is, and why it was disabled. Never its secret.')
    .addArgument(webhookArgument())
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((reference, given) =>
      withServer(given, async (connection) => {
        const { showWebhook } = await import('../../webhooks/show-webhook.ts')
        await showWebhook(reference, connection)
      }),
    )
