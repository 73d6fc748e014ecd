import { refusal, send, unanswered } from '../../connectors/common/exchange.ts'
import {
  type HttpRequest,
  type PreparedRequest,
  prepareRequest,
  type RequestHeaders,
} from '../../connectors/common/http-request.ts'
import type { Retry } from '../../connectors/common/retry-options.ts'
import { HttpError } from '../../errors/connector-errors.ts'
import { delay } from '../../time/delay.ts'
import { realClock } from '../../time/real-clock.ts'
import { readBody } from '../../util/read-body.ts'

/** Named where something cannot be sent. */
const NAME = 'rayServe'

export interface ServeClientOptions {
  readonly headers: RequestHeaders
  /** Milliseconds for one request. */
  readonly timeout: number
  readonly retry: Retry
  readonly maxBytes: number
}

/** Requests to Ray Serve, each tried again while it fails for a reason that may pass. */
export class ServeClient {
  readonly #options: ServeClientOptions

  constructor(options: ServeClientOptions) {
    this.#options = options
  }

  /** @throws HttpError; the signal's reason when it is aborted. */
  async ask(request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    const { retry } = this.#options
    for (let failures = 1; ; failures++) {
      signal.throwIfAborted()
      try {
        return await this.#once(request, signal)
      } catch (error) {
        if (!(error instanceof HttpError) || !mayPass(error) || failures > retry.attempts) throw error
        await delay(realClock, Math.max(retry.wait(failures), error.retryAfter ?? 0), [signal])
      }
    }
  }

  async #once(request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    const { headers } = this.#options
    const given = typeof headers === 'function' ? await headers() : headers
    const prepared = prepareRequest(NAME, request, given)
    const { type, bytes } = await this.#exchange(prepared, signal)
    // Of JSON its value, of other text a string, of all else the bytes.
    const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(type)
    if (!isJson && !/^text\//i.test(type)) return bytes
    const text = new TextDecoder().decode(bytes)
    return isJson ? parsed(prepared.label, text) : text
  }

  async #exchange(prepared: PreparedRequest, signal: AbortSignal): Promise<Content> {
    const { timeout, maxBytes } = this.#options
    const control = new AbortController()
    const abort = (): void => control.abort(signal.reason)
    signal.addEventListener('abort', abort)
    const cancel = realClock.setTimeout(
      () => control.abort(new Error(`it took longer than ${timeout} ms`)),
      timeout,
    )
    try {
      const response = await send(prepared, (url, init) => fetch(url, init), control.signal)
      if (!response.ok) throw await refusal(prepared, response, realClock.now())
      const bytes = await readBody(response, maxBytes, { tooLong: () => tooLong(prepared.label, maxBytes) })
      return { type: response.headers.get('content-type') ?? '', bytes }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof HttpError) throw error
      throw unanswered(prepared, control.signal.aborted ? control.signal.reason : error)
    } finally {
      cancel()
      signal.removeEventListener('abort', abort)
    }
  }
}

interface Content {
  readonly type: string
  readonly bytes: Uint8Array
}

/** Serve says 500 when the code of a deployment has thrown, which it will again. */
function mayPass({ retryable, status }: HttpError): boolean {
  return retryable && status !== 500
}

function parsed(label: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HttpError(`${label} was answered with what is no JSON, though it says so`, {
      url: label,
      retryable: false,
      remedy: 'Have the deployment return text as text/plain, or numbers that JSON knows: it has no NaN.',
      cause: error,
    })
  }
}

function tooLong(label: string, maxBytes: number): HttpError {
  return new HttpError(`${label} was answered with more than ${maxBytes} bytes`, {
    url: label,
    retryable: false,
    remedy: 'Raise maxBytes.',
  })
}
