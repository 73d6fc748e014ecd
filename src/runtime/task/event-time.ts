/** Event time as one stage sees it. Nothing with a timestamp of at most `watermark` is expected any more. */
export class EventTime {
  /**
   * Milliseconds; -Infinity before the first watermark. Once the input has ended it is Infinity, for stages that wait for
   * event time; others see how far it had come, and so does what they emit at the end.
   */
  watermark: number = -Infinity
}

/** The event time of what a stage emitted last, for stages whose outputs have times of their own. NaN: none. */
export class Stamp {
  timestamp: number = NaN
}
