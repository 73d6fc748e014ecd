import type { WatermarkGenerator } from '../functions/watermark-strategy.ts'
import { isWatermark, type Timed, type Watermark } from './marks.ts'

/** What a source for `env.fromTimed` gives. */
export type TimedItem<T> = Timed<T> | Watermark

/** A watermark has no place in time itself, and goes no further. */
export function timeOf(item: TimedItem<unknown>): number {
  return isWatermark(item) ? 0 : item.at
}

export function recordsOf<T>(item: TimedItem<T>): readonly T[] {
  return isWatermark(item) ? [] : [item.value]
}

/** Event time comes to what the source says, and no record moves it. */
export function inBandWatermarks(): WatermarkGenerator {
  return { next: (_, item) => (isWatermark(item) ? item.time : -Infinity) }
}
