import { AsyncResource } from 'node:async_hooks'
import { thrownBy, toPortableError } from '../../errors/portable-error-codec.ts'
import type { ErrorClass } from '../service-source.ts'
import { sendCloned } from './cloning.ts'
import type { AbortMessage, Answer, CallMessage } from './messages.ts'

/** Who calls, and whom. */
export interface CallParties {
  readonly service: string
  /** The operator's or service's name, for messages. */
  readonly caller: string
  /** Aborted when the caller gives up. */
  readonly signal: AbortSignal | undefined
}

interface CallInFlight {
  readonly method: string
  readonly caller: string
  /** The asynchronous context of the caller: what the other side does for this call is done in it. */
  readonly context: AsyncResource
  readonly settle: (answer: Answer) => void
  readonly fail: (error: Error) => void
}

/**
 * Calls that another process is answering. One that its caller has given up stays among them until it is answered: until
 * then the other side is at work for it.
 */
export class OutgoingCalls<Message extends CallMessage = CallMessage> {
  readonly #send: (message: Message | AbortMessage) => void
  readonly #errors: ReadonlyMap<string, ErrorClass>
  readonly #calls = new Map<number, CallInFlight>()
  #ids = 0

  /** @param send throws what cannot be cloned; @param errors classes that errors are made of again. */
  constructor(send: (message: Message | AbortMessage) => void, errors: ReadonlyMap<string, ErrorClass>) {
    this.#send = send
    this.#errors = errors
  }

  get count(): number {
    return this.#calls.size
  }

  /** Rejects with what was thrown there, or with NotCloneableError. */
  async call(
    message: Omit<Message, 'type' | 'id'>,
    { service, caller, signal }: CallParties,
  ): Promise<unknown> {
    const id = this.#ids++
    const { method } = message
    const what = `An argument of "${method}" of service "${service}"`
    sendCloned(() => this.#send({ ...message, type: 'call', id } as never), what, caller)
    const abort = (): void =>
      this.#send({ type: 'abort', id, reason: toPortableError(signal?.reason) } satisfies AbortMessage)
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort)
    try {
      return await new Promise((resolve, reject) => {
        const context = new AsyncResource('MILLRACE_REMOTE_CALL', { requireManualDestroy: true })
        const settle = (answer: Answer): void => {
          if ('error' in answer) reject(thrownBy(answer.error, { classes: this.#errors }))
          else resolve(answer.value)
        }
        this.#calls.set(id, { method, caller, context, settle, fail: reject })
      })
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  settle(id: number, answer: Answer): void {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    call?.settle(answer)
  }

  /** The other side is gone. `error` is made for each call. */
  failAll(error: (call: { readonly method: string; readonly caller: string }) => Error): void {
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    for (const call of calls) call.fail(error(call))
  }

  /** Does what is done for a call, where that is still in flight. */
  runWithin<T>(id: number | null, run: () => T): T {
    const context = id === null ? undefined : this.#calls.get(id)?.context
    return context === undefined ? run() : context.runInAsyncScope(run)
  }
}
