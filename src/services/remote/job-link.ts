import type process from 'node:process'
import type { Order, Report } from './messages.ts'

/** Lines of log on their way to the job; a job that is slow to read them gets no more. */
const LINES = 1024

/** The channel between a process that hosts a service and the job. What else runs here does not get to it. */
export class JobLink {
  readonly #process: typeof process
  readonly #send: NonNullable<typeof process.send>
  #lines = 0
  #lost = 0

  /** @param forked the process itself. @throws TypeError when nobody has forked it. */
  constructor(forked: typeof process) {
    if (forked.send === undefined) throw new TypeError('a job starts this process, and nobody else can')
    this.#process = forked
    this.#send = forked.send.bind(forked)
    Reflect.deleteProperty(forked, 'send')
  }

  /** Calls back with each order, and when the job is gone. */
  listen(heed: (order: Order) => void, gone: () => void): void {
    this.#process.on('message', (message) => heed(message as Order))
    if (this.#process.connected) this.#process.once('disconnect', gone)
    else gone()
    this.hold()
  }

  /** The process lives for as long as the channel. */
  hold(): void {
    this.#process.channel?.ref()
  }

  /** A job that is gone is told nothing. @throws what cannot be cloned does. */
  tell(report: Report): void {
    if (!this.#process.connected) return
    if (report.type === 'log') this.#log(report)
    // A job that is gone by the time it arrives is no error of the program.
    else this.#send(report, () => {})
  }

  #log(report: Extract<Report, { readonly type: 'log' }>): void {
    if (this.#lines === LINES) {
      this.#lost++
      return
    }
    const lost = this.#lost === 0 ? {} : { linesLost: this.#lost }
    this.#send({ ...report, fields: { ...report.fields, ...lost } }, () => void this.#lines--)
    this.#lines++
    this.#lost = 0
  }
}
