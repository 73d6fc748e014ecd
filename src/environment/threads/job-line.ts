import type { MessagePort, TransferListItem } from 'node:worker_threads'
import { fromPortableError, toPortableError } from '../../errors/portable-error-codec.ts'
import { excerpt } from '../../errors/excerpt.ts'
import type { Logger } from '../../functions/logger.ts'
import { ForwardingLogger } from '../../services/remote/forwarding-logger.ts'
import type { LogReport } from '../../services/remote/messages.ts'
import type { GivenUp } from '../../runtime/dead-letters/given-up.ts'
import type { ThreadNews, ThreadOrder, ThreadQuestion } from '../../runtime/threads/thread-messages.ts'

/** Log lines and letters on their way to the job: no operator waits until they are heard. */
const MOST_NOTES = 1000

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What a thread says to its job, and hears. */
export class JobLine {
  readonly #port: MessagePort
  /** Questions without an answer, by number. As many as there are calls, puts and reads under way. */
  readonly #waiting = new Map<number, Waiting>()
  #count = 0
  /** Notes sent, those that have been heard, and those that were left out. */
  #noted = 0
  #heard = 0
  #leftOut = 0

  /** @param hear told of everything but answers. */
  constructor(port: MessagePort, hear: (order: Exclude<ThreadOrder, Answer>) => void) {
    this.#port = port
    port.on('message', (order: ThreadOrder) => {
      if (order.type === 'answer' || order.type === 'refusal') this.#settle(order)
      else hear(order)
    })
  }

  tell(news: ThreadNews): void {
    this.#port.postMessage(news)
  }

  /** @throws DataCloneError, as a rejection, when it cannot be sent; else what the job answers with. */
  async ask(
    question: ThreadQuestion,
    {
      signal,
      transfer = [],
    }: { readonly signal?: AbortSignal; readonly transfer?: readonly TransferListItem[] } = {},
  ): Promise<unknown> {
    signal?.throwIfAborted()
    const id = this.#count++
    this.#port.postMessage({ type: 'ask', id, question } satisfies ThreadNews, transfer)
    const forget = (): void => {
      this.#waiting.get(id)?.reject(signal?.reason)
      this.#waiting.delete(id)
      this.tell({ type: 'forget', id })
    }
    signal?.addEventListener('abort', forget, { once: true })
    try {
      return await new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    } finally {
      signal?.removeEventListener('abort', forget)
    }
  }

  /** What is given up here is kept there. A record that cannot be sent is told of as text. */
  letter({ error, ...rest }: GivenUp): void {
    if (!this.#takesNote()) return
    const letter = { ...rest, error: toPortableError(error) }
    try {
      this.tell({ type: 'letter', letter })
    } catch {
      const { record, key } = letter
      this.tell({
        type: 'letter',
        letter: { ...letter, record: excerpt(record), key: excerpt(key), replay: null },
      })
    }
  }

  /** So many notes have been heard by now. */
  heard(notes: number): void {
    this.#heard = notes
    if (this.#leftOut === 0) return
    const message = `${this.#leftOut} log lines and dead letters of a thread were left out: they came too fast.`
    this.#leftOut = 0
    this.#log({ type: 'log', level: 'warn', message, fields: {} })
  }

  #takesNote(): boolean {
    if (this.#noted - this.#heard < MOST_NOTES) {
      this.#noted++
      return true
    }
    this.#leftOut++
    return false
  }

  /** What is logged here is logged there. */
  logger(): Logger {
    return new ForwardingLogger((line) => this.#log(line))
  }

  /** Nobody answers any more. */
  close(reason: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
    this.#port.close()
  }

  #log(line: LogReport): void {
    if (!this.#takesNote()) return
    const plain = Object.entries(line.fields as Record<string, unknown>).map(([name, value]) => [
      name,
      value instanceof Error ? toPortableError(value) : typeof value === 'object' ? excerpt(value) : value,
    ])
    try {
      this.tell({ ...line, fields: Object.fromEntries(plain) as object })
    } catch {
      this.tell({ ...line, fields: {} })
    }
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.type === 'answer') waiting?.resolve(answer.value)
    else waiting?.reject(fromPortableError(answer.error))
  }
}

type Answer = Extract<ThreadOrder, { type: 'answer' | 'refusal' }>
