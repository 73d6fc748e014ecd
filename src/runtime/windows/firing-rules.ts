import type { WindowTrigger } from '../../functions/window-trigger.ts'

/** A trigger, as windows look at it. Every number is Infinity where that is no reason to fire. */
export interface FiringRules {
  /** Records that no firing has shown. */
  readonly count: number
  /** Milliseconds by the clock after the first of them. */
  readonly after: number
  /** Multiples of so many milliseconds, in the time of the window. */
  readonly every: number
  /** What a firing has shown is forgotten. */
  readonly purging: boolean
}

export function firingRules(trigger: WindowTrigger): FiringRules {
  const none = { count: Infinity, after: Infinity, every: Infinity, purging: false }
  switch (trigger.type) {
    case 'watermark':
    case 'processingTime':
      return none
    case 'count':
      return { ...none, count: trigger.count }
    case 'early':
      return { ...none, after: trigger.after }
    case 'continuous':
      return { ...none, every: trigger.every }
    case 'purging':
      return { ...firingRules(trigger.trigger), purging: true }
    case 'anyOf':
      return trigger.triggers.map(firingRules).reduce((a, b) => ({
        count: Math.min(a.count, b.count),
        after: Math.min(a.after, b.after),
        every: Math.min(a.every, b.every),
        purging: false,
      }))
  }
}
