import * as assert from 'uvu/assert'
import { describeOutcome, exitCodeOfOutcome, worstOutcome } from '../../../src/cli/outcome/outcome.ts'
import type { JobInfo } from '../../../src/protocol/job-info.ts'
import { aJob, aProgress } from '../../client/support/a-job.ts'
import { suite } from '../../support/suite.ts'

const ended = (change: Partial<JobInfo>): JobInfo =>
  aJob({
    id: '7f3c',
    status: 'completed',
    startedAt: '2025-01-31T12:00:00.000Z',
    endedAt: '2025-01-31T12:02:05.000Z',
    ...change,
  })

suite('the outcome of a job', (test) => {
  test('is said in a sentence', () => {
    assert.is(
      describeOutcome(ended({ restarts: 1, progress: { ...aProgress(100), written: 90 } })),
      '"licences" has completed after 2 min 5 s: 100 read, 90 written, 1 restart',
    )
    assert.is(
      describeOutcome(
        ended({ status: 'failed', error: { name: 'Error', lineage: [], message: 'a\u001b[2J\nb' } }),
      ),
      '"licences" has failed after 2 min 5 s\n  a [2J\n  b',
    )
    assert.is(
      describeOutcome(ended({ status: 'stopped', startedAt: null, name: 'a\nb' })),
      '"a b" was stopped\n  millrace continue 7f3c',
    )
    assert.match(describeOutcome(ended({ status: 'cancelled' })), 'was cancelled')
  })

  test('is an exit code, of several jobs the worst', () => {
    const statuses = ['completed', 'failed', 'stopped', 'cancelled'] as const
    assert.equal(statuses.map(exitCodeOfOutcome), [0, 1, 5, 6])
    assert.is(worstOutcome([]), 'completed')
    assert.is(worstOutcome(['completed', 'stopped']), 'stopped')
    assert.is(worstOutcome(['stopped', 'cancelled', 'completed']), 'cancelled')
    assert.is(worstOutcome(statuses), 'failed')
  })
})
