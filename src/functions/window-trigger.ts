/** When a window fires before its end. Whatever it is, the window fires at its end too. */
export type FiringTrigger =
  | { readonly type: 'watermark' }
  | { readonly type: 'processingTime' }
  | { readonly type: 'count'; readonly count: number }
  | { readonly type: 'early'; readonly after: number }
  | { readonly type: 'continuous'; readonly every: number }
  | { readonly type: 'anyOf'; readonly triggers: readonly FiringTrigger[] }

/** When a window fires, and whether it forgets what it has shown: pure data. */
export type WindowTrigger = FiringTrigger | { readonly type: 'purging'; readonly trigger: FiringTrigger }

/** Once event time has passed the window's end. The default in event time. */
export function onWatermark(): FiringTrigger {
  return { type: 'watermark' }
}

/** Once the clock has passed the window's end. The default in processing time. */
export function onProcessingTime(): FiringTrigger {
  return { type: 'processingTime' }
}

/** Each time `count` records have come since the last firing; and at the window's end. */
export function onCount(count: number): FiringTrigger {
  return { type: 'count', count }
}

/** `after` milliseconds by the clock after the first record that no firing has shown; and at the window's end. */
export function early(after: number): FiringTrigger {
  return { type: 'early', after }
}

/**
 * Whenever the time of the window (event time or the clock) passes a multiple of `every` milliseconds since the epoch,
 * if there is anything new; and at the window's end.
 */
export function continuous(every: number): FiringTrigger {
  return { type: 'continuous', every }
}

/** When any of these fires. */
export function anyOf(...triggers: readonly FiringTrigger[]): FiringTrigger {
  return { type: 'anyOf', triggers }
}

/** Forgets what a firing has shown, so that each shows only what is new. Without it firings show all of the window. */
export function purging(trigger: FiringTrigger): WindowTrigger {
  return { type: 'purging', trigger }
}
