import {
  type InboxLimits,
  inboxLimits,
  type Receipt,
  type ReceivedWebhook,
  type WaitingWebhook,
  type WebhookInboxStore,
} from '../webhook-inbox-store.ts'

interface Entry extends Omit<WaitingWebhook, 'body'> {
  readonly body: string | null
  readonly reason: string | null
}

/** Received webhooks in memory. */
export class MemoryWebhookInbox implements WebhookInboxStore {
  readonly #limits: InboxLimits
  /** Oldest first. */
  readonly #entries = new Map<number, Entry>()
  #newest = 0

  constructor(limits: InboxLimits = inboxLimits) {
    this.#limits = limits
  }

  receive({ provider, id, at, body }: ReceivedWebhook): Receipt {
    const known = this.#all.find((entry) => entry.provider === provider && entry.id === id)
    if (known !== undefined && known.reason === null) return 'known'
    if (this.waiting() >= this.#limits.waiting) return 'full'
    const number = known?.number ?? ++this.#newest
    this.#entries.set(number, { number, provider, id, at, body, reason: null })
    if (known === undefined) this.#forget(at)
    return 'taken'
  }

  next(): WaitingWebhook | undefined {
    const entry = this.#all.find(waits)
    return entry === undefined ? undefined : { ...withoutReason(entry), body: entry.body! }
  }

  waiting(): number {
    return this.#all.filter(waits).length
  }

  done(number: number): void {
    this.#change(number, { body: null })
  }

  failed(number: number, reason: string): void {
    this.#change(number, { reason })
    for (const entry of this.#failed.slice(this.#limits.failed)) this.#change(entry.number, { body: null })
  }

  failures(limit: number): ReturnType<WebhookInboxStore['failures']> {
    return this.#failed.slice(0, limit).map((entry) => ({ ...entry, reason: entry.reason! }))
  }

  get #all(): readonly Entry[] {
    return [...this.#entries.values()]
  }

  /** Newest first. */
  get #failed(): readonly Entry[] {
    return this.#all.filter(({ reason }) => reason !== null).reverse()
  }

  #change(number: number, change: Partial<Entry>): void {
    const entry = this.#entries.get(number)
    if (entry !== undefined) this.#entries.set(number, { ...entry, ...change })
  }

  #forget(at: number): void {
    const { age, ids } = this.#limits
    for (const entry of this.#all) {
      const isPast = entry.at <= at - age || entry.number <= this.#newest - ids
      if (isPast && !waits(entry)) this.#entries.delete(entry.number)
    }
  }
}

const waits = ({ body, reason }: Entry): boolean => body !== null && reason === null

const withoutReason = ({ reason: _, ...entry }: Entry): Omit<Entry, 'reason'> => entry
