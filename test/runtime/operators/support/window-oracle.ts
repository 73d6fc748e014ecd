import type { WindowAssigner } from '../../../../src/functions/window-assigner.ts'
import type { Window } from '../../../../src/functions/window.ts'

/** A record in its place in the stream. */
export interface TimedRecord {
  readonly id: number
  readonly key: unknown
  readonly time: number
}

/** What a window showed. */
export interface Shown {
  readonly window: Window
  readonly ids: readonly number[]
  readonly time: number
}

interface OpenWindow {
  readonly key: unknown
  start: number
  end: number
  ids: number[]
  firings: number
  fired: boolean
}

export type TimeAssigner = Exclude<WindowAssigner, { type: 'count' | 'global' }>

/** Windows by event time as they are defined, without a thought for speed: every window is looked at every time. */
export class WindowOracle {
  readonly shown: Shown[] = []
  readonly late: number[] = []
  readonly #assigner: TimeAssigner
  readonly #allowedLateness: number
  readonly #purges: boolean
  #open: OpenWindow[] = []
  #watermark = -Infinity

  constructor(assigner: TimeAssigner, allowedLateness = 0, purges = false) {
    this.#assigner = assigner
    this.#allowedLateness = allowedLateness
    this.#purges = purges
  }

  record({ id, key, time }: TimedRecord): void {
    const windows =
      this.#assigner.type === 'session'
        ? this.#session(key, time, this.#assigner.gap)
        : this.#aligned(key, time)
    const open = windows.filter(({ end }) => end - 1 + this.#allowedLateness > this.#watermark)
    if (open.length === 0) this.late.push(id)
    for (const window of open) {
      window.ids.push(id)
      if (!this.#open.includes(window)) this.#open.push(window)
      if (window.end - 1 > this.#watermark) window.fired = false
      else this.#fire(window, 'late')
    }
  }

  watermark(time: number): void {
    this.#watermark = time
    for (const window of this.#open) {
      if (window.fired || window.end - 1 > time) continue
      window.fired = true
      if (window.ids.length > 0) this.#fire(window, 'on-time')
    }
    this.#open = this.#open.filter(({ end }) => end - 1 + this.#allowedLateness > time)
  }

  #fire(window: OpenWindow, firing: Window['firing']): void {
    const { key, start, end, ids } = window
    window.fired = true
    const pane = window.firings++
    this.shown.push({ window: { key, start, end, firing, pane }, ids: [...ids], time: end - 1 })
    if (this.#purges) window.ids = []
  }

  #aligned(key: unknown, time: number): OpenWindow[] {
    const assigner = this.#assigner as Exclude<TimeAssigner, { type: 'session' }>
    const { size, offset } = assigner
    const every = assigner.type === 'sliding' ? assigner.every : size
    const windows: OpenWindow[] = []
    for (let start = time - size + 1; start <= time; start++) {
      if ((start - offset) % every !== 0) continue
      const found = this.#open.find((window) => window.key === key && window.start === start)
      windows.push(found ?? { key, start, end: start + size, ids: [], firings: 0, fired: false })
    }
    return windows
  }

  /** Windows of the key that overlap become one, for as long as there are any. */
  #session(key: unknown, time: number, gap: number): OpenWindow[] {
    let session: OpenWindow = { key, start: time, end: time + gap, ids: [], firings: 0, fired: false }
    for (;;) {
      const other = this.#open.find(
        (window) =>
          window !== session &&
          window.key === key &&
          window.start < session.end &&
          session.start < window.end,
      )
      if (other === undefined) return [session]
      this.#open = this.#open.filter((window) => window !== other && window !== session)
      session = {
        key,
        start: Math.min(session.start, other.start),
        end: Math.max(session.end, other.end),
        ids: [...session.ids, ...other.ids],
        firings: Math.max(session.firings, other.firings),
        fired: false,
      }
      this.#open.push(session)
    }
  }
}

/** In any order, as text that can be compared. */
export const sortedShown = (shown: readonly Shown[]): string[] =>
  shown.map(({ window, ids, time }) => JSON.stringify([window, [...ids].sort((a, b) => a - b), time])).sort()
