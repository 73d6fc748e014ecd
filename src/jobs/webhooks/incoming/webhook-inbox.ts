import { StoreError } from '../../../errors/job-server-errors.ts'
import { reasonOf } from '../../../errors/reason-of.ts'
import type { Logger } from '../../../functions/logger.ts'
import type { Cancel, Clock } from '../../../time/clock.ts'
import type {
  Receipt,
  ReceivedWebhook,
  WaitingWebhook,
  WebhookInboxStore,
} from '../../store/webhook-inbox-store.ts'

export interface WebhookInboxOptions {
  readonly store: WebhookInboxStore
  readonly clock: Clock
  readonly logger: Logger
  /**
   * Works on a webhook. It may be called again for one that it has worked on, after a crash.
   * @throws StoreError where it may be done later; anything else: it cannot be done.
   */
  readonly work: (webhook: WaitingWebhook) => void
}

/** Milliseconds between attempts while the database is out of order: the first, and the longest. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000

/**
 * Webhooks are kept first and worked on afterwards, one after the other in the order in which they came, so that who sends
 * them waits for a write only, and a crash loses none. One that cannot be worked on is set aside with the reason.
 */
export class WebhookInbox {
  readonly #options: WebhookInboxOptions
  #next: Cancel | null = null
  #closed = false
  /** In a row, of the database. */
  #troubles = 0
  readonly #failures = new Map<string, number>()

  /** Begins with those that wait since the server ran last. */
  constructor(options: WebhookInboxOptions) {
    this.#options = options
    this.#wake()
  }

  /** How many wait. */
  get waiting(): number {
    return this.#options.store.waiting()
  }

  /** Those that could not be worked on since the start, by provider. */
  get failures(): ReadonlyMap<string, number> {
    return this.#failures
  }

  /** It is on disk when this returns `taken`. @throws StoreError */
  receive(webhook: ReceivedWebhook): Receipt {
    const receipt = this.#options.store.receive(webhook)
    if (receipt === 'taken') this.#wake()
    return receipt
  }

  /** What waits then waits for the next start. */
  close(): void {
    this.#closed = true
    this.#next?.()
    this.#next = null
  }

  #wake(): void {
    if (!this.#closed) this.#next ??= this.#options.clock.setImmediate(() => this.#turn())
  }

  /** One a turn of the event loop: others have something to do, too. */
  #turn(): void {
    const { store, clock, logger } = this.#options
    this.#next = null
    try {
      const webhook = store.next()
      if (webhook === undefined) return
      this.#attempt(webhook)
      this.#troubles = 0
      this.#wake()
    } catch (error) {
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#troubles++)
      logger.warn(`Webhooks that were received wait for the database: ${reasonOf(error)}`, { error })
      this.#next = clock.setTimeout(() => this.#turn(), pause)
    }
  }

  #attempt(webhook: WaitingWebhook): void {
    const { store, logger, work } = this.#options
    const { provider, id, number } = webhook
    try {
      work(webhook)
    } catch (error) {
      if (error instanceof StoreError) throw error
      store.failed(number, reasonOf(error))
      this.#failures.set(provider, (this.#failures.get(provider) ?? 0) + 1)
      logger.error(`A webhook of ${provider} cannot be worked on: ${reasonOf(error)}`, { webhook: id, error })
      return
    }
    store.done(number)
  }
}
