import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/transport-node'
import { EngineError, EngineUnavailableError } from '../errors/cluster-errors.ts'
import type { ErrorDetails } from '../errors/millrace-error.ts'
import { reasonOf } from '../errors/reason-of.ts'
import type { Clock } from '../time/clock.ts'
import { delay } from '../time/delay.ts'
import type { Client } from './transport.ts'

export type LinkProblem =
  /** Nobody is there to answer, at the moment. */
  | 'nobody'
  | 'timeout'
  /** The connection was lost meanwhile. */
  | 'lost'
  /** The servers are there, and not able to: too few of them reach each other, say. */
  | 'unable'
  /** The link was closed. */
  | 'closed'

/** A request without an answer: whether it was heard is not known, except of `nobody`. */
export class LinkError extends EngineUnavailableError {
  readonly problem: LinkProblem

  constructor(problem: LinkProblem, message: string, details: ErrorDetails = {}) {
    super(message, details)
    this.name = 'EngineUnavailableError'
    this.problem = problem
  }
}

/** How long a single request waits for its answer. */
const ANSWER_TIMEOUT = 5_000
/** What is asked for again and again before it is said to be impossible. */
const PATIENCE = 20_000

/** One connection to the servers, which is made again when it is lost. */
export class Link {
  readonly clock: Clock
  readonly random: () => number
  readonly #nc: NatsConnection
  readonly #client: Client['transport']
  /** Requests under way. */
  readonly #waiting = new Set<(error: LinkError) => void>()
  readonly #onReturn = new Set<() => void>()
  readonly #closing = new AbortController()
  #connected = true

  constructor({ connection, transport }: Client, clock: Clock, random: () => number) {
    this.#nc = connection
    this.#client = transport
    this.clock = clock
    this.random = random
    void this.#watch()
  }

  /** Aborted with the reason when the link is closed. */
  get closed(): AbortSignal {
    return this.#closing.signal
  }

  /** Bytes of a message with its headers. */
  get maxPayload(): number {
    return this.#nc.info?.max_payload ?? 1024 * 1024
  }

  /** The servers are several that hold a cluster. */
  get clustered(): boolean {
    return this.#nc.info?.cluster !== undefined
  }

  headers(): MsgHdrs {
    return this.#client.headers()
  }

  unique(): string {
    return this.#client.nuid.next()
  }

  inbox(): string {
    return this.#client.createInbox()
  }

  publish(subject: string, bytes: Uint8Array, headers?: MsgHdrs, reply?: string): void {
    this.#check()
    this.#nc.publish(subject, bytes, {
      ...(headers === undefined ? {} : { headers }),
      ...(reply === undefined ? {} : { reply }),
    })
  }

  /** @throws LinkError */
  async request(
    subject: string,
    bytes: Uint8Array,
    headers?: MsgHdrs,
    timeout: number = ANSWER_TIMEOUT,
  ): Promise<Msg> {
    this.#check()
    if (bytes.length > this.maxPayload - 1024) {
      throw new EngineError(`A message of ${bytes.length} bytes is too large for the NATS server.`, {
        remedy: 'Raise max_payload in its configuration, or send less.',
      })
    }
    let fail!: (error: LinkError) => void
    const lost = new Promise<never>((_, reject) => (fail = reject))
    this.#waiting.add(fail)
    try {
      const options = { timeout, ...(headers === undefined ? {} : { headers }) }
      return await Promise.race([this.#nc.request(subject, bytes, options), lost])
    } catch (error) {
      throw error instanceof LinkError ? error : this.#problem(error)
    } finally {
      this.#waiting.delete(fail)
    }
  }

  /** Also where there is no connection at the moment. */
  subscribe(subject: string, onMessage: (message: Msg) => void): Subscription {
    if (this.closed.aborted) throw this.closed.reason
    return this.#nc.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) onMessage(message)
      },
    })
  }

  /** Calls back each time a connection was lost and made again. @returns takes it back */
  onReturn(run: () => void): () => void {
    this.#onReturn.add(run)
    return () => this.#onReturn.delete(run)
  }

  /**
   * Does it again while the servers are not there, or choose a leader.
   * @param patience milliseconds; Infinity: until the link is closed
   * @throws LinkError where it still may go well later
   */
  async patiently<T>(run: () => Promise<T>, patience: number = PATIENCE): Promise<T> {
    const end = this.clock.monotonic() + patience
    for (let failures = 0; ; failures++) {
      try {
        if (this.#connected || this.closed.aborted) return await run()
      } catch (error) {
        if (!isPassing(error)) throw error
        if (this.clock.monotonic() >= end) throw unable(error)
      }
      if (this.clock.monotonic() >= end)
        throw new LinkError('lost', 'The connection to the NATS servers is lost.')
      await this.pause(failures)
    }
  }

  /** Longer with each failure, up to half a second. */
  pause(failures: number): Promise<void> {
    const ms = Math.min(500, 20 * 2 ** Math.min(failures, 10))
    return delay(this.clock, ms / 2 + (ms / 2) * this.random(), [this.closed])
  }

  async close(): Promise<void> {
    if (!this.closed.aborted) {
      const error = new LinkError('closed', 'The connection to the NATS servers was closed.')
      this.#closing.abort(error)
      this.#failAll(error)
    }
    // What was published is on its way before it closes.
    await this.#briefly(() => this.#nc.flush())
    await this.#nc.close()
  }

  /** Lets messages that are on their way here arrive, and no more. */
  async drain(subscription: Subscription): Promise<void> {
    if (!subscription.isClosed()) await this.#briefly(() => subscription.drain())
    if (!subscription.isClosed()) subscription.unsubscribe()
  }

  /** Waits for what is done in no time, where there is a connection. */
  async #briefly(run: () => Promise<unknown>): Promise<void> {
    if (!this.#connected || this.#nc.isClosed()) return
    const stop = new AbortController()
    const late = delay(this.clock, 1_000, [stop.signal]).catch(() => {})
    await Promise.race([run().catch(() => {}), late])
    stop.abort()
  }

  #check(): void {
    if (this.closed.aborted) throw this.closed.reason
    if (!this.#connected) throw new LinkError('lost', 'The connection to the NATS servers is lost.')
  }

  #problem(error: unknown): Error {
    const { errors } = this.#client
    const cause = (error as Error | null)?.cause
    const isA = (type: new (...parameters: never[]) => Error): boolean =>
      error instanceof type || cause instanceof type
    if (this.closed.aborted) return this.closed.reason as LinkError
    if (isA(errors.NoRespondersError)) return new LinkError('nobody', 'Nobody answers.', { cause: error })
    if (isA(errors.TimeoutError))
      return new LinkError('timeout', 'The answer does not come.', { cause: error })
    if (isA(errors.PermissionViolationError)) {
      return new EngineError(`The NATS server does not allow it: ${reasonOf(error)}`, {
        remedy: 'Give the user of these credentials the rights for it.',
        cause: error,
      })
    }
    return new LinkError('lost', `The NATS servers cannot be reached: ${reasonOf(error)}`, { cause: error })
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.#nc.status()) {
      if (type === 'disconnect') {
        this.#connected = false
        this.#failAll(new LinkError('lost', 'The connection to the NATS servers is lost.'))
      } else if (type === 'reconnect') {
        this.#connected = true
        for (const run of this.#onReturn) run()
      }
    }
    // It is over: the client tries no more, or was told to close.
    this.#connected = false
    await this.close()
  }

  #failAll(error: LinkError): void {
    for (const fail of this.#waiting) fail(error)
    this.#waiting.clear()
  }
}

function unable(error: unknown): LinkError {
  if (error instanceof LinkError) return error
  return new LinkError('unable', `The NATS servers are not able to do it: ${reasonOf(error)}`, {
    cause: error,
  })
}

/** It may go well a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof LinkError) return error.problem !== 'closed'
  return (error as { passing?: boolean } | null)?.passing === true
}
