import type {
  NewWebhookSubscription,
  WebhookFilter,
  WebhookSubscriptionChange,
} from '../../protocol/webhook-subscription.ts'
import { confirm } from '../confirm.ts'
import { Outcomes } from '../job-actions/outcomes.ts'
import { findJob } from '../job-reference/find-job.ts'
import { printOne } from '../output/listing.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { describeWebhook, findWebhook } from './find-webhook.ts'
import type { GivenWebhookOptions } from './webhook-options.ts'

/** Makes a webhook, and prints its secret, which is shown nowhere else. */
export async function addWebhook(
  url: string,
  given: GivenWebhookOptions & { readonly disabled: boolean },
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const { filter, ...rest } = await changeOf(given, {}, connection)
  const request = { url, ...rest, enabled: !given.disabled, ...(filter === undefined ? {} : { filter }) }
  const made = await client.webhooks.create(request, { signal })
  note(`Made webhook ${describeWebhook(made)}. Its secret is not shown again:`)
  await printSecret(made, connection)
}

export interface WebhookUpdate extends GivenWebhookOptions {
  readonly url?: string | undefined
  readonly enabled?: boolean | undefined
  /** Whether what jobs it was of is forgotten. */
  readonly allJobs: boolean
}

/** Changes what is given, and leaves the rest. */
export async function updateWebhook(
  reference: string,
  { url, enabled, allJobs, ...given }: WebhookUpdate,
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const { id, filter } = await findWebhook(reference, connection)
  const what = await changeOf(given, allJobs ? {} : filter, connection)
  const change = {
    ...(allJobs ? { filter: {} } : {}),
    ...what,
    ...(url === undefined ? {} : { url }),
    ...(enabled === undefined ? {} : { enabled }),
  }
  const now = await client.webhooks.update(id, change, { signal })
  note(`Changed webhook ${describeWebhook(now)}`)
}

/** Deletes webhooks, once the user has said so. */
export async function deleteWebhooks(
  references: readonly string[],
  yes: boolean,
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const outcomes = new Outcomes(references.length, connection)
  const found = new Map<string, { readonly id: string; readonly url: string }>()
  for (const reference of references) {
    const webhook = await outcomes.attempt(() => findWebhook(reference, connection))
    if (webhook !== undefined) found.set(webhook.id, webhook)
  }
  const webhooks = [...found.values()]
  if (webhooks.length > 0) {
    const which =
      webhooks.length === 1 ? `webhook ${describeWebhook(webhooks[0]!)}` : `${webhooks.length} webhooks`
    await confirm(`Delete ${which}, and what waits to be delivered?`, { yes, signal })
  }
  for (const webhook of webhooks) {
    await outcomes.attempt(async () => {
      await client.webhooks.delete(webhook.id, { signal })
      note(`Deleted webhook ${describeWebhook(webhook)}`)
    })
  }
  outcomes.settle()
}

/** Makes a new secret, and prints it. @param revoke whether the one before is good no more, at once */
export async function rotateSecret(
  reference: string,
  revoke: boolean,
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const { id } = await findWebhook(reference, connection)
  const now = await client.webhooks.rotateSecret(id, { revoke, signal })
  const { previousSecretUntil: until } = now
  const before = until === null ? 'is good no more' : `signs along until ${until}`
  note(
    `Webhook ${describeWebhook(now)} has a new secret, which is not shown again. The one before ${before}:`,
  )
  await printSecret(now, connection)
}

const printSecret = (made: NewWebhookSubscription, { settings }: ServerConnection): Promise<void> =>
  printOne(made, settings.output.value, { name: ({ id }) => id, text: () => made.secret })

/** @param before what there is of a filter, which what is given is added to */
async function changeOf(
  { event, status, provider, name, job, description }: GivenWebhookOptions,
  before: WebhookFilter,
  connection: ServerConnection,
): Promise<Pick<WebhookSubscriptionChange, 'events' | 'filter' | 'description'>> {
  const filter: WebhookFilter = {
    ...(status === undefined ? {} : { statuses: status }),
    ...(provider === undefined ? {} : { providers: provider }),
    ...(name === undefined ? {} : { name }),
    ...(job === undefined ? {} : { job: (await findJob(job, connection)).id }),
  }
  return {
    ...(event === undefined ? {} : { events: event }),
    ...(Object.keys(filter).length === 0 ? {} : { filter: { ...before, ...filter } }),
    ...(description === undefined ? {} : { description }),
  }
}
