import { reasonOf } from '../../errors/reason-of.ts'
import { delay } from '../../time/delay.ts'
import { isPressure } from './pressure.ts'
import type { SupervisorContext } from './supervisor-context.ts'

/** Milliseconds between two attempts. */
export const PRESSURE_PAUSE: number = 1_000

/**
 * Does what has to be done, again and again while the machine is short of something.
 * @throws what stands in the way otherwise, and the last of such errors once the server gives up.
 */
export async function insist<T>(
  what: string,
  { clock, logger, giveUp }: Pick<SupervisorContext, 'clock' | 'logger' | 'giveUp'>,
  work: () => T | Promise<T>,
): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await work()
    } catch (error) {
      if (!isPressure(error) || giveUp.aborted) throw error
      if (attempts === 1) logger.warn(`Cannot ${what}; it is tried again: ${reasonOf(error)}`, { error })
      await delay(clock, PRESSURE_PAUSE, [giveUp]).catch(() => {})
    }
  }
}
