import * as assert from 'uvu/assert'
import { attemptVerdict } from '../../../../src/jobs/webhooks/outgoing/attempt-verdict.ts'
import { retryDelays } from '../../../../src/jobs/webhooks/outgoing/retry-schedule.ts'
import { suite } from '../../../support/suite.ts'

const T = 1_700_000_000_000
const DAY = 24 * 3_600_000
const at = (ms: number): string => new Date(ms).toISOString()
const fine = { failingSince: null }
const answered = (status: number | null, retryAfter?: number): Parameters<typeof attemptVerdict>[2] => {
  const good = status !== null && status >= 200 && status < 300
  return { status, error: good ? null : 'it went wrong', retryAfter }
}
const event = (failures: number): { type: 'job_deleted'; failures: number } => ({
  type: 'job_deleted',
  failures,
})

suite('what follows from an attempt', (test) => {
  test('a success ends a time of failures', () => {
    assert.equal(attemptVerdict(fine, event(3), answered(204), T, 0), {
      status: 'delivered',
      dueAt: null,
      change: {},
    })
    assert.equal(attemptVerdict({ failingSince: at(0) }, event(3), answered(200), T, 0).change, {
      failingSince: null,
    })
  })

  test('a failure is tried again, and remembers since when', () => {
    const verdict = attemptVerdict(fine, event(0), answered(500), T, 0)
    assert.equal(verdict, { status: 'pending', dueAt: T + 5_000, change: { failingSince: at(T) } })
    assert.equal(attemptVerdict({ failingSince: at(0) }, event(1), answered(null), T, 0).change, {})
    assert.is(attemptVerdict(fine, event(0), answered(429, 60_000), T, 0).dueAt, T + 60_000)
  })

  test('410 disables, whatever it was the answer to', () => {
    for (const type of ['job_deleted', 'ping'] as const) {
      const { status, dueAt, change } = attemptVerdict(fine, { type, failures: 0 }, answered(410), T, 0)
      assert.equal([status, dueAt, change.enabled], ['failed', null, false])
      assert.match(change.disabledReason!, '410 Gone')
    }
  })

  test('a ping is tried once, and says nothing of the subscription', () => {
    const verdict = attemptVerdict(fine, { type: 'ping', failures: 0 }, answered(500), T, 0)
    assert.equal(verdict, { status: 'failed', dueAt: null, change: {} })
  })

  test('what is given up disables after five days without a success, not before', () => {
    const last = event(retryDelays.length)
    const soon = attemptVerdict({ failingSince: at(T - 5 * DAY + 1) }, last, answered(500), T, 0)
    assert.equal(soon, { status: 'failed', dueAt: null, change: {} })
    const late = attemptVerdict({ failingSince: at(T - 5 * DAY) }, last, answered(500), T, 0)
    assert.is(late.status, 'failed')
    assert.is(late.change.enabled, false)
    assert.match(late.change.disabledReason!, at(T - 5 * DAY))
    // Not at the first failure of something new: a receiver that is rarely told anything may be up again.
    assert.is(
      attemptVerdict({ failingSince: at(0) }, event(0), answered(500), T, 0).change.enabled,
      undefined,
    )
  })
})
