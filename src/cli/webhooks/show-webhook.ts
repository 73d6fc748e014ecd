import process from 'node:process'
import type { WebhookSubscription } from '../../protocol/webhook-subscription.ts'
import { realClock } from '../../time/real-clock.ts'
import { formatDuration } from '../format.ts'
import { sinceThen } from '../job-list/job-columns.ts'
import { type Field, fieldLines } from '../job-report/report-style.ts'
import { colorsOf } from '../output/colors.ts'
import { printOne } from '../output/listing.ts'
import { oneLine } from '../output/text-width.ts'
import type { ServerConnection } from '../server-connection.ts'
import { columns } from '../terminal.ts'
import { findWebhook } from './find-webhook.ts'
import { colorOfState, describeFilter, stateOf } from './webhook-state.ts'

/** Shows all there is to say of a webhook. */
export async function showWebhook(reference: string, connection: ServerConnection): Promise<void> {
  const webhook = await findWebhook(reference, connection)
  await printOne(webhook, connection.settings.output.value, {
    name: ({ id }) => id,
    text: () => webhookReport(webhook),
  })
}

function webhookReport(webhook: WebhookSubscription): string {
  const { id, url, description, events, filter, createdAt, disabledReason, failingSince } = webhook
  const now = realClock.now()
  const colors = colorsOf(process.stdout)
  const ago = (time: string): string => `${time}, ${formatDuration(sinceThen(time, now))} ago`
  const fields: readonly (Field | null)[] = [
    ['id', id],
    ['url', oneLine(url)],
    description === '' ? null : ['description', oneLine(description)],
    ['state', stateOf(webhook), colorOfState(colors, webhook)],
    disabledReason === null ? null : ['disabled', oneLine(disabledReason), colors.red],
    failingSince === null ? null : ['failing', `since ${ago(failingSince)}`, colors.red],
    ['events', events.join(', ')],
    ['jobs', oneLine(describeFilter(filter))],
    ['created', ago(createdAt)],
    ['waiting', `${webhook.pending} to be delivered`],
    webhook.missed === 0 ? null : ['missed', `${webhook.missed} events, which are not kept any more`],
    webhook.previousSecretUntil === null
      ? null
      : ['old secret', `signs along until ${webhook.previousSecretUntil}`],
  ]
  const style = { now, colors, isWide: false, columns: process.stdout.isTTY ? columns() : Infinity }
  return fieldLines(
    fields.filter((field) => field !== null),
    style,
  ).join('\n')
}
