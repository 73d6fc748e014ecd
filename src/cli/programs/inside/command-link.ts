import type process from 'node:process'
import type { ProgramCommand, ProgramReport } from '../messages.ts'

/** Of a process that was started with a channel. */
type Started = typeof process

/** The channel between a program's process and the command that runs it. The program does not get to it. */
export class CommandLink {
  readonly #process: Started
  readonly #send: NonNullable<Started['send']>
  /** Reports on their way. */
  #sending = 0

  /** @param gone called when the command is not there any more */
  constructor(started: Started, told: (command: ProgramCommand) => void, gone: () => void) {
    if (started.send === undefined) throw new TypeError('a command starts this process, and nobody else can')
    this.#process = started
    this.#send = started.send.bind(started)
    // What else the program runs may look for a parent to talk to.
    Reflect.deleteProperty(started, 'send')
    started.on('message', (message) => told(message as ProgramCommand))
    started.once('disconnect', gone)
    // The program ends as if it were run by itself.
    started.channel?.unref()
  }

  tell(report: ProgramReport): void {
    this.#tell(report)
  }

  /** Tells what will be out of date when it cannot be told now: a command that is slow gets no queue of it. */
  mention(report: ProgramReport): void {
    if (this.#sending === 0) this.#tell(report)
  }

  /** Tells, and exits when it is told. */
  exitWith(report: ProgramReport, code: number): void {
    this.#process.channel?.ref()
    if (this.#process.connected) this.#tell(report, () => this.#process.exit(code))
    else this.#process.exit(code)
  }

  #tell(report: ProgramReport, told = (): void => {}): void {
    if (!this.#process.connected) return
    this.#sending++
    this.#send(report, () => {
      this.#sending--
      told()
    })
  }
}
