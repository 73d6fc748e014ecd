import type { Stage } from './stage.ts'

type Call = Stage['call']

/**
 * Calls `calls[at]`, and has V8 leave that a call. Where it knows which function is called, it compiles a short one into
 * what is around, and if that has a loop of its own, the loop is up to a fifth slower there than where the function is
 * compiled by itself: more than a call costs, for records that take long. What an array holds is no constant for it.
 */
export function callOut(
  calls: readonly Call[],
  at: number,
  value: unknown,
  context: unknown,
  input: number,
): unknown {
  return (calls[at] as Call)(value, context, input, NaN)
}

// From a place that has called two functions, V8 expects any: that is noted once the place has been used some times.
const some: readonly Call[] = [() => true, () => false]
for (let i = 0; i < 100; i++) callOut(some, i % 2, i, undefined, 0)
