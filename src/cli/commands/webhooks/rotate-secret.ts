import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { outputOption, serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'
import { webhookArgument } from './webhook-argument.ts'

const example = `
The one before signs along for a day, so that what receives the webhooks can change over. With --revoke
it does not: for a secret that others have learned.

Example:
  $ millrace webhooks rotate-secret sub_7b0c > secret.txt`

export const rotateSecretCommand = (): CommandUnknownOpts =>
  serverCommand('rotate-secret')
    .summary('make a new secret for a webhook')
    .description('Makes a new secret for a webhook, and prints it, this once.')
    .addArgument(webhookArgument())
    .option('--revoke', 'the one before is good no more, at once')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((reference, given) =>
      withServer(given, async (connection) => {
        const { rotateSecret } = await import('../../webhooks/change-webhooks.ts')
        await rotateSecret(reference, given.revoke ?? false, connection)
      }),
    )
