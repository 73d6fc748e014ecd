/**
 * Timers of the key at work. There is one per key, time, kind and tag: to set it again changes nothing. They are state:
 * a checkpoint holds them.
 */
export interface Timers {
  /**
   * How far event time has come: -Infinity before the first watermark, Infinity once the input has ended.
   */
  readonly watermark: number
  /**
   * Calls `onTimer` when the watermark has come to `ms`, at once when it is there already. At the end of the input all
   * these timers fire.
   * @throws InvalidArgumentError where the stream has no event time.
   */
  atEventTime(ms: number, tag?: string): void
  /** Calls `onTimer` when the job's clock says `ms`, or soon after. What is pending at the end of the input never fires. */
  atProcessingTime(ms: number, tag?: string): void
  /** Takes a timer back; none of that time and tag is fine too. */
  deleteEventTime(ms: number, tag?: string): void
  deleteProcessingTime(ms: number, tag?: string): void
}

/** A timer that has come due. */
export interface Timer<K = unknown> {
  /** What it was set for, in milliseconds. */
  readonly time: number
  readonly kind: 'event' | 'processing'
  readonly tag: string | undefined
  readonly key: K
}
