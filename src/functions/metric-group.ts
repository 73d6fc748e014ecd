/** Named counters of one operator instance, summed over subtasks in `metrics$`. */
export interface MetricGroup {
  /** Adds to a counter; it starts at 0. */
  count(name: string, by?: number): void
  /** Sets a gauge. */
  gauge(name: string, value: number): void
}
