import type { EventLog } from '../job-manager.ts'

/**
 * Number behind which the events of a moment, in milliseconds since the epoch, and of later ones begin. They stand in
 * the order of their times, unless the clock was set back, so a few reads find it however many are kept.
 */
export function eventBefore(log: Pick<EventLog, 'read' | 'first' | 'last'>, moment: number): number {
  let low = Math.max(0, log.first - 1)
  let high = log.last
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [next] = log.read({ since: middle, limit: 1 })
    if (next === undefined || Date.parse(next.at) >= moment) high = middle
    else low = next.id
  }
  return low
}
