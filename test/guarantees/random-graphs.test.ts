import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { anyGraph } from './support/any-graph.ts'
import { expected, outcome } from './support/random-graph.ts'

const seed = Number(process.env['MILLRACE_SEED'] ?? 20_260)
const numRuns = Number(process.env['MILLRACE_RUNS'] ?? 300)

suite('guarantees: random graphs', (test) => {
  test('give what plain arrays give, end, and balance their books', { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(anyGraph, async (graph) => {
        assert.equal(await outcome(graph), expected(graph))
      }),
      { seed, numRuns, timeout: 3_000 },
    ),
  )
})
