/** One live window of one key. Plain data, saved as it is; times are in milliseconds. */
export interface Pane {
  start: number
  end: number
  /** What its records have become; meaningless while `size` is 0. */
  accumulator: unknown
  /** Records in the accumulator. */
  size: number
  /** How many of them a firing has shown. */
  shown: number
  /** Firings so far. */
  firings: number
  /** The largest event time of its records; -Infinity: none had any. */
  newest: number
  /** When it fires at its end, and behind that when it is forgotten. */
  due: number
  /** When it fires before its end; Infinity: that is not decided yet. */
  early: number
  /** The times under which it stands in the queues; NaN: in none, as before its first record. Made anew on load. */
  queued: number
  earlyQueued: number
}

export function createPane(start: number, end: number): Pane {
  return {
    start,
    end,
    accumulator: undefined,
    size: 0,
    shown: 0,
    firings: 0,
    newest: -Infinity,
    due: Infinity,
    early: Infinity,
    queued: NaN,
    earlyQueued: NaN,
  }
}

/** Puts a pane where it belongs by its start. Most are the newest. */
export function insertPane(panes: Pane[], pane: Pane): void {
  let at = panes.length
  while (at > 0 && (panes[at - 1] as Pane).start > pane.start) at--
  if (at === panes.length) panes.push(pane)
  else panes.splice(at, 0, pane)
}
