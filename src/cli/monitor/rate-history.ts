import { produce } from 'immer'

/** Seconds that a rate is remembered. */
export const RATE_SECONDS = 60

/** Records a second over the last minute: what a counter grew by, second by second. */
export interface RateHistory {
  /** Of the newest of `rates`, counted in the time of the job. */
  readonly second: number
  /** At most RATE_SECONDS, the newest last. */
  readonly rates: readonly number[]
  /** What was counted when it was last told, and when: milliseconds. */
  readonly count: number
  readonly at: number
}

export const beginRates = (count: number, at: number): RateHistory => ({
  second: Math.floor(at / 1000),
  rates: [],
  count,
  at,
})

/** The history with a new count. A counter that went back has begun again, and so does its time: nothing is known yet. */
export function addCount(history: RateHistory, count: number, at: number): RateHistory {
  const elapsed = at - history.at
  if (elapsed < 0 || count < history.count) return { ...beginRates(count, at), rates: history.rates }
  if (elapsed < 1) return history
  return produce(history, (draft) => {
    const rate = ((count - history.count) * 1000) / elapsed
    const second = Math.floor(at / 1000)
    // Of notices in one second the last one counts; seconds that nothing was told of had the same rate.
    const seconds = second - history.second
    if (seconds === 0) draft.rates[Math.max(0, draft.rates.length - 1)] = rate
    else for (let i = 0; i < Math.min(seconds, RATE_SECONDS); i++) draft.rates.push(rate)
    if (draft.rates.length > RATE_SECONDS) draft.rates.splice(0, draft.rates.length - RATE_SECONDS)
    draft.second = second
    draft.count = count
    draft.at = at
  })
}

/** Records a second, as last known; null before there were two counts. */
export const rateOf = ({ rates }: RateHistory): number | null => rates.at(-1) ?? null
