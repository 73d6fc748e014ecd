import {
  ProviderAnswerError,
  ProviderJobNotFoundError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../errors/provider-errors.ts'
import type { Clock } from '../../time/clock.ts'
import { readBody } from '../../util/read-body.ts'
import type { Redact } from '../../util/redact.ts'
import { retryAfterOf } from '../../util/retry-after.ts'
import { failureOf } from '../guard/failures.ts'
import { detailOf } from './answer-detail.ts'
import { isPathPart } from './path-part.ts'

/** Bytes of an answer that are read. */
const ANSWER_BYTES = 32 * 2 ** 20
/** Bytes of a refusal that are read. */
const REFUSAL_BYTES = 16 * 1_024

/** The global `fetch`, or one like it. */
export type ProviderFetch = (url: string, init: RequestInit) => Promise<Response>

export interface ProviderHttpOptions {
  /** Name of the provider. */
  readonly provider: string
  /** Requests go below it. Ends with a slash. */
  readonly base: URL
  readonly headers: Readonly<Record<string, string>>
  /** Hides what is secret, in what errors show of answers. */
  readonly redact: Redact
  readonly fetch: ProviderFetch
  readonly clock: Pick<Clock, 'now'>
  /** Milliseconds that a refusal asks to wait, where its text says so and its header does not. */
  readonly retryAfterInText?: ((detail: string) => number | undefined) | undefined
}

export interface ProviderRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: URL
  /** Sent as JSON. */
  readonly json?: unknown
  /** The job that it is about: 404 and 410 mean that it is not there. */
  readonly job?: string
  readonly signal: AbortSignal
}

export interface ProviderAnswer {
  readonly headers: Headers
  readonly text: string
}

/** Requests to one provider, each sent once. No redirect is followed: it would take the token to another place. */
export class ProviderHttp {
  readonly base: URL
  readonly #options: ProviderHttpOptions

  constructor(options: ProviderHttpOptions) {
    this.#options = options
    this.base = options.base
  }

  /**
   * Below the base, with an id escaped between the two parts of a path.
   * @throws ProviderJobNotFoundError for an id that can be no part of one.
   */
  url(before: string, externalId?: string, after = ''): URL {
    const part = externalId === undefined ? '' : this.escape(externalId)
    return new URL(`${before}${part}${after}`, this.base)
  }

  /** @throws ProviderJobNotFoundError for an id that can be no part of a path. */
  escape(externalId: string): string {
    if (!isPathPart(externalId)) throw this.#noSuchJob(externalId)
    return encodeURIComponent(externalId)
  }

  /** The answer to a request that was not refused. @throws as the methods of JobProvider do. */
  async send(request: ProviderRequest): Promise<ProviderAnswer> {
    const { method = 'GET', url, json, signal } = request
    const label = `${method} ${url.pathname}`
    try {
      const response = await this.#options.fetch(url.href, {
        method,
        headers: {
          accept: 'application/json',
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...this.#options.headers,
        },
        redirect: 'manual',
        signal,
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      })
      if (response.ok) {
        const tooLong = (): Error => this.unreadable(label, `it has more than ${ANSWER_BYTES} bytes`)
        const bytes = await readBody(response, ANSWER_BYTES, { tooLong })
        return { headers: response.headers, text: new TextDecoder().decode(bytes) }
      }
      throw await this.#refusal(response, request, label)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (isOurs(error)) throw error
      throw failureOf(this.#options.provider, error)
    }
  }

  /** The same, and the answer as JSON. */
  async json(request: ProviderRequest): Promise<{ readonly value: unknown; readonly headers: Headers }> {
    const { text, headers } = await this.send(request)
    try {
      return { value: JSON.parse(text) as unknown, headers }
    } catch {
      throw this.unreadable(`${request.method ?? 'GET'} ${request.url.pathname}`, whyNoJson(text))
    }
  }

  unreadable(label: string, why: string): ProviderAnswerError {
    const { provider } = this.#options
    return new ProviderAnswerError(
      `The answer of the provider '${provider}' to ${label} cannot be read: ${why}`,
      {
        provider,
        remedy: `look whether ${this.base.origin} is what the provider's type says, and no proxy in front of it`,
      },
    )
  }

  async #refusal(response: Response, { job }: ProviderRequest, label: string): Promise<Error> {
    const { status, headers } = response
    const { provider, clock, retryAfterInText } = this.#options
    const bytes = await readBody(response, REFUSAL_BYTES).catch(() => new Uint8Array())
    // Before it is cut: of a half of a secret nobody would know what it is.
    const text = this.#options.redact(new TextDecoder().decode(bytes))
    const said = detailOf(text, headers.get('content-type'))
    const message = `The provider '${provider}' answered ${label} with ${status}${said === '' ? '' : `: ${said}`}`
    if (job !== undefined && (status === 404 || status === 410)) return this.#noSuchJob(job)
    if (isPassingStatus(status)) {
      const retryAfter = retryAfterOf(headers.get('retry-after'), clock.now()) ?? retryAfterInText?.(said)
      const remedy = 'it may pass; look at the provider if it does not'
      return new ProviderUnavailableError(message, { provider, status, retryAfter, remedy })
    }
    return new ProviderRefusedError(message, { provider, status, remedy: this.#remedy(response) })
  }

  #remedy({ status, headers }: Response): string {
    if (status === 401 || status === 403) {
      return 'look at the token of the provider: `token`, `tokenEnv` or `tokenFile`'
    }
    if (status < 300 || status >= 400) return 'look at the url of the provider, and at what it says'
    const location = headers.get('location') ?? ''
    const target = URL.canParse(location, this.base.href) ? new URL(location, this.base) : undefined
    const place =
      target === undefined ? 'nowhere' : `to ${this.#options.redact(target.origin + target.pathname)}`
    return `redirects are not followed, and this one leads ${place}: give the url that is meant`
  }

  #noSuchJob(externalId: string): ProviderJobNotFoundError {
    const { provider } = this.#options
    return new ProviderJobNotFoundError(
      `The provider '${provider}' has no job '${externalId.slice(0, 200)}'`,
      {
        provider,
        externalId,
        remedy: 'it was deleted there, or never was: delete it here too if it is not wanted any more',
      },
    )
  }
}

/** Whether the same request may succeed later. */
function isPassingStatus(status: number): boolean {
  return (
    status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501 && status !== 505)
  )
}

function isOurs(error: unknown): boolean {
  return [ProviderAnswerError, ProviderJobNotFoundError, ProviderRefusedError, ProviderUnavailableError].some(
    (type) => error instanceof type,
  )
}

function whyNoJson(text: string): string {
  if (text.trim() === '') return 'it is empty'
  return /^\s*</.test(text) ? 'it is HTML, and no JSON' : 'it is no JSON, or not all of it'
}
