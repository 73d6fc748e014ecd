/** A webhook that was verified when it was received. */
export interface ReceivedWebhook {
  readonly provider: string
  /** The sender's: of all that it sends again it is the same. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** JSON. */
  readonly body: string
}

/** One that is to be worked on. */
export interface WaitingWebhook extends ReceivedWebhook {
  readonly number: number
}

/** `known`: it was received before, and has been worked on or is going to be. `full`: it was not taken in. */
export type Receipt = 'taken' | 'known' | 'full'

/** What is kept at most. */
export interface InboxLimits {
  /** Webhooks that wait. */
  readonly waiting: number
  /** Ids of those that have been worked on, and for how many milliseconds. */
  readonly ids: number
  readonly age: number
  /** Bodies of those that could not be worked on. */
  readonly failed: number
}

/** Senders try for a day or some days; what has been forgotten by then would be worked on twice, which changes nothing. */
export const inboxLimits: InboxLimits = { waiting: 1000, ids: 100_000, age: 7 * 24 * 3_600_000, failed: 100 }

/**
 * Webhooks that were received. Synchronous, and every method is one transaction.
 *
 * Errors: StoreError when the database cannot be read or written.
 */
export interface WebhookInboxStore {
  /**
   * Keeps a webhook to be worked on: it is on disk when this returns `taken`. One that could not be worked on before
   * is taken again, as it is now. Forgets those that are past the limits.
   */
  receive(webhook: ReceivedWebhook): Receipt
  /** The one that waits longest. */
  next(): WaitingWebhook | undefined
  /** How many wait. */
  waiting(): number
  /** It has been worked on: its id is all that is kept. After a power cut it may wait again. */
  done(number: number): void
  /** It cannot be worked on: it is kept with the reason, and waits no more. */
  failed(number: number, reason: string): void
  /** Those that could not be worked on, newest first, at most `limit`; without their bodies where these are gone. */
  failures(limit: number): readonly (Omit<WaitingWebhook, 'body'> & {
    readonly body: string | null
    readonly reason: string
  })[]
}
