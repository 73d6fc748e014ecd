import type { WindowTrigger } from '../functions/window-trigger.ts'
import type { WindowNode } from './transformation.ts'

/** Whether the windows cannot be told, or cannot fire, where records have no event times. */
export function windowNeedsEventTime({ time, assigner, trigger }: WindowNode): boolean {
  if (time !== 'event' || assigner.type === 'count') return false
  return assigner.type !== 'global' || isContinuous(trigger)
}

function isContinuous(trigger: WindowTrigger): boolean {
  switch (trigger.type) {
    case 'continuous':
      return true
    case 'anyOf':
      return trigger.triggers.some(isContinuous)
    case 'purging':
      return isContinuous(trigger.trigger)
    default:
      return false
  }
}
