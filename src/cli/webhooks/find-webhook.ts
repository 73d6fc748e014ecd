import { MillraceError } from '../../errors/millrace-error.ts'
import { WebhookNotFoundError } from '../../errors/webhook-subscription-errors.ts'
import type { WebhookSubscription } from '../../protocol/webhook-subscription.ts'
import { oneLine } from '../output/text-width.ts'
import type { ServerConnection } from '../server-connection.ts'

/** What was given could be several webhooks. Nothing was done to any of them. */
export class AmbiguousWebhookError extends MillraceError {
  constructor(message: string) {
    super('ERR_AMBIGUOUS_WEBHOOK', message, { remedy: 'give more of the id' })
  }
}

/**
 * The webhook that a user means by its id, the beginning of that, with or without its `sub_`, or its URL.
 * @throws WebhookNotFoundError, AmbiguousWebhookError
 */
export async function findWebhook(
  reference: string,
  { client, signal }: Pick<ServerConnection, 'client' | 'signal'>,
): Promise<WebhookSubscription> {
  const all = await client.webhooks.list({ signal })
  const whole = all.find(({ id }) => id === reference)
  if (whole !== undefined) return whole
  const found = all.filter(
    ({ id, url }) =>
      reference !== '' &&
      (url === reference || id.startsWith(reference) || id.startsWith(`sub_${reference}`)),
  )
  if (found.length === 1) return found[0]!
  if (found.length > 1) {
    const candidates = found.map(({ id, url }) => `\n  ${id}  ${oneLine(url)}`).join('')
    throw new AmbiguousWebhookError(`${oneLine(reference)} could be${candidates}`)
  }
  throw new WebhookNotFoundError(
    `There is no webhook with the id, the beginning of an id, or the URL \`${oneLine(reference)}\`.`,
    { remedy: '`millrace webhooks list` shows those there are' },
  )
}

/** `sub_0123 https://example.com/hooks` */
export const describeWebhook = ({ id, url }: Pick<WebhookSubscription, 'id' | 'url'>): string =>
  `${id} ${oneLine(url)}`
