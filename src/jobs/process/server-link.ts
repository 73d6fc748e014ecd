import type process from 'node:process'
import type { Order, Report } from './messages.ts'

/** Of a process that was forked. */
type Forked = typeof process

/** The channel between a job's process and its server. The program that runs here does not get to it. */
export class ServerLink {
  readonly #process: Forked
  readonly #send: NonNullable<Forked['send']>
  /** Reports on their way. */
  #sending = 0
  #onSent: () => void = () => {}

  /** @param forked the process itself. @throws TypeError when nobody has forked it. */
  constructor(forked: Forked) {
    if (forked.send === undefined)
      throw new TypeError('a job server starts this process, and nobody else can')
    this.#process = forked
    this.#send = forked.send.bind(forked)
    // What else the program runs may look for a parent to talk to.
    Reflect.deleteProperty(forked, 'send')
  }

  /** Calls back with each order, and when the server is gone. */
  listen(ordered: (order: Order) => void, gone: () => void): void {
    this.#process.on('message', (message) => ordered(message as Order))
    const lost = (): void => {
      // What was on its way will not arrive, and nobody says so.
      this.#sending = 0
      this.#onSent()
      gone()
    }
    if (this.#process.connected) this.#process.once('disconnect', lost)
    else lost()
  }

  /** The process lives for as long as the channel, whatever else there is for it to do. */
  hold(): void {
    this.#process.channel?.ref()
  }

  /** The channel keeps the process alive no longer. */
  release(): void {
    this.#process.channel?.unref()
  }

  /** Reports on their way. */
  get sending(): number {
    return this.#sending
  }

  /** A server that is gone is told nothing. */
  tell(report: Report): void {
    if (!this.#process.connected) return
    this.#sending++
    this.#send(report, () => {
      if (--this.#sending <= 0) this.#onSent()
    })
  }

  /**
   * Tells what will be out of date when it cannot be told now, unless more than so many reports are on their way: a
   * server that is slow gets no queue of it.
   */
  mention(report: Report, most = 0): void {
    if (this.#sending <= most) this.tell(report)
  }

  /** Resolves when all is told. */
  async told(): Promise<void> {
    if (this.#sending > 0) await new Promise<void>((resolve) => (this.#onSent = resolve))
  }
}
