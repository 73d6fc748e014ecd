/** An Aggregator whose `result` knows the type of the key. Every Aggregator is one. */
export interface KeyedAggregator<I, A, O, K> {
  /** Called once per key. */
  create(): A
  /** Returns the new accumulator, or changes it in place and returns nothing. */
  add(accumulator: A, value: I): A | void
  /** Called once per key, when the input has ended. */
  result(accumulator: A, key: K): O
}
