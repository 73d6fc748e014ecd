const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * Milliseconds from one attempt to the next, as Standard Webhooks recommends: eight attempts within about 32 hours, so
 * that a receiver which is down for a day loses nothing.
 */
export const retryDelays: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
]

/** Of a delay, by which it is at most drawn out, so that what failed together is not tried together. */
const JITTER = 0.2

/** A receiver cannot put webhooks off for longer. */
const LONGEST_WAIT = 24 * HOUR

/**
 * Milliseconds from the attempt that was the `failures`-th to fail until the next; null: there is no next one.
 * @param random from 0 up to 1
 * @param asked what the receiver asks to wait; undefined: it does not
 */
export function retryDelay(failures: number, random: number, asked?: number): number | null {
  const delay = retryDelays[failures - 1]
  if (delay === undefined) return null
  return Math.max(Math.round(delay * (1 + JITTER * random)), Math.min(asked ?? 0, LONGEST_WAIT))
}
