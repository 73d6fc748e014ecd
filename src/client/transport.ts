import { setMaxListeners } from 'node:events'
import { delay } from '../time/delay.ts'
import { retryAfterOf } from '../util/retry-after.ts'
import { ClientClosedError } from './client-errors.ts'
import type { ClientSettings } from './client-options.ts'
import { Deadline } from './deadline.ts'
import { failureOf, isPassing, withFailure } from './passing-failure.ts'
import { errorOf } from './problem-errors.ts'
import { readProblem } from './read-answer.ts'
import { unreachable } from './unreachable.ts'

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, its repetitions and the waits between them; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for an answer to be there; default that of the client. */
  readonly timeout?: number | undefined
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

type RequestBody = NonNullable<RequestInit['body']>

/** How the bytes of a call get on. */
export type Progress = Pick<Deadline, 'touch' | 'fail'>

/** One request, as often as it has to be sent. */
export interface Call<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the server's url, without a slash in front. */
  readonly path: string
  readonly query?: Query | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** What is sent, as JSON. */
  readonly json?: unknown
  /** What is sent otherwise; asked anew for each attempt. */
  readonly body?: ((progress: Progress) => RequestBody) | undefined
  /** Whether doing it twice is as doing it once. */
  readonly repeatable: boolean
  /** Reads the answer, while the timeout runs. */
  readonly read: (response: Response, label: string, progress: Progress) => Promise<T>
  /** What a refusal means when an attempt before it may have been heard: a value, or undefined. */
  readonly afterAll?: ((error: unknown) => T | undefined) | undefined
  /** Statuses beside 2xx that `read` understands. */
  readonly alsoReads?: readonly number[] | undefined
  /** Failures that are put up with; default those of the client. */
  readonly attempts?: number | undefined
}

/** The longest wait that a server can ask for, in milliseconds; a call that is asked to wait longer fails. */
const LONGEST_RETRY_AFTER = 60_000

/** Sends requests to one server. */
export class Transport {
  readonly settings: ClientSettings
  readonly #closed = new AbortController()
  readonly #pending = new Set<Promise<unknown>>()
  /** When there was an answer, by the monotonic clock; undefined until then. */
  #answeredAt: number | undefined

  constructor(settings: ClientSettings) {
    this.settings = settings
    setMaxListeners(0, this.closed)
  }

  /** Aborted when the client is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** Whether to go on after so many failures in a row, the last of which was this one. */
  mayGoOn(error: unknown, failures: number): boolean {
    if (!failureOf(error).passing) return false
    const { attempts, patience, clock } = this.settings
    if (this.#answeredAt === undefined) return failures <= attempts
    return clock.monotonic() - this.#answeredAt <= patience
  }

  /** @throws the error of the refusal; ServerUnreachableError, ProtocolError, ClientClosedError, the signal's reason. */
  async call<T>(call: Call<T>, options: CallOptions = {}): Promise<T> {
    const { attempts, wait, clock } = this.settings
    let maybeDone = false
    for (let failures = 1; ; failures++) {
      try {
        return await this.attempt(call, options)
      } catch (error) {
        const failure = failureOf(error)
        const meant = maybeDone ? call.afterAll?.(error) : undefined
        if (meant !== undefined) return meant
        maybeDone ||= failure.maybeDone
        const { retryAfter = 0 } = failure
        const again = failure.passing && (call.repeatable || !failure.maybeDone)
        if (!again || failures > (call.attempts ?? attempts) || retryAfter > LONGEST_RETRY_AFTER) throw error
        await delay(clock, Math.max(wait(failures), retryAfter), this.#signals(options.signal))
      }
    }
  }

  /** Sends a request once. */
  async attempt<T>(call: Call<T>, { signal, timeout = this.settings.timeout }: CallOptions): Promise<T> {
    const label = `${call.method} ${this.#url(call).pathname}`
    const deadline = new Deadline(this.settings.clock, timeout, this.#signals(signal))
    const work = deadline.run(async () => {
      const response = await this.#send(call, deadline)
      if (response.ok || call.alsoReads?.includes(response.status) === true)
        return call.read(response, label, deadline)
      throw await this.#refusal(response, label)
    })
    try {
      const value = await this.#track(work)
      this.#answeredAt = this.settings.clock.monotonic()
      return value
    } catch (error) {
      throw deadline.explain(error, (cause) => unreachable(this.settings.base, label, cause))
    }
  }

  /** Ends all that is under way, and resolves when it has let go. */
  async close(): Promise<void> {
    this.#closed.abort(new ClientClosedError())
    await Promise.allSettled(this.#pending)
  }

  /** Whatever is under way is waited for when the client is closed. */
  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#pending.delete(tracked))
    this.#pending.add(tracked)
    return tracked
  }

  #signals(signal: AbortSignal | undefined): readonly AbortSignal[] {
    if (signal === undefined) return [this.closed]
    // One signal may be for any number of calls.
    setMaxListeners(0, signal)
    return [this.closed, signal]
  }

  async #send(call: Call<unknown>, deadline: Deadline): Promise<Response> {
    const { fetch, token } = this.settings
    const { json } = call
    const body = json === undefined ? call.body?.(deadline) : JSON.stringify(json)
    return fetch(this.#url(call).href, {
      method: call.method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      // A redirect would take the request, and what is secret in it, to another place.
      redirect: 'manual',
      signal: deadline.signal,
      ...(body === undefined ? {} : { body }),
      // What fetch wants for a body that is streamed.
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    })
  }

  #url({ path, query = {} }: Call<unknown>): URL {
    const url = new URL(path, this.settings.base)
    for (const [name, value] of Object.entries(query)) {
      for (const each of [value ?? []].flat()) url.searchParams.append(name, String(each))
    }
    return url
  }

  async #refusal(response: Response, label: string): Promise<Error> {
    const { status, headers } = response
    const problem = await readProblem(response, label)
    const retryAfter = retryAfterOf(headers.get('retry-after'), this.settings.clock.now())
    const moved = status >= 300 && status < 400
    const error = errorOf({
      label,
      status,
      problem,
      retryAfter,
      remedy: moved
        ? `Pass the url that it points to: ${headers.get('location') ?? 'it names none'}.`
        : 'Look at the host and port, and at what is between this client and the server.',
    })
    // Who says when to come back has done nothing yet.
    const turnedAway = status === 429 || (status === 503 && retryAfter !== undefined)
    return withFailure(error, {
      passing: isPassing(status),
      maybeDone: status >= 500 && !turnedAway,
      retryAfter,
      tooMany: status === 429,
    })
  }
}
