import { join } from 'node:path'
import type { JobStatus } from '../../../../../src/job/job-status.ts'
import { SqliteJobStore } from '../../../../../src/jobs/store/sqlite-job-store.ts'
import type { SubscriptionSettings } from '../../../../../src/jobs/store/webhook-store.ts'
import { Deliverer } from '../../../../../src/jobs/webhooks/outgoing/deliverer.ts'
import type { WebhookAnswer, WebhookPost } from '../../../../../src/jobs/webhooks/outgoing/post-webhook.ts'
import type { WebhookDelivery } from '../../../../../src/protocol/webhook-delivery.ts'
import type { WebhookSubscription } from '../../../../../src/protocol/webhook-subscription.ts'
import { silentLogger } from '../../../../../src/functions/logger.ts'
import { ManualClock } from '../../../../support/manual-clock.ts'
import type { TestContext } from '../../../../support/suite.ts'
import { emptyFolder } from '../../../store/support/stores.ts'
import { submissionOf } from '../../../store/support/submissions.ts'

export const secret = `whsec_${Buffer.from('a secret of thirty-two characters').toString('base64')}`

/** A request that has been made. */
export interface Sent extends WebhookPost {
  readonly id: string
  readonly at: number
  /** Answers it, where it is not answered at once. */
  readonly answer: (status: number | null, more?: Partial<WebhookAnswer>) => void
}

export const answered = (status: number | null, more: Partial<WebhookAnswer> = {}): WebhookAnswer => {
  const good = status !== null && status >= 200 && status < 300
  return { status, error: good ? null : `it answered ${status}`, answer: '', retryAfter: undefined, ...more }
}

/** A store, and who delivers from it, to receivers that answer as the test says. */
export class Sending {
  readonly clock: ManualClock = new ManualClock()
  readonly file: string
  readonly sent: Sent[] = []
  readonly warnings: string[] = []
  /** What is answered at once; null: the test answers. */
  respond: ((post: Sent) => WebhookAnswer | null) | null = () => answered(204)
  store: SqliteJobStore
  deliverer: Deliverer
  #jobs = 0

  constructor(context: Pick<TestContext, 'cleanup'>) {
    this.file = join(emptyFolder(context), 'jobs.db')
    this.store = new SqliteJobStore({ file: this.file })
    this.deliverer = this.#start()
    context.cleanup(() => this.stop())
  }

  /** Another process would do the same. */
  async restart(): Promise<void> {
    await this.stop()
    this.store = new SqliteJobStore({ file: this.file })
    this.deliverer = this.#start()
  }

  async stop(): Promise<void> {
    const closed = this.deliverer.close()
    await this.clock.advance(2_000)
    await closed
    this.store.close()
  }

  subscribe(id: string, settings: Partial<SubscriptionSettings> = {}): WebhookSubscription {
    return this.store.webhooks.create(
      id,
      {
        ...{ url: `https://${id}.example/`, events: ['job_status_changed'], filter: {}, enabled: true },
        ...{ description: '', disabledReason: null, failingSince: null, ...settings },
      },
      { secret, at: this.clock.now(), most: 100 },
    )
  }

  /** One change of status each, and the submission before. */
  run(jobs = 1, to: JobStatus = 'running'): readonly string[] {
    return Array.from({ length: jobs }, () => {
      const id = `job-${++this.#jobs}`
      this.store.create(submissionOf({ name: id }), { id, at: this.clock.now(), by: 'a test' })
      this.store.transition(id, to, { at: this.clock.now(), cause: 'a test' })
      return id
    })
  }

  /** Lets time pass, and all that follows from it happen. */
  pass(ms = 0): Promise<void> {
    return this.clock.advance(ms)
  }

  subscription(id: string): WebhookSubscription {
    return this.store.webhooks.get(id)!
  }

  /** Oldest first. */
  deliveries(subscription?: string): readonly WebhookDelivery[] {
    return [...this.store.webhooks.deliveries({ subscription, limit: 200 }).items].reverse()
  }

  /** Ids of what was sent to a subscription. */
  sentTo(subscription: string): readonly string[] {
    return this.sent.filter(({ url }) => url === `https://${subscription}.example/`).map(({ id }) => id)
  }

  #start(): Deliverer {
    const deliverer = new Deliverer({
      store: this.store.webhooks,
      clock: this.clock,
      random: () => 0,
      logger: { ...silentLogger, warn: (message) => void this.warnings.push(message) },
      post: (post, signal) => this.#post(post, signal),
    })
    this.store.onEvents(() => deliverer.wake())
    deliverer.wake()
    return deliverer
  }

  #post(post: WebhookPost, signal: AbortSignal): Promise<WebhookAnswer> {
    return new Promise((resolve) => {
      const sent: Sent = {
        ...post,
        id: post.headers['webhook-id']!,
        at: this.clock.now(),
        answer: (status, more) => resolve(answered(status, more)),
      }
      this.sent.push(sent)
      signal.addEventListener('abort', () => resolve(answered(null, { error: 'closing' })))
      const answer = this.respond?.(sent) ?? null
      if (answer !== null) resolve(answer)
    })
  }
}
