import { fromPortableError, toPortableError } from '../../errors/portable-error-codec.ts'
import { sendCloned } from './cloning.ts'
import type { AbortMessage, AnswerMessage } from './messages.ts'

/** A call that another process makes. */
export interface IncomingCall {
  readonly id: number
  readonly service: string
  readonly method: string
}

/** Answers the calls that another process makes, each once: when its work has settled, whoever has given it up. */
export class IncomingCalls {
  readonly #tell: (message: AnswerMessage) => void
  readonly #calls = new Map<number, AbortController>()

  /** @param tell throws what cannot be cloned. */
  constructor(tell: (message: AnswerMessage) => void) {
    this.#tell = tell
  }

  /** `work` may throw. Its signal is aborted when the caller has given up. */
  async take({ id, service, method }: IncomingCall, work: (signal: AbortSignal) => unknown): Promise<void> {
    const controller = new AbortController()
    this.#calls.set(id, controller)
    try {
      const value = await work(controller.signal)
      const what = `What "${method}" of service "${service}" returned`
      sendCloned(() => this.#tell({ type: 'answer', id, value }), what, service)
    } catch (error) {
      this.#tell({ type: 'answer', id, error: toPortableError(error) })
    } finally {
      this.#calls.delete(id)
    }
  }

  abort({ id, reason }: AbortMessage): void {
    this.#calls.get(id)?.abort(fromPortableError(reason))
  }

  /** Nobody waits for any of them. */
  giveUp(reason: unknown): void {
    for (const controller of this.#calls.values()) controller.abort(reason)
  }
}
