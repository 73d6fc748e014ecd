import { HttpError } from '../../errors/connector-errors.ts'
import type { OperatorContext } from '../../functions/context.ts'
import type { PreparedRequest } from './http-request.ts'
import { readBody } from '../../util/read-body.ts'
import { retryAfterOf } from '../../util/retry-after.ts'

/** The global `fetch`, or one like it: of a proxy, of a test. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface ExchangeOptions {
  readonly ctx: OperatorContext
  readonly signal: AbortSignal
  readonly fetch: Fetch
  /** Milliseconds until the answer is there, its body included. */
  readonly timeout: number
  /** Bytes a body may have. */
  readonly maxBytes: number
}

/** Bytes of a refusal's body that are read, for the error's message. */
const REFUSAL_BYTES = 4_096
/** Characters of it that are shown. */
const SHOWN = 200

/** Statuses of a body-less answer, which the constructor of Response wants told. */
const BODILESS: readonly number[] = [204, 205, 304]

/**
 * Sends a request and reads the whole answer, so that nothing of it is open any more. Gives the answer for 2xx and 304.
 * @throws HttpError for every other; the signal's reason when that is aborted.
 */
export async function exchange(request: PreparedRequest, options: ExchangeOptions): Promise<Response> {
  return withTimeout(request, options, async (signal) => {
    const response = await send(request, options.fetch, signal)
    if (!response.ok && response.status !== 304) throw await refusal(request, response, options.ctx.now())
    const bytes = await readBody(response, options.maxBytes, {
      tooLong: () => tooLarge(request, options.maxBytes),
    })
    const { status, statusText, headers, url } = response
    const bodiless = BODILESS.includes(status)
    const copy = new Response(bodiless ? null : bytes, { status, statusText, headers })
    return Object.defineProperty(copy, 'url', { value: url })
  })
}

/** Sends a request and gives the answer as it begins to come. What fetch says of the network is told as HttpError. */
export async function send(
  { url, method, headers, body }: PreparedRequest,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method,
    headers,
    signal,
    ...(body === undefined ? {} : { body: body as NonNullable<RequestInit['body']> }),
  })
}

/** Reads what there is of a refusal, and makes the error of it. */
export async function refusal(request: PreparedRequest, response: Response, now: number): Promise<HttpError> {
  const { status, statusText } = response
  const bytes = await readBody(response, REFUSAL_BYTES).catch(() => new Uint8Array())
  const text = request.redaction.clean(new TextDecoder().decode(bytes)).replace(/\s+/g, ' ').trim()
  const body = text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`
  const said = body === '' ? '' : `: ${body}`
  const retryable = isPassing(status)
  return new HttpError(
    `${request.method} ${request.label} was answered ${status} ${request.redaction.clean(statusText)}${said}`,
    {
      status,
      url: request.label,
      body,
      retryable,
      retryAfter: retryAfterOf(response.headers.get('retry-after'), now),
      remedy: retryable
        ? 'The server may answer later: raise retry.attempts or its backoff, or look at the server.'
        : 'The same request would be refused again: look at the url, the credentials and what is sent.',
    },
  )
}

/** No answer: nobody there, a broken connection, a timeout; or a request that cannot be sent at all. */
export function unanswered({ method, label, redaction }: PreparedRequest, error: unknown): HttpError {
  // What fetch throws of the network says 'fetch failed'; why, says its cause. Without one it complains of us.
  const sent = !(error instanceof TypeError && error.cause === undefined)
  const { cause = error } = error as { cause?: unknown }
  const { message = '', code = '' } = Object(cause) as { message?: unknown; code?: unknown }
  const why = redaction.clean(String(message === '' ? code : message))
  return new HttpError(`${method} ${label} got no answer: ${why}`, {
    url: label,
    retryable: sent,
    remedy: 'Look whether the server can be reached; raise retry.attempts, or timeout, if it needs longer.',
  })
}

/** Bounds `work` by the timeout, and tells what goes wrong with the network as HttpError. */
async function withTimeout<T>(
  request: PreparedRequest,
  { ctx, signal, timeout }: ExchangeOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const control = new AbortController()
  const done = new AbortController()
  const abort = (): void => control.abort(signal.reason)
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  const overrun = (): void => control.abort(new Error(`it took longer than ${timeout} ms`))
  ctx.delay(timeout, done.signal).then(overrun, () => {})
  try {
    return await work(control.signal)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof HttpError) throw error
    throw unanswered(request, control.signal.aborted ? control.signal.reason : error)
  } finally {
    signal.removeEventListener('abort', abort)
    done.abort()
  }
}

function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501)
}

function tooLarge({ method, label }: PreparedRequest, maxBytes: number): HttpError {
  return new HttpError(`${method} ${label} was answered with more than ${maxBytes} bytes`, {
    url: label,
    retryable: false,
    remedy: 'Ask for smaller pages, or raise maxBytes.',
  })
}
