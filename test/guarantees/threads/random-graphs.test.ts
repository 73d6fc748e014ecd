import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { EnvironmentOptions, OperatorPlacement } from '../../../src/index.ts'
import { suite } from '../../support/suite.ts'
import { anyGraph } from '../support/any-graph.ts'
import { expected, outcome, type RandomGraph } from '../support/random-graph.ts'

const seed = Number(process.env['MILLRACE_SEED'] ?? 20_260)
const numRuns = Number(process.env['MILLRACE_RUNS'] ?? 12)

const entry = new URL('programs/random-graph.ts', import.meta.url)

/** Where the operators of a pipeline are: each step has the next of `places`, over and over. */
interface Placing {
  readonly places: readonly OperatorPlacement[]
  readonly placement: 'process' | 'thread'
  readonly threads: NonNullable<EnvironmentOptions['threads']>
}

const threads = 3

const placing: fc.Arbitrary<Placing> = fc.record({
  places: fc.array(
    fc.constantFrom<OperatorPlacement[]>('process', 'thread', { thread: 0 }, { thread: threads - 1 }),
    {
      minLength: 1,
      maxLength: 5,
    },
  ),
  placement: fc.constantFrom('process', 'thread'),
  threads: fc.record({
    count: fc.constant(threads),
    schedule: fc.constantFrom('least-loaded', 'round-robin'),
  }),
})

const placed = ({ steps, ...rest }: RandomGraph, { places }: Placing): RandomGraph => ({
  ...rest,
  steps: steps.map((step, i) => ({ ...step, placement: places[i % places.length] })),
})

suite('guarantees in threads: random graphs', (test) => {
  test('give what plain arrays give, wherever operators are', { timeout: 240_000 }, () =>
    fc.assert(
      fc.asyncProperty(anyGraph, placing, async (graph, where) => {
        const own = placed(graph, where)
        const { placement, threads: dealt } = where
        const argv = [JSON.stringify({ graph: own, options: { placement, threads: dealt } })]
        assert.equal(await outcome(own, { placement, threads: dealt, entry, argv }), expected(graph))
      }),
      { seed, numRuns, endOnFailure: true },
    ),
  )
})
