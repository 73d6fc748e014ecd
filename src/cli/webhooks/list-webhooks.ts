import process from 'node:process'
import type { WebhookSubscription } from '../../protocol/webhook-subscription.ts'
import { colorsOf } from '../output/colors.ts'
import { printListing } from '../output/listing.ts'
import type { Column } from '../output/table.ts'
import type { ServerConnection } from '../server-connection.ts'
import { colorOfState, describeFilter, stateOf } from './webhook-state.ts'

export async function listWebhooks({ client, settings, signal }: ServerConnection): Promise<void> {
  const colors = colorsOf(process.stdout)
  const columns: readonly Column<WebhookSubscription>[] = [
    { heading: 'ID', value: ({ id }) => id },
    { heading: 'URL', value: ({ url }) => url, least: 12 },
    { heading: 'STATE', value: stateOf, color: (webhook) => colorOfState(colors, webhook) },
    { heading: 'EVENTS', value: ({ events }) => events.join(', '), least: 12, optional: true },
    { heading: 'JOBS', value: ({ filter }) => describeFilter(filter), least: 8, optional: true },
    { heading: 'WAITING', value: ({ pending }) => String(pending), align: 'right' },
    { heading: 'MISSED', value: ({ missed }) => String(missed), align: 'right', wide: true },
    { heading: 'FAILING SINCE', value: ({ failingSince }) => failingSince ?? '', wide: true },
    { heading: 'CREATED', value: ({ createdAt }) => createdAt, wide: true },
    { heading: 'DESCRIPTION', value: ({ description }) => description, least: 8, wide: true },
  ]
  await printListing(
    await client.webhooks.list({ signal }),
    { columns, name: ({ id }) => id, none: 'There are no webhooks: `millrace webhooks add` makes one' },
    settings.output.value,
  )
}
