import type { WebhookFilter, WebhookSubscription } from '../../protocol/webhook-subscription.ts'
import type { Colors } from '../output/colors.ts'

/** How a webhook is, in a word: `on`, `failing`, `off`. */
export function stateOf({ enabled, failingSince }: WebhookSubscription): 'on' | 'failing' | 'off' {
  if (!enabled) return 'off'
  return failingSince === null ? 'on' : 'failing'
}

export function colorOfState(colors: Colors, webhook: WebhookSubscription): (text: string) => string {
  const state = stateOf(webhook)
  return state === 'on' ? colors.green : state === 'failing' ? colors.red : colors.dim
}

/** `only failed, at ray` */
export function describeFilter({ statuses, providers, name, job }: WebhookFilter): string {
  const parts = [
    ...(statuses === undefined ? [] : [`only ${statuses.join(', ')}`]),
    ...(providers === undefined ? [] : [`at ${providers.join(', ')}`]),
    ...(name === undefined ? [] : [`with "${name}" in the name`]),
    ...(job === undefined ? [] : [`of job ${job}`]),
  ]
  return parts.length === 0 ? 'all jobs' : parts.join(', ')
}
