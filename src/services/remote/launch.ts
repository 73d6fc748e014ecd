import type { Order, Report } from './messages.ts'

/** How a process ended. */
export interface ProcessExit {
  /** Null: by a signal, or it never came to run. */
  readonly code: number | null
  readonly signal: string | null
  /** The last lines that it wrote on stderr; may be empty. */
  readonly lastWords: string
}

/** A process that hosts a service, or is about to. */
export interface ServiceProcess {
  /**
   * A process that is gone is told nothing.
   * @throws what cannot be cloned does, and nothing has been sent.
   */
  send(order: Order): void
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** What is heard of a process, in order, `exited` last. */
export interface ProcessEvents {
  readonly heard: (report: Report) => void
  readonly exited: (exit: ProcessExit) => void
}

/** Starts a process for one instance of a service. @throws why there can be none. */
export type Launch = (service: string, instance: number, events: ProcessEvents) => Promise<ServiceProcess>

/** As the end of a sentence about a process. */
export function endOf({ code, signal }: ProcessExit): string {
  if (signal !== null) return `was killed by ${signal}`
  return code === null ? 'could not be started' : `exited with code ${code}`
}
