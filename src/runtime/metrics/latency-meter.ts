import type { Clock } from '../../time/clock.ts'
import type { LatencyMarker } from '../flow-control/packet.ts'
import type { Beat } from '../task/task-loop.ts'
import { figuresOf, type LatencyFigures, LatencyWindow } from './latency-window.ts'

/** Milliseconds between two markers of a source, where nobody says otherwise. */
const INTERVAL_MS = 100

export interface SinkLatency extends LatencyFigures {
  /** Its id in `nodes`. */
  readonly node: string
}

/**
 * How long it takes from a source to the sinks, over the last ten seconds: of the markers that sources send among their
 * records, which wait wherever records wait, but for the time that a window or an aggregate keeps them.
 */
export interface JobLatency extends LatencyFigures {
  /** Those that markers have come to. */
  readonly sinks: readonly SinkLatency[]
}

/** Where markers begin. */
export interface MarkerSource {
  mark(now: number): void
}

/** Where markers end. */
export interface MarkerArrivals {
  arrived(marker: LatencyMarker): void
}

/** Has the sources of an attempt send markers, and knows how long those took that have come to its sinks. */
export class LatencyMeter implements Beat {
  dueAt: number = Infinity
  readonly #clock: Pick<Clock, 'monotonic'>
  /** Null: none are ever sent. */
  readonly #interval: number | null
  readonly #sources: MarkerSource[] = []
  readonly #sinks = new Map<string, LatencyWindow>()

  /**
   * @param interval milliseconds between two markers of a source; 0 or false: none are sent; undefined: some are, from
   * when somebody first asks for figures
   */
  constructor(interval: number | false | undefined, clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
    this.#interval = interval === 0 || interval === false ? null : (interval ?? INTERVAL_MS)
    if (interval !== undefined) this.#begin()
  }

  from(source: MarkerSource): void {
    this.#sources.push(source)
  }

  /** What a strand tells with which these sinks end; null: there are none. */
  to(sinks: readonly string[]): MarkerArrivals | null {
    if (sinks.length === 0) return null
    return {
      arrived: ({ at }) => {
        const now = this.#clock.monotonic()
        for (const sink of sinks) this.#windowOf(sink).add(now - at, now)
      },
    }
  }

  beat(now: number): void {
    this.dueAt = now + (this.#interval ?? Infinity)
    for (const source of this.#sources) source.mark(now)
  }

  /** Null while nothing is known: no marker has come for long. */
  figures(): JobLatency | null {
    if (this.dueAt === Infinity) this.#begin()
    const now = this.#clock.monotonic()
    const recent = [...this.#sinks].map(([node, window]) => ({ node, times: window.recent(now) }))
    const all = figuresOf(recent.flatMap(({ times }) => times))
    if (all === null) return null
    const sinks = recent.flatMap(({ node, times }) => {
      const figures = figuresOf(times)
      return figures === null ? [] : [{ node, ...figures }]
    })
    return { ...all, sinks }
  }

  #begin(): void {
    if (this.#interval !== null) this.dueAt = -Infinity
  }

  #windowOf(sink: string): LatencyWindow {
    let window = this.#sinks.get(sink)
    if (window === undefined) this.#sinks.set(sink, (window = new LatencyWindow()))
    return window
  }
}
