import process from 'node:process'
import { MillraceError } from '../errors/millrace-error.ts'

/** Ctrl-C, or SIGTERM, while a command was under way. */
export class InterruptedError extends MillraceError {
  constructor(message = 'interrupted') {
    super('ERR_INTERRUPTED', message)
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const

/**
 * Does work whose signal is aborted, with an InterruptedError, by Ctrl-C and SIGTERM. The second of them ends the
 * process at once. Nothing listens any more when the work is over.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort(new InterruptedError())
  }
  for (const name of signals) process.on(name, onSignal)
  try {
    return await work(controller.signal)
  } catch (error) {
    // Whatever it was that the abort has broken off.
    if (controller.signal.aborted) throw controller.signal.reason
    throw error
  } finally {
    for (const name of signals) process.off(name, onSignal)
  }
}
