import * as fc from 'fast-check'
import type { Step } from './graph-step.ts'
import { operators, sourceNames } from './graph-steps.ts'
import { outcome, type Outcome, type RandomGraph } from './random-graph.ts'

const stepOf = (names: readonly string[]): fc.Arbitrary<Step> =>
  fc.record({
    operator: fc.constantFrom(...names),
    left: fc.nat(30),
    right: fc.nat(30),
    size: fc.nat(24),
    parallelism: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    concurrency: fc.constantFrom(1, 1, 2, 5),
    ordered: fc.boolean(),
    pace: fc.constantFrom(0, 0, 1, 2, 3),
  })

const sourceStep = stepOf(sourceNames)
const anyStep = stepOf([...Object.keys(operators), ...sourceNames.slice(0, 3)])

export const anyGraph: fc.Arbitrary<RandomGraph> = fc
  .record({
    first: sourceStep,
    more: fc.array(anyStep, { maxLength: 9 }),
    chunkSize: fc.integer({ min: 1, max: 8 }),
    edgeCapacity: fc.integer({ min: 1, max: 2 }),
    parallelism: fc.integer({ min: 1, max: 3 }),
    sinks: fc.nat(4),
  })
  .map(({ first, more, ...rest }) => ({ steps: [first, ...more], ...rest }))

/** What so many pipelines come to, the same ones for the same seed. */
export async function outcomes(seed: number, count: number): Promise<Outcome[]> {
  const all: Outcome[] = []
  for (const graph of fc.sample(anyGraph, { seed, numRuns: count })) all.push(await outcome(graph))
  return all
}
