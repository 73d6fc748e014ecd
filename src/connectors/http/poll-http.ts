import { isDeepStrictEqual } from 'node:util'
import type { OperatorContext } from '../../functions/context.ts'
import { type Awaitable, END, type End, type PullSource } from '../../functions/user-functions.ts'
import { checkMilliseconds } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { exchange } from '../common/exchange.ts'
import { type HttpRequest, prepareRequest } from '../common/http-request.ts'
import { Lifetime } from '../common/lifetime.ts'
import type { SourceClass } from '../common/source-class.ts'
import { withRetries } from '../common/with-retries.ts'
import { type HttpOptions, type HttpSettings, resolveHttpOptions } from './http-options.ts'

/** What one answer holds. */
export interface HttpPage<T, C = unknown> {
  /** Given one after the other; the page in hand is all that is buffered. */
  readonly records: readonly T[]
  /** Where to go on: plain data. Default: where this request was. */
  readonly cursor?: C | undefined
  /** Asks for the next page at once, without waiting for the interval. */
  readonly more?: boolean | undefined
  /** Ends the source after these records. */
  readonly done?: boolean | undefined
}

export interface PollHttpOptions<T, C = unknown> extends HttpOptions {
  /** What to ask for, where that is always the same. Either this or `request`. */
  readonly url?: string | URL
  /** What to ask for, by the cursor: undefined at the start, unless `cursor` says otherwise. */
  readonly request?: (cursor: C | undefined) => string | URL | HttpRequest
  /** Where to begin. */
  readonly cursor?: C
  /** Milliseconds from one answer to the next request. */
  readonly interval: number
  /** Reads an answer, which has arrived in full. What it throws fails the job. */
  readonly parse: (response: Response, cursor: C | undefined) => Awaitable<HttpPage<T, C>>
}

/** Data: what a snapshot holds. */
interface Position<C> {
  /** Of the page in hand, or of the next request. */
  readonly cursor: C | undefined
  readonly etag: string | undefined
  /** Records of the page in hand that have been given. */
  readonly given: number
  readonly done: boolean
}

/**
 * Asks a server every `interval` milliseconds, and gives the records of its answers one by one. A page is asked for when
 * the one before has been given away, so a slow pipeline asks less often. An answer's ETag is sent back, and 304 is
 * nothing new. It runs in one subtask, whatever the parallelism.
 *
 * Its position is the cursor, and how much of the page in hand has been given. After a crash that page is asked for
 * again and what had been given of it is skipped, so no record is lost or doubled where a cursor names a page that
 * begins with the same records every time. A page asked for without a cursor is given again from its beginning, unless
 * its ETag shows that it is the same.
 *
 * @throws InvalidArgumentError for options that can never work; HttpError in the job.
 */
export function pollHttp<T, C = unknown>(options: PollHttpOptions<T, C>): SourceClass<T> {
  const settings = resolvePoll(options)
  return class extends HttpPoll<T, C> {
    constructor() {
      super(settings)
    }
  }
}

interface PollSettings<T, C> extends HttpSettings {
  readonly request: (cursor: C | undefined) => string | URL | HttpRequest
  readonly cursor: C | undefined
  readonly interval: number
  readonly parse: PollHttpOptions<T, C>['parse']
}

class HttpPoll<T, C> implements PullSource<T> {
  readonly #settings: PollSettings<T, C>
  #life: Lifetime | null = null
  #position: Position<C>
  /** The page in hand. */
  #page: HttpPage<T, C> | null = null
  #given = 0
  /** Whether the next request has to wait for the interval. */
  #waits = false

  constructor(settings: PollSettings<T, C>) {
    this.#settings = settings
    this.#position = { cursor: settings.cursor, etag: undefined, given: 0, done: false }
  }

  restore(position: unknown): void {
    this.#position = position as Position<C>
  }

  open(ctx: OperatorContext): void {
    this.#life = new Lifetime(ctx)
  }

  next(ctx: OperatorContext): Awaitable<T | End> {
    if (ctx.subtaskIndex > 0) return END
    const records = this.#page?.records
    if (records !== undefined && this.#given < records.length) return records[this.#given++] as T
    const life = this.#life as Lifetime
    return life.run(() => this.#nextPage(life))
  }

  snapshot(): Position<C> {
    if (this.#page === null) return this.#position
    return this.#given < this.#page.records.length
      ? { ...this.#position, given: this.#given }
      : this.#behind()
  }

  async close(): Promise<void> {
    await this.#life?.close()
  }

  async #nextPage(life: Lifetime): Promise<T | End> {
    for (;;) {
      if (this.#page !== null) {
        this.#waits = this.#page.more !== true
        this.#position = this.#behind()
        this.#page = null
      }
      if (this.#position.done) return END
      if (this.#waits) await life.delay(this.#settings.interval)
      this.#waits = true
      await withRetries(life.ctx, life.signal, this.#settings.retry, () => this.#ask(life))
      const records = this.#page === null ? [] : (this.#page as HttpPage<T, C>).records
      if (this.#given < records.length) return records[this.#given++] as T
    }
  }

  /** Takes the next page in hand, if there is anything new. */
  async #ask(life: Lifetime): Promise<void> {
    const { cursor, etag, given } = this.#position
    // Of a page that was in hand the rest is wanted, changed or not.
    const condition = etag === undefined || given > 0 ? undefined : { 'if-none-match': etag }
    const asked = this.#settings.request(cursor)
    const request = typeof asked === 'string' || asked instanceof URL ? { url: asked } : asked
    const headers = await this.#settings.headers()
    const prepared = prepareRequest('pollHttp', request, condition, headers)
    const response = await exchange(prepared, { ...this.#settings, ctx: life.ctx, signal: life.signal })
    if (response.status === 304) return
    const page = await this.#settings.parse(response, cursor)
    if (!Array.isArray(page?.records)) throw invalidPage()
    const newEtag = response.headers.get('etag') ?? undefined
    const same = cursor !== undefined || (etag !== undefined && etag === newEtag)
    this.#given = same ? Math.min(given, page.records.length) : 0
    this.#position = { ...this.#position, etag: newEtag, given: 0 }
    this.#page = page
  }

  /** The position behind the page in hand. An ETag holds for the cursor it came with. */
  #behind(): Position<C> {
    const { cursor, etag } = this.#position
    const { cursor: next = cursor, done = false } = this.#page as HttpPage<T, C>
    return { cursor: next, etag: isDeepStrictEqual(next, cursor) ? etag : undefined, given: 0, done }
  }
}

function resolvePoll<T, C>(options: PollHttpOptions<T, C>): PollSettings<T, C> {
  const { url, request, interval, parse, cursor } = options
  if ((url === undefined) === (request === undefined)) {
    throw invalidArgument('pollHttp', 'it takes either url or request', 'pass one of them')
  }
  if (typeof parse !== 'function') {
    throw invalidArgument('pollHttp', 'parse must be a function', 'pass (response) => ({ records, cursor })')
  }
  const settings = resolveHttpOptions('pollHttp', options)
  if (url !== undefined) prepareRequest('pollHttp', { url })
  return {
    ...settings,
    request: request ?? ((): string | URL => url as string | URL),
    cursor,
    interval: checkMilliseconds('pollHttp', 'interval', interval),
    parse,
  }
}

function invalidPage(): Error {
  return invalidArgument(
    'pollHttp',
    'parse gave no page',
    'return { records: [...] }, with a cursor if there is one',
  )
}
