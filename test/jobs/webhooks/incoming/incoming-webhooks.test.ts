import { Webhook } from 'standardwebhooks'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../../src/errors/invalid-argument-error.ts'
import { ProviderAnswerError } from '../../../../src/errors/provider-errors.ts'
import { silentLogger } from '../../../../src/functions/logger.ts'
import type { ServerAppOptions } from '../../../../src/jobs/server/server-options.ts'
import { MemoryWebhookInbox } from '../../../../src/jobs/store/memory/memory-webhook-inbox.ts'
import { type InboxLimits, inboxLimits } from '../../../../src/jobs/store/webhook-inbox-store.ts'
import { IncomingWebhooks } from '../../../../src/jobs/webhooks/incoming/incoming-webhooks.ts'
import { webhookSource } from '../../../../src/jobs/webhooks/incoming/webhook-source.ts'
import { newWebhookSecret } from '../../../../src/jobs/webhooks/signature.ts'
import type { JobProvider, ObservedJob } from '../../../../src/providers/job-provider.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { suite, type TestContext } from '../../../support/suite.ts'
import { rest, turn } from '../../../support/turns.ts'
import { type Answer, callable, isProblem } from '../../server/call.ts'

const [secret, older, stolen] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()]

const provider: Pick<JobProvider, 'name' | 'type' | 'webhook'> = {
  name: 'gpus',
  type: 'http',
  webhook(body) {
    const { id, status, ...rest } = body as { id?: string; status?: ObservedJob['status'] }
    if ('bug' in rest) throw new TypeError('a bug')
    if ('ping' in rest) return null
    if (id === undefined) throw new ProviderAnswerError('there is no id', { provider: 'gpus' })
    return { externalId: id, status: status ?? null }
  },
}

interface Sent {
  readonly id?: string
  /** Milliseconds since the epoch. */
  readonly at?: number
  readonly secret?: string
  readonly from?: string
  readonly to?: string
  readonly headers?: Record<string, string>
}

/** A server that takes webhooks of one provider, called without sockets. */
function receiving(
  context: TestContext,
  options: Partial<ServerAppOptions> & { allowFrom?: string[]; inbox?: Partial<InboxLimits> } = {},
) {
  const { allowFrom, inbox = {}, ...more } = options
  const clock = new ManualClock()
  const seen: string[] = []
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
  const webhook = { secrets: [older, secret], allowFrom }
  const incomingWebhooks = new IncomingWebhooks({
    sources: [webhookSource(provider, { name: 'gpus', webhook })!],
    store: new MemoryWebhookInbox({ ...inboxLimits, ...inbox }),
    observe: (name, job, cause) => void seen.push(`${name} ${job.externalId} ${job.status}: ${cause}`),
    ...{ clock, logger, failures: 3 },
  })
  const server = callable(context, { ...more, clock, incomingWebhooks })
  context.cleanup(() => incomingWebhooks.close())
  /** As a provider does it. */
  const send = async (body: unknown, sent: Sent = {}): Promise<Answer> => {
    const { id = 'msg_1', at = clock.now(), from = '9.8.7.6', to = 'gpus', headers = {} } = sent
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const signed = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': new Webhook(sent.secret ?? secret).sign(id, new Date(at), text),
    }
    const init = { method: 'POST', headers: { ...signed, ...headers }, body: text }
    const env = { incoming: { socket: { remoteAddress: from } } }
    const response = await server.app.request(`/api/v1/webhooks/${to}`, init, env)
    const answer = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text: answer,
      body: JSON.parse(answer) as never,
    }
  }
  return { ...server, send, seen, warnings, clock, incomingWebhooks }
}

suite('a webhook of a provider', (test) => {
  test('is answered at once and worked on afterwards, once, however often it is sent', async (context) => {
    const { send, seen, incomingWebhooks } = receiving(context)
    const body = { id: 'job-1', status: 'running' }
    assert.equal((await send(body)).body, { repeated: false })
    const [second, third] = await Promise.all([send(body), send(body)])
    assert.equal([second.status, second.body, third.body], [200, { repeated: true }, { repeated: true }])
    await rest()
    assert.equal(seen, ['gpus job-1 running: told by gpus, in webhook msg_1'])
    assert.equal((await send(body, { at: 1_060_000 })).body, { repeated: true })
    await rest()
    assert.is(seen.length, 1)
    assert.is(incomingWebhooks.waiting, 0)
  })

  test('needs no token where everybody else does, and gives none', async (context) => {
    const { send, call } = receiving(context, { token: 'a-token-of-the-server' })
    assert.is((await send({ id: 'job-1' })).status, 200)
    isProblem(await call('GET /api/v1/jobs'), 401, 'ERR_UNAUTHENTICATED')
    isProblem(await call('GET /api/v1/webhooks/gpus'), 401, 'ERR_UNAUTHENTICATED')
    const headers = { Authorization: 'Bearer a-token-of-the-server' }
    const wrongMethod = await call('GET /api/v1/webhooks/gpus', { headers })
    isProblem(wrongMethod, 405, 'ERR_METHOD_NOT_ALLOWED')
    assert.is(wrongMethod.headers.get('allow'), 'POST')
    isProblem(await call('POST /api/v1/webhooks/gpus', { headers, json: {} }), 401, 'ERR_UNAUTHENTICATED')
  })

  test('may be signed with any of its secrets, and tell of no job', async (context) => {
    const { send, seen } = receiving(context)
    assert.is((await send({ id: 'job-1' }, { secret: older })).status, 200)
    assert.is((await send({ ping: 1 }, { id: 'msg_2' })).status, 200)
    await rest()
    assert.is(seen.length, 1)
  })

  test('is refused in the same words whatever is wrong with its signature', async (context) => {
    const { send, seen, warnings } = receiving(context)
    const answers = [
      await send({ id: 'job-1' }, { secret: stolen }),
      await send({ id: 'job-1' }, { at: 1_000_000 - 301_000, from: '2.2.2.2' }),
      await send({ id: 'job-1' }, { at: 1_000_000 + 301_000, from: '3.3.3.3' }),
      await send({ id: 'job-1' }, { headers: { 'webhook-id': 'other' }, from: '4.4.4.4' }),
      await send({ id: 'job-1' }, { headers: { 'webhook-signature': '' }, from: '5.5.5.5' }),
      await send('not json', { secret: stolen, from: '6.6.6.6' }),
    ]
    for (const answer of answers) isProblem(answer, 401, 'ERR_UNAUTHENTICATED')
    assert.is(new Set(answers.map(({ text }) => text)).size, 1)
    assert.is(answers[0]!.headers.get('www-authenticate'), 'Webhook-Signature')
    // Who runs the server sees why.
    assert.is(warnings[1], 'A webhook for gpus was refused: its timestamp is too old.')
    await rest()
    assert.equal(seen, [])
  })

  test('finds nobody where the provider sends none', async (context) => {
    const { send } = receiving(context)
    isProblem(await send({ id: 'job-1' }, { to: 'others' }), 404, 'ERR_NOT_FOUND')
    const { call } = callable(context)
    isProblem(await call('POST /api/v1/webhooks/gpus', { json: {} }), 404, 'ERR_NOT_FOUND')
  })

  test('comes from where it may come from', async (context) => {
    const { send } = receiving(context, { allowFrom: ['203.0.113.0/24'], trustedProxies: ['10.0.0.1'] })
    assert.is((await send({ id: 'job-1' }, { from: '203.0.113.9' })).status, 200)
    isProblem(await send({ id: 'job-1' }, { from: '203.0.114.9' }), 403, 'ERR_FORBIDDEN')
    const by = (address: string): Sent => ({ from: '10.0.0.1', headers: { 'x-forwarded-for': address } })
    assert.is((await send({ id: 'job-1' }, by('203.0.113.9'))).status, 200)
    isProblem(await send({ id: 'job-1' }, by('203.0.113.9, 6.6.6.6')), 403, 'ERR_FORBIDDEN')
    isProblem(await send({ id: 'job-1' }, { ...by('203.0.113.9'), from: '10.0.0.2' }), 403, 'ERR_FORBIDDEN')
  })

  test('has an address that waits after some bad ones', async (context) => {
    const { send, clock } = receiving(context, { allowFrom: ['9.8.0.0/16', '2001:db8::/32'] })
    const bad: Sent = { secret: stolen }
    for (const sent of [bad, { to: 'others' }, bad]) await send({ id: 'job-1' }, sent)
    const refused = await send({ id: 'job-1' })
    isProblem(refused, 429, 'ERR_SERVER_BUSY')
    assert.is(refused.headers.get('retry-after'), '60')
    assert.is((await send({ id: 'job-1' }, { from: '9.8.7.7' })).status, 200)
    await clock.advance(60_000)
    assert.is((await send({ id: 'job-1' })).status, 200)
    // Who has one address of IPv6 has many.
    for (const end of ['1', '2', '3']) await send({}, { ...bad, from: `2001:db8::${end}` })
    assert.is((await send({ id: 'job-1' }, { from: '2001:db8::4' })).status, 429)
  })

  test('has a body that can be read, once its signature is good', async (context) => {
    const { send, seen, call } = receiving(context)
    isProblem(await send('not json'), 422, 'ERR_INVALID_ARGUMENT')
    const other = await send({ other: 1 })
    isProblem(other, 422, 'ERR_INVALID_ARGUMENT')
    assert.is(other.body.detail, 'there is no id')
    isProblem(await send(''), 422, 'ERR_INVALID_ARGUMENT')
    // What is wrong here is not known to be the sender's fault.
    isProblem(await send({ bug: 1 }), 500, 'ERR_INTERNAL')
    isProblem(await send({ id: 'a' }, { headers: { 'content-type': 'text/plain' } }), 415, 'ERR_MEDIA_TYPE')
    isProblem(await send({ id: 'a'.repeat(1_000_000) }), 413, 'ERR_BODY_TOO_LARGE')
    isProblem(
      await call(`POST /api/v1/webhooks/${'a'.repeat(101)}`, { json: {} }),
      400,
      'ERR_INVALID_ARGUMENT',
    )
    assert.is((await send({ id: 'a'.repeat(999_000) })).status, 200)
    await rest()
    assert.is(seen.length, 1)
  })

  test('is put off where too many wait, and known again where it waits', async (context) => {
    const { send } = receiving(context, { inbox: { waiting: 1 } })
    const [first, second, again] = await Promise.all([
      send({ id: 'job-1' }, { id: 'a' }),
      send({ id: 'job-2' }, { id: 'b' }),
      send({ id: 'job-1' }, { id: 'a' }),
    ])
    assert.is(first.status, 200)
    isProblem(second, 503, 'ERR_SERVER_BUSY')
    assert.is(second.headers.get('retry-after'), '5')
    assert.equal(again.body, { repeated: true })
    await rest()
    assert.equal((await send({ id: 'job-2' }, { id: 'b' })).body, { repeated: false })
  })

  test('has ten seconds to arrive, and few others beside it', async (context) => {
    const { app, send, clock } = receiving(context)
    const begin = (): Promise<Response> => {
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) })
      const headers = { 'content-type': 'application/json' }
      const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' }
      return Promise.resolve(app.request('/api/v1/webhooks/gpus', init))
    }
    const slow = Array.from({ length: 64 }, begin)
    while (clock.waiting < 64) await turn()
    isProblem(await send({ id: 'job-1' }), 503, 'ERR_SERVER_BUSY')
    await clock.advance(10_000)
    for (const response of await Promise.all(slow)) assert.is(response.status, 400)
    assert.is(clock.waiting, 0)
    assert.is((await send({ id: 'job-1' })).status, 200)
  })

  test('is counted', async (context) => {
    const { send, call } = receiving(context, { allowFrom: ['9.8.7.6'] })
    await send({ id: 'job-1' })
    await send({ id: 'job-1' })
    await send({ id: 'job-1' }, { secret: stolen })
    await send({ id: 'job-1' }, { from: '1.1.1.1' })
    await send('not json')
    await rest()
    const { text } = await call('GET /metrics')
    for (const result of ['taken', 'repeated', 'unsigned', 'forbidden', 'unreadable']) {
      assert.ok(
        text.includes(`millrace_webhooks_received_total{provider="gpus",result="${result}"} 1`),
        result,
      )
    }
    assert.ok(text.includes('millrace_webhooks_received_waiting 0'))
  })
})

suite('a source of webhooks', (test) => {
  const config = (webhook: object) => ({ name: 'gpus', webhook })

  test('has the secrets of its configuration and of the environment', () => {
    const env = { SECRETS: `${older}, ${stolen}` }
    const source = webhookSource(provider, config({ secrets: [secret], secretsEnv: 'SECRETS' }), { env })!
    assert.is(source.keys.length, 3)
    assert.is(source.allowFrom, null)
  })

  test('cannot be without secrets, and shows none that cannot be used', () => {
    for (const webhook of [{}, { secrets: [] }, { url: 'http://127.0.0.1' }]) {
      assert.is(webhookSource(provider, config(webhook)), null)
    }
    for (const webhook of [{ secretsEnv: 'NONE' }, { secrets: ['whsec_a-secret'] }]) {
      assert.throws(
        () => webhookSource(provider, config(webhook), { env: {} }),
        (error: unknown) =>
          error instanceof InvalidArgumentError &&
          /gpus/.test(error.message) &&
          !/a-secret/.test(error.message),
      )
    }
    assert.throws(
      () => webhookSource(provider, config({ secrets: [secret], allowFrom: ['gpus.example'] })),
      /allowFrom of the provider gpus/,
    )
  })

  test('cannot be a provider that sends none', () => {
    assert.throws(
      () => webhookSource({ name: 'ray', type: 'ray' }, config({ secrets: [secret] })),
      (error: unknown) =>
        error instanceof InvalidArgumentError && /type ray send no webhooks/.test(error.message),
    )
  })
})
