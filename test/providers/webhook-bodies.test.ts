import * as assert from 'uvu/assert'
import { ProviderAnswerError } from '../../src/errors/provider-errors.ts'
import { messageOf } from '../../src/jobs/webhooks/outgoing/webhook-message.ts'
import type { ProviderConfig } from '../../src/providers/config/provider-config.ts'
import { createProvider } from '../../src/providers/create-provider.ts'
import type { ObservedJob } from '../../src/providers/job-provider.ts'
import type { JobEvent } from '../../src/protocol/job-event.ts'
import { suite } from '../support/suite.ts'

/** As it comes out of the guard. */
const read = (config: ProviderConfig, body: unknown): ObservedJob | null =>
  createProvider(config).webhook!(body)

const isUnreadable = (config: ProviderConfig, body: unknown): void =>
  assert.throws(
    () => read(config, body),
    (error: unknown) => error instanceof ProviderAnswerError && error.message.includes(config.name),
    JSON.stringify(body),
  )

const nothings = [null, undefined, 1, 'text', [], {}, true]

suite('a webhook of Replicate', (test) => {
  const config: ProviderConfig = { name: 'replicate', type: 'replicate', token: 'r8_a-secret-token' }
  // From its documentation: https://replicate.com/docs/topics/webhooks/receive-webhook
  const prediction = {
    id: 'ufawqhfynnddngldkgtslldrkq',
    version: '5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa',
    created_at: '2022-04-26T22:13:06.224088Z',
    started_at: null,
    completed_at: null,
    status: 'starting',
    input: { text: 'Alice' },
    output: null,
    error: null,
    logs: null,
    metrics: {},
  }

  test('is the prediction', () => {
    assert.equal(read(config, prediction), {
      externalId: 'ufawqhfynnddngldkgtslldrkq',
      status: 'queued',
      externalStatus: 'starting',
      submittedAt: '2022-04-26T22:13:06.224Z',
    })
    const over = {
      ...prediction,
      status: 'failed',
      error: 'out of memory',
      logs: 'step 1\nstep 2 r8_a-secret-token',
      completed_at: '2022-04-26T22:14:06Z',
      metrics: { predict_time: 60 },
    }
    const { status, error, logs, endedAt, cost } = read(config, over)!
    assert.equal([status, error?.message, endedAt], ['failed', 'out of memory', '2022-04-26T22:14:06.000Z'])
    assert.equal(cost, { amount: 60, unit: 'seconds' })
    assert.is(logs?.length, 2)
    assert.not(JSON.stringify(logs).includes('a-secret-token'))
  })

  test('that has a word nobody knows says so', () => {
    const { status, externalStatus } = read(config, { ...prediction, status: 'pondering' })!
    assert.equal([status, externalStatus], [null, 'pondering'])
  })

  test('cannot be read without id and status', () => {
    for (const body of [...nothings, { id: 'a' }, { status: 'starting' }]) isUnreadable(config, body)
  })
})

suite('a webhook of another job server', (test) => {
  const config: ProviderConfig = { name: 'north', type: 'millrace', url: 'http://127.0.0.1:1' }
  const summary: Extract<JobEvent, { type: 'job_submitted' }>['summary'] = {
    id: 'job-1',
    name: 'prices',
    provider: 'local',
    externalId: null,
    status: 'failed',
    priority: 0,
    position: null,
    submittedAt: '2025-01-31T12:00:00.000Z',
    startedAt: '2025-01-31T12:00:01.000Z',
    endedAt: '2025-01-31T12:00:02.000Z',
    restarts: 1,
    revision: 7,
    autostop: true,
    checkpointed: false,
  }
  const failed: JobEvent = {
    type: 'job_status_changed',
    id: 12,
    at: '2025-01-31T12:00:02.000Z',
    job: 'job-1',
    transition: { from: 'running', to: 'failed', at: '2025-01-31T12:00:02.000Z', cause: 'it threw: no' },
    summary,
  }
  const observed: ObservedJob = {
    externalId: 'job-1',
    name: 'prices',
    status: 'failed',
    externalStatus: 'failed',
    version: 7,
    submittedAt: '2025-01-31T12:00:00.000Z',
    startedAt: '2025-01-31T12:00:01.000Z',
    endedAt: '2025-01-31T12:00:02.000Z',
    restarts: 1,
  }

  test('tells of a job as it was after a change, and why it has failed', () => {
    const { error, ...rest } = read(config, messageOf(failed))!
    assert.equal(rest, observed)
    assert.is(error?.message, 'it threw: no')
    const submitted: JobEvent = { type: 'job_submitted', id: 1, at: failed.at, job: 'job-1', summary }
    assert.equal(read(config, messageOf(submitted)), observed)
  })

  test('tells of no job where it is about something else, or one that runs elsewhere', () => {
    const deleted = messageOf({ type: 'job_deleted', id: 13, at: failed.at, job: 'job-1', summary })
    const ping = { type: 'ping', timestamp: failed.at, data: { subscription_id: 'sub_1' } }
    const elsewhere = messageOf({ ...failed, summary: { ...summary, provider: 'ray', externalId: 'a' } })
    for (const body of [deleted, ping, elsewhere, { type: 'job_of_tomorrow' }])
      assert.is(read(config, body), null)
  })

  test('cannot be read without what it should have', () => {
    const half = { ...messageOf(failed), data: { job_id: 'job-1' } }
    for (const body of [...nothings, half, { type: 'job_submitted' }, { type: 1 }]) isUnreadable(config, body)
  })
})

suite('a webhook of any API', (test) => {
  const config: ProviderConfig = {
    name: 'gpus',
    type: 'http',
    url: 'http://127.0.0.1:1',
    get: { path: 'jobs/{id}' },
    fields: { id: 'id', status: 'state.phase', version: 'generation' },
    statuses: { working: 'running' },
  }

  test('has a job where the configuration says', () => {
    const job = { id: 5, state: { phase: 'Working' }, generation: 3 }
    const expected: ObservedJob = {
      externalId: '5',
      status: 'running',
      externalStatus: 'Working',
      version: 3,
    }
    assert.equal(read(config, job), expected)
    const within: ProviderConfig = { ...config, webhook: { secrets: ['x'], job: '/data/job' } }
    assert.equal(read(within, { event: 'changed', data: { job } }), expected)
    isUnreadable(within, job)
  })

  test('cannot be read without id and status', () => {
    for (const body of [...nothings, { id: 'a' }, { state: { phase: 'Working' } }]) isUnreadable(config, body)
  })
})

suite('a webhook of Ray', (test) => {
  test('is none', () => {
    assert.is(createProvider({ name: 'ray', type: 'ray', url: 'http://127.0.0.1:1' }).webhook, undefined)
  })
})
