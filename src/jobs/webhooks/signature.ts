import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'

// The scheme of https://www.standardwebhooks.com: HMAC-SHA256 over `id.timestamp.body`, as version `v1`.

/** How far a webhook's timestamp may be off: what is older may be a replay. */
export const WEBHOOK_TOLERANCE: number = 5 * 60_000

const PREFIX = 'whsec_'
const LEAST_KEY = 24
const LONGEST_KEY = 64
const LONGEST_ID = 256

/** A secret's bytes. Of several, all are good: that is how a secret is replaced without losing a webhook. */
export type WebhookKey = Buffer

/** The headers of a webhook, as they stand on the wire. */
export interface WebhookHeaders {
  readonly 'webhook-id': string
  /** Seconds since the epoch. */
  readonly 'webhook-timestamp': string
  /** One or several of `version,base64`, with spaces between. */
  readonly 'webhook-signature': string
}

/** What has been received: a header that is missing is undefined. */
export type ReceivedHeaders = { readonly [name in keyof WebhookHeaders]: string | undefined }

export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString('base64')

/** @throws InvalidArgumentError for what is no secret; it does not say what was given. */
export function webhookKey(secret: string): WebhookKey {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret
  const key = Buffer.from(text, 'base64')
  const isBase64 = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
  if (!isBase64 || key.length < LEAST_KEY || key.length > LONGEST_KEY) {
    throw new InvalidArgumentError('the secret of a webhook cannot be used', {
      remedy: `give ${PREFIX} and ${LEAST_KEY} to ${LONGEST_KEY} random bytes in base64, as the sender shows it`,
    })
  }
  return key
}

/**
 * The headers of a webhook that is sent at `at` (milliseconds since the epoch): of all its attempts the id is the same.
 * There is one signature for each key.
 */
export function signWebhook(
  keys: readonly WebhookKey[],
  id: string,
  at: number,
  body: string | Uint8Array,
): WebhookHeaders {
  const timestamp = String(Math.floor(at / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => `v1,${digest(key, id, timestamp, body)}`).join(' '),
  }
}

/**
 * What is wrong with a webhook that was received at `now`, or null. It is for the log only: whoever sent it is not told
 * how near it came. Versions that are not known are passed over. `body` is what was received, byte by byte.
 */
export function webhookFlaw(
  keys: readonly WebhookKey[],
  headers: ReceivedHeaders,
  body: string | Uint8Array,
  now: number,
): string | null {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (id === undefined || timestamp === undefined || signatures === undefined) return 'it is not signed'
  if (id === '' || id.length > LONGEST_ID) return 'its id is empty or too long'
  if (!/^\d{1,12}$/.test(timestamp)) return 'its timestamp is no number'
  const age = now - Number(timestamp) * 1000
  if (age > WEBHOOK_TOLERANCE) return 'its timestamp is too old'
  if (age < -WEBHOOK_TOLERANCE) return 'its timestamp is in the future'
  return hasGoodSignature(keys, signatures, id, timestamp, body) ? null : 'no signature of it is good'
}

/** Looks at all pairs, and at all of each, so that the time it takes tells nothing. */
function hasGoodSignature(
  keys: readonly WebhookKey[],
  signatures: string,
  id: string,
  timestamp: string,
  body: string | Uint8Array,
): boolean {
  const given = signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice('v1,'.length)))
  let good = false
  for (const key of keys) {
    const expected = Buffer.from(digest(key, id, timestamp, body))
    for (const one of given) {
      if (one.length === expected.length && timingSafeEqual(one, expected)) good = true
    }
  }
  return good
}

const digest = (key: WebhookKey, id: string, timestamp: string, body: string | Uint8Array): string =>
  createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
