import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  deliveryOf,
  messageOf,
  pingOf,
  wants,
} from '../../../../src/jobs/webhooks/outgoing/webhook-message.ts'
import type { JobEvent } from '../../../../src/protocol/job-event.ts'
import type { JobSummary } from '../../../../src/protocol/job-info.ts'
import { webhookMessageSchema } from '../../../../src/protocol/webhook-message.ts'
import {
  type WebhookEvent,
  webhookEvents,
  type WebhookFilter,
  type WebhookSubscription,
} from '../../../../src/protocol/webhook-subscription.ts'
import { suite } from '../../../support/suite.ts'

const at = '2025-01-31T12:00:00.000Z'

const summary: JobSummary = {
  id: 'job-1',
  name: 'Nightly Prices',
  status: 'failed',
  autostop: true,
  priority: 0,
  checkpointed: false,
  position: null,
  submittedAt: at,
  startedAt: at,
  endedAt: at,
  restarts: 0,
  revision: 3,
  provider: 'ray',
  externalId: 'x',
}

const base = { id: 7, at, job: 'job-1' }
const events: Readonly<Record<WebhookEvent, JobEvent>> = {
  job_submitted: { ...base, type: 'job_submitted', summary },
  job_status_changed: {
    ...base,
    type: 'job_status_changed',
    transition: { from: 'running', to: 'failed', at, cause: 'It threw.' },
    summary,
  },
  job_checkpoint: {
    ...base,
    type: 'job_checkpoint',
    checkpoint: { id: 1, kind: 'checkpoint', location: '/', takenAt: at, bytes: 1 },
  },
  job_deleted: { ...base, type: 'job_deleted', summary },
}

const isTold = (
  filter: WebhookFilter,
  type: WebhookEvent = 'job_status_changed',
  subject: JobSummary | null = summary,
): boolean => wants({ events: webhookEvents, filter }, events[type], subject)

const subscription: WebhookSubscription = {
  id: 'sub_12ab',
  url: 'https://example.com/',
  events: webhookEvents,
  filter: {},
  enabled: true,
  description: '',
  createdAt: at,
  updatedAt: at,
  disabledReason: null,
  failingSince: null,
  previousSecretUntil: null,
  pending: 0,
  missed: 0,
}

suite('whether a subscription is told of an event', (test) => {
  test('it is of the events that it names', () => {
    fc.assert(
      fc.property(fc.subarray([...webhookEvents]), fc.constantFrom(...webhookEvents), (named, type) => {
        assert.is(wants({ events: named, filter: {} }, events[type], summary), named.includes(type))
      }),
    )
  })

  test('a job has to pass all of the filter', () => {
    const passes: readonly WebhookFilter[] = [
      { statuses: ['failed', 'completed'] },
      { providers: ['local', 'ray'] },
      { name: 'nightly' },
      { name: 'PRICES' },
      { job: 'job-1' },
    ]
    const fails: readonly WebhookFilter[] = [
      { statuses: ['completed'] },
      { providers: ['local'] },
      { name: 'hourly' },
      { job: 'job' },
    ]
    fc.assert(
      fc.property(fc.subarray([...passes]), fc.subarray([...fails]), (good, bad) => {
        assert.is(isTold(Object.assign({}, ...good, ...bad) as WebhookFilter), bad.length === 0)
      }),
    )
  })

  test('statuses are asked of changes of status only', () => {
    for (const type of ['job_submitted', 'job_checkpoint', 'job_deleted'] as const)
      assert.ok(isTold({ statuses: ['completed'] }, type))
  })

  test('of a job of which nothing is known only the id can pass', () => {
    assert.ok(isTold({ job: 'job-1' }, 'job_checkpoint', null))
    assert.ok(isTold({}, 'job_checkpoint', null))
    assert.not(isTold({ providers: ['ray'] }, 'job_checkpoint', null))
    assert.not(isTold({ name: 'prices' }, 'job_checkpoint', null))
  })
})

suite('messages', (test) => {
  test('are as the protocol says, and name the event and the job', () => {
    for (const event of Object.values(events)) {
      const message = webhookMessageSchema.parse(JSON.parse(JSON.stringify(messageOf(event))))
      assert.is(message.type, event.type)
      assert.is(message.timestamp, at)
      assert.equal(
        [(message.data as { job_id: string }).job_id, (message.data as { event_id: number }).event_id],
        ['job-1', 7],
      )
    }
  })

  test('of a change of status tell both, and why', () => {
    assert.equal(messageOf(events.job_status_changed), {
      type: 'job_status_changed',
      timestamp: at,
      data: {
        job_id: 'job-1',
        event_id: 7,
        old_status: 'running',
        new_status: 'failed',
        cause: 'It threw.',
        job: summary,
      },
    })
  })

  test('have ids that follow from subscription and event', () => {
    const made = deliveryOf(subscription, events.job_deleted, summary)!
    assert.equal(deliveryOf(subscription, events.job_deleted, summary), made)
    assert.is(made.id, 'msg_12ab_7')
    assert.is(deliveryOf({ ...subscription, events: [] }, events.job_deleted, summary), null)
  })

  test('of a ping name the subscription', () => {
    const { id, type, event, job, body } = pingOf('sub_12ab', 0, 'ff')
    assert.equal([id, type, event, job], ['msg_12ab_ping_ff', 'ping', null, null])
    assert.equal(webhookMessageSchema.parse(JSON.parse(body)).data, { subscription_id: 'sub_12ab' })
  })
})
