import process from 'node:process'
import type { InterruptSignal } from './messages.ts'

const signals: readonly InterruptSignal[] = ['SIGINT', 'SIGTERM']

/** Calls back with each Ctrl-C and SIGTERM until the work is over, and lives on: whoever is told ends what there is. */
export async function forwardInterrupts<T>(
  told: (signal: InterruptSignal) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (const signal of signals) process.on(signal, told)
  try {
    return await work()
  } finally {
    for (const signal of signals) process.off(signal, told)
  }
}
