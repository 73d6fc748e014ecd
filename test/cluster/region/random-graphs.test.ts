import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { RegionLimits } from '../../../src/cluster/region/region-limits.ts'
import type { JobResult } from '../../../src/index.ts'
import { anyGraph } from '../../guarantees/support/any-graph.ts'
import { checkBooks } from '../../guarantees/support/books.ts'
import {
  build,
  type Building,
  expected,
  type Outcome,
  type RandomGraph,
} from '../../guarantees/support/random-graph.ts'
import { multiset } from '../../guarantees/support/run.ts'
import { type Disturbances, disturbances, runDisturbed } from '../../support/cluster/disturbances.ts'
import { RecordingEnvironment, RegionRunner } from '../../support/cluster/region-runner.ts'
import { suite } from '../../support/suite.ts'

const seed = Number(process.env['MILLRACE_SEED'] ?? 20_260)
const numRuns = Number(process.env['MILLRACE_RUNS'] ?? 60)

const building: Building<RecordingEnvironment> = {
  environment: (name, options) => new RecordingEnvironment(name, options),
  end: (stream) => stream.collect().values,
}

/** What cannot be read again, or cannot be had in parts: something else stands there. */
const replaced: Readonly<Record<string, string>> = {
  observable: 'array',
  pull: 'generator',
  concat: 'union',
  pipe: 'map',
}

const distributable = ({ steps, ...rest }: RandomGraph): RandomGraph => ({
  ...rest,
  steps: steps.map((step) => ({ ...step, operator: replaced[step.operator] ?? step.operator })),
})

/** Everything is staged, held back, and waited for. */
const narrow: Partial<RegionLimits> = {
  urgentBytes: 1,
  stagedBytes: 60,
  mostBytes: 120,
  message: 100,
  stagedMessage: 200,
  mostBacklog: 1,
  mostCommitInterval: 4,
  lookInterval: 2,
}

/** What regions make of it. Throws when their books do not balance. */
async function outcome(
  graph: RandomGraph,
  where: Disturbances,
  limits: Partial<RegionLimits> = {},
): Promise<Outcome> {
  const { env } = build(graph, {}, building)
  const runner = await RegionRunner.of(env as RecordingEnvironment, limits)
  try {
    await runDisturbed(runner, where)
    const result = { status: 'completed', nodes: await runner.nodes() } as Partial<JobResult> as JobResult
    checkBooks(env.graph, result)
    const received = runner.received.map((values) => [...values])
    const letters = received.pop() as { readonly record: unknown }[]
    return [...received, letters.map(({ record }) => record)].map(multiset)
  } finally {
    await runner.close()
  }
}

suite('regions: random graphs', (test) => {
  test('give what plain arrays give, wherever their parts are', { timeout: 240_000 }, () =>
    fc.assert(
      fc.asyncProperty(anyGraph.map(distributable), disturbances(0, 1), async (graph, where) => {
        assert.equal(await outcome(graph, where), expected(graph))
      }),
      { seed, numRuns, timeout: 8_000, endOnFailure: true },
    ),
  )

  test('give it where hardly anything has room', { timeout: 240_000 }, () =>
    fc.assert(
      fc.asyncProperty(anyGraph.map(distributable), disturbances(3, 30), async (graph, where) => {
        assert.equal(await outcome(graph, where, narrow), expected(graph))
      }),
      { seed: seed + 1, numRuns, timeout: 10_000, endOnFailure: true },
    ),
  )

  test('give it exactly, wherever their parts are taken over', { timeout: 240_000 }, () =>
    fc.assert(
      fc.asyncProperty(anyGraph.map(distributable), disturbances(8, 30), async (graph, where) => {
        assert.equal(await outcome(graph, where), expected(graph))
      }),
      { seed, numRuns, timeout: 8_000, endOnFailure: true },
    ),
  )
})
