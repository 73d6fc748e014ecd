import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { reasonOf } from '../../../errors/reason-of.ts'
import type { Clock } from '../../../time/clock.ts'
import { retryAfterOf } from '../../../util/retry-after.ts'
import type { AddressGuard, ResolvedAddress } from './address-guard.ts'

/** Bytes of an answer that are read. */
const MOST_READ = 16_384
/** Characters of them that are kept. */
const EXCERPT = 500

export interface WebhookPost {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What came of it. */
export interface WebhookAnswer {
  /** Null: there was no answer. */
  readonly status: number | null
  /** What went wrong; null: nothing. */
  readonly error: string | null
  /** The beginning of its body. */
  readonly answer: string | null
  /** Milliseconds that the receiver asks to wait. */
  readonly retryAfter: number | undefined
}

export interface PostContext {
  readonly guard: AddressGuard
  readonly clock: Clock
  /** Milliseconds for all of it: looking the name up, connecting, the answer. */
  readonly timeout: number
  /** Gives up. */
  readonly signal: AbortSignal
}

/** Posts a webhook, once, and follows no redirect. Never rejects. */
export async function postWebhook(post: WebhookPost, context: PostContext): Promise<WebhookAnswer> {
  const { guard, clock, timeout, signal } = context
  const giveUp = new AbortController()
  const abort = (): void => giveUp.abort(signal.reason)
  const cancel = clock.setTimeout(
    () => giveUp.abort(new Error(`there was no answer within ${timeout / 1000} s`)),
    timeout,
  )
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    const url = new URL(post.url)
    const addresses = await unlessAborted(guard.addressesOf(url), giveUp.signal)
    return await answerOf(url, post, addresses, giveUp.signal, clock)
  } catch (error) {
    return { status: null, error: sentenceOf(error), answer: null, retryAfter: undefined }
  } finally {
    cancel()
    signal.removeEventListener('abort', abort)
  }
}

function answerOf(
  url: URL,
  { headers, body }: WebhookPost,
  addresses: readonly ResolvedAddress[],
  signal: AbortSignal,
  clock: Clock,
): Promise<WebhookAnswer> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    // Its own connection, which is closed: one that is kept might be used for another address.
    agent: false,
    lookup: lookupOf(addresses),
  }
  return new Promise((resolve, reject) => {
    let isAnswered = false
    const failed = (error: Error): void => {
      if (!isAnswered) reject(signal.aborted ? (signal.reason as Error) : error)
    }
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      isAnswered = true
      const { statusCode: status = 0 } = response
      const asked = response.headers['retry-after'] ?? null
      void beginningOf(response).then((answer) => {
        request.destroy()
        resolve({ status, error: flawOf(status), answer, retryAfter: retryAfterOf(asked, clock.now()) })
      })
    })
    const abort = (): void => void request.destroy(signal.reason as Error)
    request.on('error', failed)
    request.on('close', () => {
      signal.removeEventListener('abort', abort)
      failed(new Error('the connection was closed without an answer'))
    })
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    request.end(body)
  })
}

function flawOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  return `it answered ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}`
}

/** Answers what was resolved and checked before, whatever is asked for. */
const lookupOf =
  (addresses: readonly ResolvedAddress[]): LookupFunction =>
  (_, { all }, callback) => {
    const [{ address, family }] = addresses as [ResolvedAddress]
    // Node tries them in turn where one cannot be reached.
    if (all === true) callback(null, [...addresses])
    else callback(null, address, family)
  }

/** The status counts, whatever comes of the body: that only is for people. */
function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve) => {
    const done = (): void => resolve(shortened(Buffer.concat(chunks).toString()))
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= MOST_READ) done()
    })
    response.on('end', done)
    response.on('close', done)
    response.on('error', done)
  })
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Errors of connections to several addresses have no message. */
function sentenceOf(error: unknown): string {
  const { message = '', code } = error as { message?: string; code?: string }
  const text = message === '' && code !== undefined ? code : reasonOf(error)
  return shortened(text.split('\n', 1)[0]!)
}

/** Not through the middle of a letter. */
const shortened = (text: string): string => text.slice(0, EXCERPT).replace(/[\ud800-\udbff]$/, '')
