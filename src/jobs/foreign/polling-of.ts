import type { ResolvedBackground } from '../background-options.ts'

/** What is said of the polling of one provider. */
export interface PollingSettings {
  readonly enabled?: boolean | undefined
  /** Milliseconds. */
  readonly interval?: number | undefined
}

/** How the active jobs of a provider are watched. */
export interface Polling {
  readonly mode: 'on' | 'safety' | 'off'
  /** Milliseconds between the beginnings of two polls; null: there are none. */
  readonly interval: number | null
}

/** So many times rarer are polls that only look after what webhooks may have missed. */
export const SAFETY_FACTOR = 10

const off: Polling = { mode: 'off', interval: null }

/**
 * The nearer word goes first: what is said of the provider, then what is said of all. Where nobody has said whether to
 * poll, a webhook makes polls rare. An interval alone says how often, and not whether.
 */
export function pollingOf(
  own: PollingSettings,
  all: ResolvedBackground['jobStatusPolling'],
  webhook: boolean,
): Polling {
  const enabled = own.enabled ?? all.enabled
  const interval = own.interval ?? all.interval
  if (enabled === false) return off
  if (enabled === true || !webhook) return { mode: 'on', interval }
  return { mode: 'safety', interval: interval * SAFETY_FACTOR }
}
