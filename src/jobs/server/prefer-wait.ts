/** Seconds that a request may wait. */
const LONGEST_WAIT = 60

/**
 * Seconds that a client is ready to wait, as RFC 7240 has it: `Prefer: wait=30`, at most 60. 0 where it has not said so, or
 * in a way that is none: preferences that are not understood are no errors.
 */
export function preferredWait(prefer: string | undefined): number {
  const wait = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)/i.exec(prefer ?? '')?.[1]
  return wait === undefined ? 0 : Math.min(Number(wait), LONGEST_WAIT)
}
