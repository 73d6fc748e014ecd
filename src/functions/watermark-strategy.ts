/** How far event time has come, as one subtask's records show it. */
export interface WatermarkGenerator {
  /**
   * Called for each record, in order. Returns the watermark after it: no record with a timestamp of at most this is
   * expected any more. What is smaller than before is ignored.
   */
  next(timestamp: number, value: unknown): number
}

/**
 * How watermarks follow from timestamps: pure data, or a factory of generators of your own, one per subtask.
 * - `bounded`: records are at most `outOfOrderness` milliseconds behind the latest one
 * - `monotonous`: timestamps never go back
 */
export type WatermarkStrategy =
  | { readonly type: 'bounded'; readonly outOfOrderness: number }
  | { readonly type: 'monotonous' }
  | { readonly type: 'custom'; readonly create: () => WatermarkGenerator }

/** Records come at most `outOfOrderness` milliseconds behind the latest one. */
export function boundedOutOfOrderness(outOfOrderness: number): WatermarkStrategy {
  return { type: 'bounded', outOfOrderness }
}

/** Timestamps never go back. */
export function monotonousTimestamps(): WatermarkStrategy {
  return { type: 'monotonous' }
}

/** Watermarks of your own making. `create` is called once per subtask. */
export function customWatermarks(create: () => WatermarkGenerator): WatermarkStrategy {
  return { type: 'custom', create }
}
