import { deepEqual, equal, match, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { transitions } from '../../../src/job/job-status.ts'
import type { JobOutcome } from '../../../src/jobs/process/messages.ts'
import { newJob } from '../../../src/jobs/store/job-changes.ts'
import type { JobRecord } from '../../../src/jobs/store/job-store.ts'
import { type EndedRun, judge, wayTo } from '../../../src/jobs/supervisor/verdict.ts'
import type { CheckpointInfo } from '../../../src/protocol/job-info.ts'
import { suite } from '../../support/suite.ts'
import { submissionOf } from '../store/support/submissions.ts'

const error = { name: 'JobProcessError', lineage: ['JobProcessError', 'MillraceError'], message: 'It broke.' }

const job = (fields: Partial<JobRecord> = {}): JobRecord => ({
  ...newJob(submissionOf(), { id: 'j1', at: 0 }),
  position: null,
  status: 'running',
  ...fields,
})

const checkpoint = (id: number, kind: CheckpointInfo['kind'] = 'checkpoint'): CheckpointInfo => ({
  id,
  kind,
  location: `/${kind}-${id}.json`,
  takenAt: '2025-01-01T00:00:00.000Z',
  bytes: 1,
})

const outcome = (fields: Partial<JobOutcome> = {}): JobOutcome => ({
  status: 'completed',
  result: null,
  error: null,
  savepoint: null,
  stoppedBy: null,
  ...fields,
})

const run = (fields: Partial<EndedRun> = {}): EndedRun => ({
  job: job(),
  outcome: undefined,
  failure: { clause: 'broke', error },
  newest: null,
  serverGone: null,
  cancelledBy: null,
  at: 1_000,
  random: () => 0.5,
  ...fields,
})

const anyRun: fc.Arbitrary<EndedRun> = fc
  .record({
    status: fc.constantFrom('running', 'stopping', 'restarting' as const),
    wanted: fc.constantFrom(null, 'stopped', 'cancelled', 'deleted' as const),
    outcome: fc.option(
      fc.record({
        status: fc.constantFrom('completed', 'stopped', 'failed', 'cancelled' as const),
        stoppedBy: fc.constantFrom(null, 'order', 'signal', 'server-gone' as const),
        savepoint: fc.option(fc.constant(checkpoint(9, 'savepoint'))),
      }),
      { nil: undefined },
    ),
    newest: fc.option(fc.constant(checkpoint(4))),
    serverGone: fc.option(fc.constant('The server was closed')),
    attempts: fc.integer({ min: 1, max: 3 }),
    restarts: fc.nat(3),
  })
  .map(({ status, wanted, newest, serverGone, attempts, restarts, ...rest }) => {
    const submission = submissionOf({ options: { restart: { type: 'fixed-delay', attempts, delay: 5 } } })
    const restartHistory = { restarts, restartedAt: 0, failures: [] }
    return run({
      job: job({ status, wanted, submission, restartHistory }),
      outcome: rest.outcome && outcome(rest.outcome),
      newest,
      serverGone,
    })
  })

suite('what the end of a process means', (test) => {
  test('every end leads somewhere by legal steps, with a sentence that says why', () => {
    fc.assert(
      fc.property(anyRun, (ended) => {
        const { to, cause } = judge(ended)
        match(cause, /^[A-Z].*\.$/)
        let at = ended.job.status
        if (at === to) return
        for (const next of wayTo(at, to)) {
          ok(transitions[at].includes(next), `${at} to ${next}`)
          at = next
        }
        equal(at, to)
      }),
    )
  })

  test('what somebody wanted happens, whatever the process did but come to its end or fail', () => {
    fc.assert(
      fc.property(anyRun, (ended) => {
        const { to } = judge(ended)
        const told = ended.outcome?.status
        if (told === 'completed' || told === 'failed') return equal(to, told)
        const { wanted } = ended.job
        if (wanted === 'cancelled' || wanted === 'deleted') equal(to, 'cancelled')
        if (wanted === 'stopped') ok(to !== 'restarting')
      }),
    )
  })

  test('nobody wanted it gone, and the server is: it goes on', () => {
    fc.assert(
      fc.property(anyRun, (ended) => {
        const told = ended.outcome?.status
        if (ended.job.wanted !== null || ended.job.status === 'stopping' || ended.serverGone === null) return
        if (told === 'completed' || told === 'failed') return
        const { to, patch } = judge(ended)
        equal(to, 'restarting')
        equal(patch.dueAt, ended.at)
        equal(patch.restartHistory, undefined)
      }),
    )
  })

  test('a savepoint of a job that goes on is what it goes on from', () => {
    const savepoint = checkpoint(5, 'savepoint')
    const { cause, patch } = judge(
      run({
        outcome: outcome({ status: 'stopped', stoppedBy: 'server-gone', savepoint }),
        newest: checkpoint(4),
      }),
    )
    equal(cause, 'Its process lost the server; it goes on from savepoint 5.')
    deepEqual(patch.savepoint, savepoint)
  })

  test('a restart waits as its strategy says', () => {
    const submission = submissionOf({ options: { restart: { type: 'fixed-delay', attempts: 1, delay: 50 } } })
    const first = judge(run({ job: job({ submission }), newest: checkpoint(2) }))
    equal(first.cause, 'Its process broke; in 50 ms it goes on from checkpoint 2.')
    equal(first.patch.dueAt, 1_050)
    equal(first.patch.restarts, 1)
    const again = judge(run({ job: job({ submission, restartHistory: first.patch.restartHistory! }) }))
    equal(again.to, 'failed')
    equal(
      again.cause,
      'Its process broke, and it is not restarted because it was restarted once, as often as its restart strategy allows.',
    )
    deepEqual(again.patch.error, error)
  })
})
