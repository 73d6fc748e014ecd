import { createHash } from 'node:crypto'
import { HttpError } from '../../errors/connector-errors.ts'
import type { RecordContext } from '../../functions/context.ts'
import type { Awaitable, Sink } from '../../functions/user-functions.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { exchange } from '../common/exchange.ts'
import { prepareRequest } from '../common/http-request.ts'
import { withRetries } from '../common/with-retries.ts'
import { type HttpOptions, type HttpSettings, resolveHttpOptions } from './http-options.ts'

export interface PostHttpOptions<T> extends HttpOptions {
  readonly url: string | URL
  /** Default 'POST'. */
  readonly method?: string
  /** What is sent for a batch; default its JSON, as `application/json`. */
  readonly body?: (records: readonly T[]) => string | Uint8Array
  /**
   * The batch's Idempotency-Key; default a hash of the operator's name and the body. Give one of your own where two
   * batches with the very same body are both to count. False sends none.
   */
  readonly idempotencyKey?: ((records: readonly T[], ctx: RecordContext) => string) | false
  /**
   * Called with a batch that the server refuses for good, which is then handled. Default: the refusal is an HttpError,
   * and the sink's `onError` decides.
   */
  readonly onRejected?: (records: readonly T[], error: HttpError, ctx: RecordContext) => Awaitable<void>
}

/**
 * Sends batches: `stream.sink(postHttp({ url }), { batch: { size: 100, interval: 1_000 } })`.
 *
 * At least once: a request is repeated when its answer was lost, and after a crash. Every repetition has the same
 * Idempotency-Key, so a server that heeds it takes each batch once. After a crash that holds as far as batches are cut
 * as before, which they are by `size`, but not by `interval`.
 *
 * @throws InvalidArgumentError for options that can never work; HttpError in the job.
 */
export function postHttp<T>(options: PostHttpOptions<T>): Sink<T[]> {
  return new HttpPost(options, resolveHttpOptions('postHttp', options))
}

/** Holds nothing between two batches. */
class HttpPost<T> implements Sink<T[]> {
  readonly #options: PostHttpOptions<T>
  readonly #settings: HttpSettings

  constructor(options: PostHttpOptions<T>, settings: HttpSettings) {
    prepareRequest('postHttp', { url: options.url })
    this.#options = options
    this.#settings = settings
  }

  async write(records: T[], ctx: RecordContext): Promise<void> {
    if (!Array.isArray(records)) {
      throw invalidArgument(
        ctx.operator,
        'postHttp sends batches',
        'give the sink a batch: { size, interval }',
      )
    }
    const { url, method = 'POST', body: toBody, onRejected } = this.#options
    const body = toBody === undefined ? JSON.stringify(records) : toBody(records)
    const standard = toBody === undefined ? { 'content-type': 'application/json' } : {}
    const headers = { ...standard, ...this.#key(records, body, ctx) }
    try {
      await withRetries(ctx, ctx.signal, this.#settings.retry, async () => {
        const request = { url, method, body, headers }
        const prepared = prepareRequest('postHttp', request, await this.#settings.headers())
        await exchange(prepared, { ...this.#settings, ctx, signal: ctx.signal })
      })
    } catch (error) {
      if (onRejected === undefined || !(error instanceof HttpError) || error.retryable) throw error
      ctx.metrics.count('rejected', records.length)
      await onRejected(records, error, ctx)
    }
  }

  #key(records: readonly T[], body: string | Uint8Array, ctx: RecordContext): Record<string, string> {
    const { idempotencyKey } = this.#options
    if (idempotencyKey === false) return {}
    const key =
      idempotencyKey?.(records, ctx) ??
      createHash('sha256').update(`${ctx.operator}\n`).update(body).digest('base64url')
    return { 'idempotency-key': key }
  }
}
