import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'
import { addWebhookOptions } from '../../webhooks/webhook-options.ts'
import { webhookArgument } from './webhook-argument.ts'

const example = `
What is not given stays. One that is enabled again goes on with what has happened since, as far as that is kept.

Example:
  $ millrace webhooks update sub_7b0c --enable
  $ millrace webhooks update sub_7b0c --all-jobs --event job_submitted,job_deleted`

export const updateCommand = (): CommandUnknownOpts =>
  addWebhookOptions(
    serverCommand('update')
      .summary('change a webhook')
      .description('Changes a webhook: where it goes, what it tells, whether anything is sent.')
      .addArgument(webhookArgument())
      .option('--to <url>', 'post to this one')
      .addOption(new Option('--enable', 'send again').conflicts('disable'))
      .option('--disable', 'send nothing, and keep the place')
      .option('--all-jobs', 'forget what jobs it was of'),
  )
    .addHelpText('after', example)
    .action((reference, { to, enable = false, disable = false, allJobs = false, ...given }) =>
      withServer(given, async (connection) => {
        const { updateWebhook } = await import('../../webhooks/change-webhooks.ts')
        const { event, status, provider, name, job, description } = given
        const enabled = enable ? true : disable ? false : undefined
        const what = { event, status, provider, name, job, description }
        await updateWebhook(reference, { ...what, url: to, enabled, allJobs }, connection)
      }),
    )
