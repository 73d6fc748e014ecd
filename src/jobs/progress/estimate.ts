/** Seconds that an estimate may come to: what would take longer is not known at all. */
const LONGEST = 366 * 24 * 3600

/**
 * Seconds until so much more is done at that rate, counted from now; null where that cannot be known.
 * @param age seconds since the figures were made
 */
export function secondsLeft(more: number, rate: number | null, age: number | null): number | null {
  if (!(more > 0)) return more === 0 ? 0 : null
  if (rate === null || !(rate > 0)) return null
  const seconds = more / rate
  return seconds <= LONGEST ? Math.round(Math.max(0, seconds - (age ?? 0))) : null
}

/** A rate with three digits that count: what differs less is the same. */
export const roundedRate = (perSecond: number): number => Number(perSecond.toPrecision(3))
