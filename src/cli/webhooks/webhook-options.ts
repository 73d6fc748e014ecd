import {
  type Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from '@commander-js/extra-typings'
import type { JobStatus } from '../../job/job-status.ts'
import type { WebhookEvent } from '../../protocol/webhook-subscription.ts'
import { providerOption, severalWords, statusOption } from '../job-list/list-options.ts'

// Written out, as what has them would take long to load for a help. The compiler checks them.
const events = {
  job_submitted: true,
  job_status_changed: true,
  job_checkpoint: true,
  job_deleted: true,
} satisfies Record<WebhookEvent, true>

/** What is told, and of which jobs, as commander gives it. */
export type GivenWebhookOptions = {
  readonly event?: readonly WebhookEvent[] | undefined
  readonly status?: readonly JobStatus[] | undefined
  readonly provider?: readonly string[] | undefined
  readonly name?: string | undefined
  readonly job?: string | undefined
  readonly description?: string | undefined
}

/** Of webhooks that are made or changed. */
export function addWebhookOptions<Args extends unknown[], Opts extends OptionValues>(
  typed: Command<Args, Opts>,
): Command<Args, Opts & GivenWebhookOptions> {
  const command = typed as unknown as CommandUnknownOpts
  const choices = Object.keys(events)
  const event = new Option(
    '-e, --event <event>',
    `what is told: ${choices.join(', ')}; several with commas`,
  ).argParser((text, before: readonly string[] = []) => {
    const given = severalWords(text, before)
    const wrong = given.find((word) => !Object.hasOwn(events, word))
    if (wrong === undefined) return given
    throw new InvalidArgumentError(`\`${wrong}\` is none of ${choices.join(', ')}.`)
  })
  command.addOption(event)
  command.addOption(statusOption('of changes only those to that; several with commas'))
  command.addOption(providerOption('of jobs that run there only; several with commas'))
  command.option('-n, --name <text>', 'of jobs with that in their names only')
  command.option('--job <job>', 'of this one only: its number in the last listing, id, or name')
  command.option('--description <text>', 'for people')
  return command as unknown as Command<Args, Opts & GivenWebhookOptions>
}
