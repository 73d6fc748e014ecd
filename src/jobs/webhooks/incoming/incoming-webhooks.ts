import { ForbiddenError } from '../../../errors/job-server-errors.ts'
import { MillraceError } from '../../../errors/millrace-error.ts'
import type { Logger } from '../../../functions/logger.ts'
import type { ObservedJob } from '../../../providers/job-provider.ts'
import type { Clock } from '../../../time/clock.ts'
import { FailureLimit } from '../../server/failure-limit.ts'
import { busy, Refusal } from '../../server/refusal.ts'
import type { WaitingWebhook, WebhookInboxStore } from '../../store/webhook-inbox-store.ts'
import { type ReceivedHeaders, webhookFlaw } from '../signature.ts'
import { WebhookInbox } from './webhook-inbox.ts'
import type { WebhookSource } from './webhook-source.ts'

export interface IncomingWebhooksOptions {
  readonly sources: readonly WebhookSource[]
  readonly store: WebhookInboxStore
  /** What takes in what a webhook tells. @throws StoreError where it may be done later. */
  readonly observe: (provider: string, job: ObservedJob, cause: string) => void
  readonly clock: Clock
  readonly logger: Logger
  /** Bad webhooks of one address within a minute, before it has to wait. */
  readonly failures: number
}

/** What became of webhooks that named a provider which sends some. */
export type WebhookResult = 'taken' | 'repeated' | 'unsigned' | 'forbidden' | 'unreadable' | 'full'

/** Milliseconds after which a sender may come again when there is no room. */
const LATER = 5000

/** Webhooks of providers: whether they are let in, and what is done with them. */
export class IncomingWebhooks {
  readonly #sources: ReadonlyMap<string, WebhookSource>
  readonly #options: IncomingWebhooksOptions
  readonly #failures: FailureLimit
  readonly #inbox: WebhookInbox
  readonly #results = new Map<
    string,
    { readonly provider: string; readonly result: WebhookResult; count: number }
  >()

  constructor(options: IncomingWebhooksOptions) {
    const { sources, store, clock, logger, failures } = options
    this.#options = options
    this.#sources = new Map(sources.map((source) => [source.name, source]))
    this.#failures = new FailureLimit(clock, failures)
    this.#inbox = new WebhookInbox({ store, clock, logger, work: (webhook) => this.#work(webhook) })
  }

  /** Since the start. */
  get results(): readonly {
    readonly provider: string
    readonly result: WebhookResult
    readonly count: number
  }[] {
    return [...this.#results.values()]
  }

  /** That could not be worked on since the start, by provider. */
  get failed(): ReadonlyMap<string, number> {
    return this.#inbox.failures
  }

  /** How many wait to be worked on. */
  get waiting(): number {
    return this.#inbox.waiting
  }

  /**
   * Whether a webhook may come from there at all, before its body is read.
   * @throws a refusal: 429 for an address that has sent too many bad ones, 404 for a provider that sends none; 403
   */
  admit(provider: string, address: string): WebhookSource {
    const wait = this.#failures.wait(address)
    if (wait > 0) throw busy('Too many webhooks that are not good came from this address.', wait, 429)
    const source = this.#sources.get(provider)
    if (source === undefined) {
      this.#failures.add(address)
      throw new Refusal(
        404,
        'ERR_NOT_FOUND',
        `There is no provider \`${provider}\` that sends webhooks here.`,
        {
          remedy:
            'Look at the name in the path, and give the provider a `webhook` in the configuration of the server.',
        },
      )
    }
    if (source.allowFrom?.has(address) === false) {
      this.refuse(source, address, 'forbidden', 'it came from an address that is not in `allowFrom`')
      throw new ForbiddenError('Webhooks of this provider may not come from this address.', {
        remedy: 'Add it to `allowFrom`; where there is a proxy in front, name it in `trustedProxies`.',
      })
    }
    return source
  }

  /** Counts a webhook that was not good: after some of them its address has to wait. */
  refuse({ name }: WebhookSource, address: string, result: WebhookResult, why: string): void {
    this.#failures.add(address)
    this.#count(name, result)
    this.#options.logger.warn(`A webhook for ${name} was refused: ${why}.`, { address })
  }

  /**
   * Takes in a webhook. It is on disk when this returns.
   * @returns whether it was received before
   * @throws a refusal: 401, which does not say what is wrong; 422, 503. StoreError
   */
  receive(source: WebhookSource, address: string, headers: ReceivedHeaders, body: Uint8Array): boolean {
    const { clock, logger } = this.#options
    const at = clock.now()
    const flaw = webhookFlaw(source.keys, headers, body, at)
    if (flaw !== null) {
      this.refuse(source, address, 'unsigned', flaw)
      throw unsigned()
    }
    const text = new TextDecoder().decode(body)
    try {
      source.read(parse(text))
    } catch (error) {
      this.#count(source.name, 'unreadable')
      if (!(error instanceof MillraceError)) throw error
      logger.error(`A webhook of ${source.name} cannot be read.`, { webhook: headers['webhook-id'], error })
      throw unreadable(error)
    }
    const receipt = this.#inbox.receive({ provider: source.name, id: headers['webhook-id']!, at, body: text })
    this.#count(source.name, receipt === 'known' ? 'repeated' : receipt)
    if (receipt === 'full') throw busy('Too many webhooks wait to be worked on.', LATER)
    return receipt === 'known'
  }

  close(): void {
    this.#inbox.close()
  }

  #work({ provider, id, body }: WaitingWebhook): void {
    const source = this.#sources.get(provider)
    if (source === undefined) throw new Error(`the provider ${provider} sends no webhooks here any more`)
    const job = source.read(parse(body))
    if (job !== null) this.#options.observe(provider, job, `told by ${provider}, in webhook ${id}`)
  }

  #count(provider: string, result: WebhookResult): void {
    const key = `${provider} ${result}`
    const counter = this.#results.get(key)
    if (counter !== undefined) counter.count++
    else this.#results.set(key, { provider, result, count: 1 })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal(422, 'ERR_INVALID_ARGUMENT', 'The body is no JSON.', { cause: error })
  }
}

const unsigned = (): Refusal =>
  new Refusal(401, 'ERR_UNAUTHENTICATED', 'The webhook is not signed as it should be.', {
    headers: { 'WWW-Authenticate': 'Webhook-Signature' },
    remedy: 'Look at the secret on both sides, and at their clocks. The log of the server says more.',
  })

const unreadable = (error: MillraceError): Refusal =>
  error instanceof Refusal
    ? error
    : new Refusal(422, 'ERR_INVALID_ARGUMENT', error.message.split('\n', 1)[0]!, {
        cause: error,
        remedy:
          'Look whether the sender is the provider that is named in the path, and of which type that is.',
      })
