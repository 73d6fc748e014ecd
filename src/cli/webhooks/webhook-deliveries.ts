import process from 'node:process'
import type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryDetails,
  WebhookDeliveryStatus,
} from '../../protocol/webhook-delivery.ts'
import { delay } from '../../time/delay.ts'
import { realClock } from '../../time/real-clock.ts'
import { formatDuration } from '../format.ts'
import { Outcomes } from '../job-actions/outcomes.ts'
import { sinceThen } from '../job-list/job-columns.ts'
import { shortId } from '../job-reference/describe-job.ts'
import { type Colors, colorsOf } from '../output/colors.ts'
import { printListing, printOne } from '../output/listing.ts'
import type { Column } from '../output/table.ts'
import { oneLine } from '../output/text-width.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { describeWebhook, findWebhook } from './find-webhook.ts'

export interface DeliveryListing {
  /** A webhook; undefined: all of them. */
  readonly webhook: string | undefined
  readonly status: WebhookDeliveryStatus | undefined
  readonly limit: number
}

/** The most that a page has. */
const PAGE = 200
/** Milliseconds between looks at a delivery. */
const LOOK = 200

/** Lists what is, and was, sent, newest first. */
export async function listDeliveries(
  { webhook, status, limit }: DeliveryListing,
  connection: ServerConnection,
): Promise<void> {
  const { client, settings, signal } = connection
  const subscription = webhook === undefined ? undefined : (await findWebhook(webhook, connection)).id
  const rows: WebhookDelivery[] = []
  let total = 0
  for (let cursor: string | undefined; ;) {
    const query = { subscription, status, cursor, limit: Math.min(PAGE, limit - rows.length) }
    const page = await client.webhooks.deliveries({ ...query, signal })
    rows.push(...page.items)
    ;({ total } = page)
    if (page.next === null || rows.length >= limit) break
    cursor = page.next
  }
  const colors = colorsOf(process.stdout)
  const columns = deliveryColumns(realClock.now(), colors)
  const none = 'Nothing was sent that is still kept'
  await printListing(rows, { columns, name: ({ id }) => id, none }, settings.output.value)
  if (total > rows.length) note(`and ${total - rows.length} more, of ${total}: --limit shows so many`)
}

const deliveryColumns = (now: number, colors: Colors): readonly Column<WebhookDelivery>[] => [
  { heading: 'ID', value: ({ id }) => id },
  { heading: 'WEBHOOK', value: ({ subscription }) => subscription, wide: true },
  { heading: 'EVENT', value: ({ type }) => type },
  { heading: 'JOB', value: ({ job }) => (job === null ? '' : shortId(job)), optional: true },
  {
    heading: 'STATUS',
    value: ({ status }) => status,
    color: ({ status }) =>
      status === 'delivered' ? colors.green : status === 'failed' ? colors.red : colors.yellow,
  },
  { heading: 'TRIES', value: ({ attempts }) => String(attempts.length), align: 'right' },
  {
    heading: 'MADE',
    value: ({ createdAt }) => `${formatDuration(sinceThen(createdAt, now))} ago`,
    optional: true,
  },
  { heading: 'NEXT', value: ({ nextAttemptAt }) => nextAttemptAt ?? '', wide: true },
  { heading: 'LAST', value: ({ attempts }) => describeAttempt(attempts.at(-1)), least: 8, optional: true },
]

/** `204 in 12 ms`, or why there was no answer. */
export function describeAttempt(attempt: WebhookAttempt | undefined): string {
  if (attempt === undefined) return ''
  const { status, error, durationMs } = attempt
  const after = `in ${Math.round(durationMs)} ms`
  return status === null ? `${oneLine(error ?? 'no answer')}, ${after}` : `${status} ${after}`
}

/** Shows one with all of its attempts, and what is sent. */
export async function showDelivery(
  id: string,
  { client, settings, signal }: ServerConnection,
): Promise<void> {
  const delivery = await client.webhooks.delivery(id, { signal })
  await printOne(delivery, settings.output.value, {
    name: (one) => one.id,
    text: () => {
      const { type, subscription, job, status, attempts, nextAttemptAt, body } = delivery
      return [
        `${id} ${type}${job === null ? '' : ` of job ${job}`}, to ${subscription}: ${status}`,
        ...attempts.map((attempt) =>
          [attempt.at, describeAttempt(attempt), attempt.answer === null ? '' : oneLine(attempt.answer)]
            .filter((text) => text !== '')
            .join('  '),
        ),
        ...(nextAttemptAt === null ? [] : [`${nextAttemptAt}  is tried again`]),
        '',
        body,
      ].join('\n')
    },
  })
}

/** Sends a ping, and tells how that went. One that is not taken is a failure. */
export async function testWebhook(reference: string, connection: ServerConnection): Promise<void> {
  const { client, signal } = connection
  const webhook = await findWebhook(reference, connection)
  const outcomes = new Outcomes(1, connection)
  const ping = await settled(await client.webhooks.test(webhook.id, { signal }), connection)
  const last = describeAttempt(ping.attempts.at(-1))
  if (ping.status !== 'delivered') outcomes.failed()
  const went = ping.status === 'delivered' ? 'took it' : 'did not take it'
  note(`${describeWebhook(webhook)} ${went}: ${last === '' ? ping.status : last}`)
  outcomes.settle()
}

/** Sends deliveries again, and tells how that went. */
export async function redeliver(
  ids: readonly string[],
  { wait }: { readonly wait: boolean },
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const outcomes = new Outcomes(ids.length, connection)
  for (const id of ids) {
    await outcomes.attempt(async () => {
      const before = await client.webhooks.delivery(id, { signal })
      const queued = await client.webhooks.redeliver(id, { signal })
      if (!wait) return note(`Sending ${id} again`)
      const { status, attempts } = await settled(queued, connection, before.attempts.at(-1)?.at)
      note(`${id} is ${status}: ${describeAttempt(attempts.at(-1))}`)
      if (status !== 'delivered') outcomes.failed()
    })
  }
  outcomes.settle()
}

/** Once it has been tried. @param last when it was before; undefined: never */
async function settled(
  delivery: WebhookDeliveryDetails,
  { client, signal }: ServerConnection,
  last?: string,
): Promise<WebhookDeliveryDetails> {
  for (let now = delivery; ; now = await client.webhooks.delivery(delivery.id, { signal })) {
    if (now.status !== 'pending' || (now.attempts.at(-1)?.at ?? last) !== last) return now
    await delay(realClock, LOOK, [signal])
  }
}
