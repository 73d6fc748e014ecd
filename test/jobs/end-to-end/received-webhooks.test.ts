import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../../src/client/index.ts'
import type { JobInfo } from '../../../src/protocol/job-info.ts'
import { startJobManager, type StartJobManagerOptions } from '../../../src/jobs/index.ts'
import { newWebhookSecret } from '../../../src/jobs/webhooks/signature.ts'
import { Child } from '../../storage/support/child.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { hashOf } from '../server/fake-manager.ts'
import { temporary } from './support/scene.ts'

const fixtures = new URL('../webhooks/incoming/fixtures/', import.meta.url)
const secret = newWebhookSecret()

/** What has ended long ago is not taken in. */
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()

/** As Replicate tells of a prediction. */
const prediction = (status: string, more: object = {}) => ({
  id: 'ufawqhfynnddngldkgtslldrkq',
  model: 'replicate/hello-world',
  created_at: minutesAgo(3),
  status,
  ...more,
})

/** Sends a webhook with the public library's signature. @returns status and body of the answer. */
async function send(port: number | string, id: string, message: object): Promise<readonly [number, unknown]> {
  const body = JSON.stringify(message)
  const now = new Date()
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/webhooks/replicate`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
    body,
  })
  return [answer.status, await answer.json()]
}

function clientAt(context: TestContext, port: number | string): JobManagerClient {
  const client = new JobManagerClient({ port: Number(port), pollInterval: 50 })
  context.cleanup(() => client.close())
  return client
}

/** The first job that is as it is waited for. */
async function jobWhere(client: JobManagerClient, isIt: (job: JobInfo) => boolean): Promise<JobInfo> {
  for (;;) {
    const { items } = await client.jobs.list({ limit: 1 })
    const job = items[0] === undefined ? undefined : await client.jobs.get(items[0].id)
    if (job !== undefined && isIt(job)) return job
  }
}

const statusesOf = async (client: JobManagerClient, id: string): Promise<readonly string[]> =>
  (await client.jobs.transitions(id)).items.map(({ to }) => to)

suite('a webhook whose server is killed', (test) => {
  test('when it has answered is worked on by the next, once', { timeout: 60_000 }, async (context) => {
    const data = join(temporary(context), 'data')
    const first = new Child('webhook-taker', [data, '0', secret, 'held'], context, fixtures)
    const port = (await first.line())!
    const client = clientAt(context, port)
    const message = prediction('processing', { started_at: minutesAgo(2) })
    assert.equal(await send(port, 'msg_1', message), [200, { repeated: false }])
    assert.equal(await send(port, 'msg_1', message), [200, { repeated: true }])
    assert.is((await client.jobs.list()).total, 0)
    await first.kill()

    const second = new Child('webhook-taker', [data, port, secret], context, fixtures)
    await second.line()
    const job = await jobWhere(client, ({ status }) => status === 'running')
    assert.equal([job.provider, job.name], ['replicate', 'replicate/hello-world'])
    assert.equal(await send(port, 'msg_1', message), [200, { repeated: true }])
    assert.equal(await send(port, 'msg_2', prediction('succeeded')), [200, { repeated: false }])
    await jobWhere(client, ({ status }) => status === 'completed')
    assert.equal(await statusesOf(client, job.id), ['running', 'completed'])
    const { items } = await client.events({ job: job.id })
    assert.equal(
      items.map(({ type }) => type),
      ['job_submitted', 'job_status_changed'],
    )
    await second.kill()
  })
})

/** A server of this process, which starts no jobs and polls nobody. */
async function serverOf(context: TestContext, options: Partial<StartJobManagerOptions>) {
  const server = await startJobManager({
    data: temporary(context),
    port: 0,
    background: { jobStatusPolling: { enabled: false }, queueProcessing: { enabled: false } },
    ...options,
  })
  context.cleanup(() => server.close())
  return server
}

suite('webhooks that come in another order than they were sent', (test) => {
  test('open no job again, and close its server with nothing left', async (context) => {
    const provider = { name: 'replicate', type: 'replicate', webhook: { secrets: [secret] } } as const
    const { port } = await serverOf(context, { providers: [provider] })
    const client = clientAt(context, port)
    await send(port, 'msg_3', prediction('succeeded', { completed_at: minutesAgo(1) }))
    const { id } = await jobWhere(client, ({ status }) => status === 'completed')
    await send(port, 'msg_2', prediction('processing', { started_at: minutesAgo(2) }))
    await send(port, 'msg_1', prediction('starting'))
    await send(port, 'msg_4', prediction('canceled'))
    // The last of them has been worked on when none waits.
    while (!(await client.metrics()).includes('millrace_webhooks_received_waiting 0'));
    assert.is((await client.jobs.get(id)).status, 'completed')
    assert.equal(await statusesOf(client, id), ['completed'])
    assert.is((await client.events({ job: id })).items.length, 1)
    assert.is((await client.jobs.list()).total, 1)
  })
})

/** A port that nobody has now. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

suite('a job server that is told by another', (test) => {
  test('what becomes of its jobs', { timeout: 60_000 }, async (context) => {
    const north = await serverOf(context, { webhooks: { allowPrivate: ['127.0.0.1'] } })
    const port = await freePort()
    const answer = await fetch(`${north.url}/api/v1/webhook-subscriptions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        url: `http://127.0.0.1:${port}/api/v1/webhooks/north`,
        events: ['job_submitted', 'job_status_changed', 'job_deleted'],
      }),
    })
    assert.is(answer.status, 201)
    const subscription = (await answer.json()) as { secret: string }
    const webhook = { secrets: [subscription.secret], allowFrom: ['127.0.0.1'] }
    const provider = { name: 'north', type: 'millrace', url: north.url, webhook } as const
    await serverOf(context, { port, providers: [provider] })

    const [there, here] = [clientAt(context, north.port), clientAt(context, port)]
    const code = Buffer.from('export {}')
    const hash = hashOf(code)
    await there.files.upload(hash, code)
    const files = [{ path: 'main.js', hash, size: code.length }]
    const program = { entry: 'main.js', files, ordinal: 0, graphHash: hash, millrace: '0.1.0' }
    const submitted = await there.jobs.submit({ name: 'prices', program })
    const job = await jobWhere(here, ({ status }) => status === 'queued')
    assert.equal([job.provider, job.externalId, job.name], ['north', submitted.id, 'prices'])
    await there.jobs.cancel(submitted.id)
    await jobWhere(here, ({ status }) => status === 'cancelled')
    const { items } = await here.jobs.transitions(job.id)
    assert.equal(
      items.map(({ to }) => to),
      ['queued', 'cancelled'],
    )
    assert.match(items[1]!.cause, /^told by north, in webhook msg_/)
    // What is deleted there is known here as it was.
    await there.jobs.delete(submitted.id)
    while (!(await here.metrics()).includes('provider="north",result="taken"} 3'));
    assert.is((await here.jobs.get(job.id)).status, 'cancelled')
  })
})
