import type { SessionWindows, SlidingWindows } from '../../functions/window-assigner.ts'
import type { Target } from './accumulate.ts'
import { createPane, type Pane } from './pane.ts'
import { firstStart } from './window-starts.ts'

/** Finds a record's windows among those of its key, which are in order, or makes them. */
export type Place = (panes: readonly Pane[], time: number) => readonly Target[]

const NONE: readonly Pane[] = []

export function slidingWindows({ size, every, offset }: SlidingWindows): Place {
  return (panes, time) => {
    const targets: Target[] = []
    let at = 0
    for (let start = firstStart(time, size, every, offset); start <= time; start += every) {
      while (at < panes.length && (panes[at] as Pane).start < start) at++
      const found = panes[at]
      const end = start + size
      const pane = found !== undefined && found.start === start ? found : createPane(start, end)
      targets.push({ pane, start, end, absorbed: NONE })
    }
    return targets
  }
}

/** A session of its own, or one of those that it overlaps, which becomes one with the others. */
export function sessionsOf({ gap }: SessionWindows): Place {
  return (panes, time) => {
    let first = 0
    while (first < panes.length && (panes[first] as Pane).end <= time) first++
    let behind = first
    while (behind < panes.length && (panes[behind] as Pane).start < time + gap) behind++
    if (behind === first) {
      const end = time + gap
      return [{ pane: createPane(time, end), start: time, end, absorbed: NONE }]
    }
    const pane = panes[first] as Pane
    const start = Math.min(time, pane.start)
    const end = Math.max(time + gap, (panes[behind - 1] as Pane).end)
    const absorbed = behind - first === 1 ? NONE : panes.slice(first + 1, behind)
    return [{ pane, start, end, absorbed }]
  }
}
