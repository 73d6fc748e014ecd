import type process from 'node:process'
import { backgroundTimers } from '../../../time/background-timers.ts'
import type { InterruptSignal } from '../messages.ts'

type Process = Pick<
  typeof process,
  'pid' | 'kill' | 'on' | 'off' | 'emit' | 'listeners' | 'listenerCount' | 'prependListener'
>

/**
 * Ctrl-C at a terminal reaches the command and the program that it runs; `kill` reaches the command alone, which tells
 * the program. Here each counts once. As long as nobody else listens to a signal it does what it does without us.
 */
export class RelayedSignals {
  readonly #process: Process
  readonly #seen: Record<InterruptSignal, number> = { SIGINT: 0, SIGTERM: 0 }

  constructor(own: Process, signals: readonly InterruptSignal[] = ['SIGINT', 'SIGTERM']) {
    this.#process = own
    for (const signal of signals) this.#count(signal)
  }

  /** The command has had the signal for the so-manieth time. */
  relay(signal: InterruptSignal, times: number): void {
    // A signal that the terminal has sent to both is here before the command's word of it: it is handled in this turn.
    backgroundTimers.setImmediate(() => {
      if (this.#seen[signal] >= times) return
      if (this.#process.listenerCount(signal) === 0) this.#process.kill(this.#process.pid, signal)
      else this.#process.emit(signal, signal)
    })
  }

  #count(signal: InterruptSignal): void {
    const own = this.#process
    const count = (): void => void this.#seen[signal]++
    const isCounted = (): boolean => own.listeners(signal).includes(count)
    own.on('newListener', (event: string | symbol, listener: unknown) => {
      if (event === signal && listener !== count && !isCounted()) own.prependListener(signal, count)
    })
    own.on('removeListener', (event: string | symbol) => {
      if (event === signal && own.listenerCount(signal) === 1 && isCounted()) own.off(signal, count)
    })
  }
}
