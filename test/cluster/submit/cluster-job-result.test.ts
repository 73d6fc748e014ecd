import assert from 'node:assert/strict'
import { compile } from '../../../src/compiler/compile.ts'
import type { ClusterJobState } from '../../../src/cluster/protocol/job-state.ts'
import { concludeClusterJob, nodesOf, statusOf } from '../../../src/cluster/submit/cluster-job-result.ts'
import { OperatorError } from '../../../src/errors/operator-error.ts'
import { toPortableError } from '../../../src/errors/portable-error-codec.ts'
import { JobCancelledError, JobFailedError, LocalEnvironment } from '../../../src/index.ts'
import { suite } from '../../support/suite.ts'
import { jobSpec } from '../leader/cluster-model.ts'

const env = new LocalEnvironment('j')
env
  .fromBatch([1, 2])
  .map((n) => n, { name: 'same' })
  .collect()
const plan = compile(env.graph, 1)
const [source, map] = env.graph.nodes
const spec = { ...jobSpec('j', 2), graph: env.graph }

const state = (more: Partial<ClusterJobState>): ClusterJobState => ({
  status: 'completed',
  outcome: 'completed',
  startedAt: '2026-01-01T00:00:01.000Z',
  endedAt: '2026-01-01T00:00:03.500Z',
  ended: {},
  restarts: 0,
  restartCauses: [],
  takeovers: 0,
  failure: null,
  services: [],
  ...more,
})

suite('statusOf', (test) => {
  test('says what every job has for a status', () => {
    assert.equal(statusOf(null), 'queued')
    assert.equal(statusOf(state({ status: 'running', outcome: null, startedAt: null })), 'queued')
    assert.equal(statusOf(state({ status: 'running', outcome: null })), 'running')
    assert.equal(statusOf(state({ status: 'stopping', outcome: null })), 'stopping')
    assert.equal(statusOf(state({ status: 'closing' })), 'running')
    assert.equal(statusOf(state({ status: 'closing', outcome: 'failed' })), 'stopping')
    assert.equal(statusOf(state({ status: 'cancelled', outcome: 'cancelled' })), 'cancelled')
  })
})

suite('nodesOf', (test) => {
  test('sums the books of all regions, and knows nothing of nodes that the plan does not have', () => {
    const nodes = nodesOf(plan, [
      { commits: 1, operators: [{ node: map!.id, book: { in: 3, out: 2, dropped: 1 } }] },
      {
        commits: 1,
        operators: [
          { node: map!.id, book: { in: 2, out: 2 } },
          { node: 'x', book: { in: 1 } },
        ],
      },
      { commits: 1, operators: [{ node: source!.id, book: { out: 5 } }] },
    ])
    assert.deepEqual(
      nodes
        .slice(0, 2)
        .map(({ id, in: entered, handled, dropped, out }) => [id, entered, handled, dropped, out]),
      [
        [source!.id, 0, 0, 0, 5],
        [map!.id, 5, 4, 1, 4],
      ],
    )
    assert.equal(nodes.length, plan.nodes.length)
  })
})

suite('concludeClusterJob', (test) => {
  test('is the result of a job that has come to its end', () => {
    const result = concludeClusterJob({ spec, plan, root: null, state: state({ restarts: 2 }) })
    const { jobId, name, status, durationMs, restarts } = result
    assert.deepEqual([jobId, name, status, durationMs, restarts], ['j', 'j', 'completed', 2_500, 2])
  })

  test('fails as the operator did, with the files of the program as they are here', () => {
    const site = { file: 'program:///src/job.ts', line: 3, column: 4 }
    const thrown = new OperatorError('same: too far', {
      operator: 'same',
      site,
      cause: new RangeError('too far'),
    })
    const failure = toPortableError(thrown)
    assert.throws(
      () => concludeClusterJob({ spec, plan, root: '/home/me', state: state({ status: 'failed', failure }) }),
      (error: unknown) => {
        assert.ok(error instanceof JobFailedError)
        assert.equal(error.operator, 'same')
        assert.deepEqual(error.site, { ...site, file: '/home/me/src/job.ts' })
        assert.ok(error.cause instanceof RangeError)
        assert.equal(error.result.status, 'failed')
        return true
      },
    )
  })

  test('is cancelled for the reason that was given here', () => {
    const cause = new Error('enough')
    const cancelled = state({ status: 'cancelled' })
    assert.throws(
      () => concludeClusterJob({ spec, plan, root: null, state: cancelled, cancelledBy: { cause } }),
      (error: unknown) => error instanceof JobCancelledError && error.cause === cause,
    )
  })
})
