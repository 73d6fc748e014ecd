import type { Clock } from '../../../src/time/clock.ts'
import { realClock } from '../../../src/time/real-clock.ts'

/** A clock that goes so many times faster. */
export function hurriedClock(times: number): Clock {
  return {
    ...realClock,
    monotonic: () => realClock.monotonic() * times,
    setTimeout: (run, ms) => realClock.setTimeout(run, ms / times),
  }
}
