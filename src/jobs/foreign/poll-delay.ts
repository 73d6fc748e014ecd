/** Milliseconds. A provider that fails is tried again within this, unless its interval is longer. */
export const LONGEST_BACKOFF: number = 5 * 60_000
/** Milliseconds. One that has asked for time is tried again within this, whatever it has asked for. */
export const LONGEST_WAIT: number = 15 * 60_000
/** Part of a delay by which it is made longer or shorter, so that servers and providers do not keep step. */
const JITTER = 0.1
/** Part of the interval within which the first poll comes. */
const FIRST = 0.1

export interface PollState {
  /** Milliseconds between the beginnings of two polls. */
  readonly interval: number
  /** Polls in a row that the provider did not let come to their end. */
  readonly failures: number
  /** Milliseconds for which the provider wants to be left alone. */
  readonly retryAfter?: number | undefined
}

/** Milliseconds until the first poll. */
export const firstPoll = (interval: number, random: number): number => interval * FIRST * random

/**
 * Milliseconds from the beginning of a poll to that of the next: the interval, and of a provider that fails twice that,
 * four times that and so on. What it has asked for is not undercut.
 * @param random from 0 up to 1
 */
export function pollDelay({ interval, failures, retryAfter = 0 }: PollState, random: number): number {
  const backoff = Math.min(interval * 2 ** Math.min(failures, 30), Math.max(interval, LONGEST_BACKOFF))
  const jittered = backoff * (1 - JITTER + 2 * JITTER * random)
  return Math.max(jittered, Math.min(retryAfter, LONGEST_WAIT) * (1 + JITTER * random))
}
