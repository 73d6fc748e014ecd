/** Milliseconds that figures are taken over: what came before is of no interest any more. */
const WINDOW_MS = 10_000
/** Markers that are remembered, the last. */
const MOST = 512

/** How long records were on their way, in milliseconds: of a hundred, 50, 95 and 99 were so quick; and the slowest. */
export interface LatencyFigures {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** How long the markers took that have come in the last ten seconds. At most 512 are remembered. */
export class LatencyWindow {
  readonly #times = new Float64Array(MOST)
  readonly #came = new Float64Array(MOST).fill(-Infinity)
  #next = 0

  /** One has come that took so long. */
  add(ms: number, now: number): void {
    this.#times[this.#next] = ms
    this.#came[this.#next] = now
    this.#next = (this.#next + 1) % MOST
  }

  /** In no order. */
  recent(now: number): readonly number[] {
    return [...this.#times.filter((_, i) => this.#came[i]! > now - WINDOW_MS)]
  }
}

/** Null where there are none. */
export function figuresOf(times: readonly number[]): LatencyFigures | null {
  if (times.length === 0) return null
  const sorted = Float64Array.from(times).sort()
  const at = (share: number): number => rounded(sorted[Math.ceil(share * sorted.length) - 1]!)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

/** To the microsecond. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000
