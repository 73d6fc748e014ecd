import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { SqliteJobStore } from '../../../src/jobs/store/sqlite-job-store.ts'
import { OutgoingWebhooks } from '../../../src/jobs/webhooks/outgoing/outgoing-webhooks.ts'
import type { WebhookDelivery } from '../../../src/protocol/webhook-delivery.ts'
import { webhookSubscriptionListSchema } from '../../../src/protocol/webhook-subscription.ts'
import { silentLogger } from '../../../src/functions/logger.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { emptyFolder } from '../store/support/stores.ts'
import { submissionOf } from '../store/support/submissions.ts'
import { type Answer, type Called, callable, isProblem } from './call.ts'

const path = '/api/v1/webhook-subscriptions'
const deliveries = '/api/v1/webhook-deliveries'
const url = 'http://127.0.0.1:9/hooks'
const token = 'a-token-of-the-start-that-is-long'

const bodyOf = ({ body }: Answer): Record<string, unknown> => body as never
const itemsOf = ({ body }: Answer): readonly WebhookDelivery[] => body.items as never

interface Opened extends Called {
  readonly store: SqliteJobStore
  /** Its deliveries wait for it. */
  readonly clock: ManualClock
}

function open(context: TestContext, options: Parameters<typeof callable>[1] = {}): Opened {
  const store = new SqliteJobStore({ file: join(emptyFolder(context), 'jobs.db') })
  const clock = new ManualClock()
  const webhooks = new OutgoingWebhooks({
    ...{ store: store.webhooks, clock, random: () => 0, logger: silentLogger },
    onEvents: (listener) => store.onEvents(listener),
    options: { allowPrivate: ['127.0.0.1'] },
  })
  context.cleanup(async () => {
    await webhooks.close()
    store.close()
  })
  return { ...callable(context, { webhooks, clock, ...options }), store, clock }
}

const subscribe = async ({ call }: Pick<Opened, 'call'>, json: object = {}): Promise<string> => {
  const answer = await call(`POST ${path}`, { json: { url, ...json } })
  assert.is(answer.status, 201, answer.text)
  return answer.body.id
}

suite('routes of webhook subscriptions', (test) => {
  test('make one, which shows its secret once', async (context) => {
    const { call } = open(context)
    const json = {
      url,
      events: ['job_deleted', 'job_status_changed'],
      filter: { statuses: ['failed'], providers: ['local'], name: 'prices', job: 'x' },
      description: 'for the board',
    }
    const made = await call(`POST ${path}`, { json })
    assert.is(made.status, 201)
    const { secret, ...rest } = bodyOf(made)
    assert.match(String(secret), /^whsec_/)
    assert.is(made.headers.get('location'), `${path}/${made.body.id}`)
    assert.equal({ ...rest, ...json }, rest)
    const got = await call(`GET ${made.headers.get('location')}`)
    assert.equal(bodyOf(got), rest)
    const list = await call(`GET ${path}`)
    assert.equal(webhookSubscriptionListSchema.parse(list.body).items, [rest] as never)
    assert.not.match(got.text + list.text, 'whsec_')
  })

  test('change what they are told to, and nothing else', async (context) => {
    const opened = open(context)
    const { call } = opened
    const id = await subscribe(opened, { description: 'old', filter: { name: 'x' } })
    const before = bodyOf(await call(`GET ${path}/${id}`))
    const same = await call(`PATCH ${path}/${id}`, { json: {} })
    assert.equal(bodyOf(same), before)
    const changed = await call(`PATCH ${path}/${id}`, {
      json: { description: 'new', filter: {}, enabled: false },
    })
    assert.equal(bodyOf(changed), { ...before, description: 'new', filter: {}, enabled: false })
    assert.is((await call(`PATCH ${path}/${id}`, { json: { enabled: true } })).status, 200)
    assert.is((await call(`DELETE ${path}/${id}`)).status, 204)
    isProblem(await call(`GET ${path}/${id}`), 404, 'ERR_WEBHOOK_NOT_FOUND')
  })

  test('give a new secret, and say how long the old one holds', async (context) => {
    const opened = open(context)
    const id = await subscribe(opened)
    const rotated = await opened.call(`POST ${path}/${id}/rotate-secret`)
    assert.is(rotated.status, 200)
    const { secret, previousSecretUntil } = bodyOf(rotated)
    assert.match(String(secret), /^whsec_/)
    assert.is(Date.parse(String(previousSecretUntil)), opened.clock.now() + 24 * 3_600_000)
    assert.not.match((await opened.call(`GET ${path}/${id}`)).text, 'whsec_')
    const revoked = await opened.call(`POST ${path}/${id}/rotate-secret?revoke=true`)
    assert.is(bodyOf(revoked)['previousSecretUntil'], null)
    isProblem(await opened.call(`POST ${path}/${id}/rotate-secret?revoke=maybe`), 400, 'ERR_INVALID_ARGUMENT')
  })

  test('send a ping, and show how that goes', async (context) => {
    const opened = open(context)
    const { call } = opened
    const id = await subscribe(opened)
    const ping = await call(`POST ${path}/${id}/test`)
    assert.is(ping.status, 202)
    assert.equal([bodyOf(ping)['type'], ping.body.status], ['ping', 'pending'])
    assert.equal(bodyOf(await call(`GET ${ping.headers.get('location')}`)), bodyOf(ping))
    assert.equal(JSON.parse(String(bodyOf(ping)['body'])), {
      type: 'ping',
      timestamp: bodyOf(ping)['createdAt'],
      data: { subscription_id: id },
    })
    await call(`PATCH ${path}/${id}`, { json: { enabled: false } })
    isProblem(await call(`POST ${path}/${id}/test`), 409, 'ERR_WEBHOOK_DISABLED')
  })

  test('refuse what is wrong, and name the field', async (context) => {
    const opened = open(context)
    const { call } = opened
    const id = await subscribe(opened)
    const wrong: readonly (readonly [object, string])[] = [
      [{ url: 7 }, 'url'],
      [{ url: '' }, 'url'],
      [{ url: 'x'.repeat(2001) }, 'url'],
      [{ url, events: [] }, 'events'],
      [{ url, events: ['job_exploded'] }, 'events.0'],
      [{ url, filter: { statuses: ['lost'] } }, 'filter.statuses.0'],
      [{ url, filter: { status: ['failed'] } }, 'filter'],
      [{ url, enabled: 'yes' }, 'enabled'],
      [{ url, description: 'x'.repeat(501) }, 'description'],
      [{ url, secret: 'mine' }, ''],
    ]
    for (const [json, field] of wrong) {
      for (const route of [`POST ${path}`, `PATCH ${path}/${id}`]) {
        const answer = await call(route, { json })
        isProblem(answer, 422, 'ERR_INVALID_ARGUMENT')
        assert.is(answer.body.errors[0]!.path, field)
      }
    }
    isProblem(await call(`POST ${path}`, { json: {} }), 422, 'ERR_INVALID_ARGUMENT')
    for (const route of [`POST ${path}`, `PATCH ${path}/${id}`]) {
      isProblem(await call(route, { json: { url: 'http://10.0.0.1/' } }), 422, 'ERR_WEBHOOK_ADDRESS')
      isProblem(await call(route, { json: { url: 'ftp://127.0.0.1/' } }), 422, 'ERR_WEBHOOK_ADDRESS')
      const text = { headers: { 'Content-Type': 'text/plain' }, body: '{}' }
      isProblem(await call(route, text), 415, 'ERR_MEDIA_TYPE')
      isProblem(
        await call(route, { headers: { 'Content-Type': 'application/json' }, body: '{' }),
        400,
        'ERR_INVALID_ARGUMENT',
      )
    }
  })

  test('refuse a body that is too long', async (context) => {
    const { call } = open(context, { limits: { jsonBytes: 100 } })
    const json = { url, description: 'x'.repeat(100) }
    for (const route of [`POST ${path}`, `PATCH ${path}/x`])
      isProblem(await call(route, { json }), 413, 'ERR_BODY_TOO_LARGE')
  })

  test('refuse more than a hundred', async (context) => {
    const opened = open(context)
    for (let n = 0; n < 100; n++) await subscribe(opened)
    isProblem(await opened.call(`POST ${path}`, { json: { url } }), 409, 'ERR_WEBHOOK_LIMIT')
    const [first] = (await opened.call(`GET ${path}`)).body.items
    await opened.call(`DELETE ${path}/${first!.id}`)
    await subscribe(opened)
  })

  test('know nothing of what is not there', async (context) => {
    const { call } = open(context)
    const routes = [
      `GET ${path}/x`,
      `DELETE ${path}/x`,
      `POST ${path}/x/rotate-secret`,
      `POST ${path}/x/test`,
      `GET ${deliveries}/x`,
      `POST ${deliveries}/x/redeliver`,
      `GET ${deliveries}?subscription=x`,
    ]
    for (const route of routes) isProblem(await call(route), 404, 'ERR_WEBHOOK_NOT_FOUND')
    isProblem(await call(`PATCH ${path}/x`, { json: { enabled: true } }), 404, 'ERR_WEBHOOK_NOT_FOUND')
    isProblem(await call(`PUT ${path}/x`), 405, 'ERR_METHOD_NOT_ALLOWED')
  })

  test('are for admins only', async (context) => {
    const clock = new ManualClock()
    const { call } = open(context, { token, clock, limits: { authFailures: 20 } })
    const bearer = (held: string): { headers: Record<string, string> } => ({
      headers: { Authorization: `Bearer ${held}` },
    })
    const json = { url }
    const routes: readonly (readonly [string, object])[] = [
      [`GET ${path}`, {}],
      [`POST ${path}`, { json }],
      [`GET ${path}/x`, {}],
      [`PATCH ${path}/x`, { json }],
      [`DELETE ${path}/x`, {}],
      [`POST ${path}/x/rotate-secret`, {}],
      [`POST ${path}/x/test`, {}],
      [`GET ${deliveries}`, {}],
      [`GET ${deliveries}/x`, {}],
      [`POST ${deliveries}/x/redeliver`, {}],
    ]
    for (const scope of ['read', 'submit']) {
      const made = await call('POST /api/v1/tokens', {
        json: { name: scope, scopes: [scope] },
        ...bearer(token),
      })
      for (const [route, init] of routes)
        isProblem(await call(route, { ...init, ...bearer(made.body.token) }), 403, 'ERR_FORBIDDEN')
    }
    for (const [route, init] of routes) isProblem(await call(route, init), 401, 'ERR_UNAUTHENTICATED')
    for (let n = 0; n < 20; n++) await call(`GET ${path}`, bearer('a-guess-of-what-the-token-might-be'))
    for (const [route, init] of routes) {
      const refused = await call(route, { ...init, ...bearer('a-guess-of-what-the-token-might-be') })
      isProblem(refused, 429, 'ERR_SERVER_BUSY')
    }
    assert.equal(itemsOf(await call(`GET ${path}`, bearer(token))), [])
  })

  test('of a server that sends none have none', async (context) => {
    const { call } = callable(context)
    assert.equal((await call(`GET ${path}`)).body.items, [])
    assert.equal((await call(`GET ${deliveries}`)).body.items, [])
    isProblem(await call(`POST ${path}`, { json: { url } }), 409, 'ERR_WEBHOOK_LIMIT')
    isProblem(await call(`GET ${path}/x`), 404, 'ERR_WEBHOOK_NOT_FOUND')
    isProblem(await call(`GET ${deliveries}/x`), 404, 'ERR_WEBHOOK_NOT_FOUND')
  })
})

suite('routes of webhook deliveries', (test) => {
  test('list them page by page, by subscription and status', async (context) => {
    const opened = open(context)
    const { call, store, clock } = opened
    const [a, b] = [await subscribe(opened, { events: ['job_submitted'] }), await subscribe(opened)]
    for (let n = 0; n < 3; n++) store.create(submissionOf(), { id: `job-${n}`, at: 0, by: 'a test' })
    await clock.advance(0)
    const { body: ping } = await call(`POST ${path}/${b}/test`)
    const first = await call(`GET ${deliveries}?limit=3`)
    assert.equal([first.body.items.length, first.body.total], [3, 4])
    const second = await call(`GET ${deliveries}?limit=3&cursor=${encodeURIComponent(first.body.next)}`)
    assert.equal(
      [...itemsOf(first), ...itemsOf(second)].map(({ type, job }) => [type, job]),
      [
        ['ping', null],
        ['job_submitted', 'job-2'],
        ['job_submitted', 'job-1'],
        ['job_submitted', 'job-0'],
      ],
    )
    const ofB = await call(`GET ${deliveries}?subscription=${b}`)
    assert.equal(
      ofB.body.items.map(({ id }) => id),
      [ping.id],
    )
    assert.is((await call(`GET ${deliveries}?subscription=${a}&status=delivered`)).body.total, 0)
    isProblem(await call(`GET ${deliveries}?status=lost`), 400, 'ERR_INVALID_ARGUMENT')
    isProblem(await call(`GET ${deliveries}?cursor=x`), 400, 'ERR_INVALID_CURSOR')
    isProblem(await call(`GET ${deliveries}?limit=201`), 400, 'ERR_INVALID_ARGUMENT')
  })

  test('send one again', async (context) => {
    const opened = open(context)
    const { call, store, clock } = opened
    const id = await subscribe(opened, { events: ['job_submitted'] })
    store.create(submissionOf(), { id: 'job', at: 0, by: 'a test' })
    await clock.advance(0)
    const [delivery] = itemsOf(await call(`GET ${deliveries}`))
    const attempt = { at: delivery!.createdAt, durationMs: 1, status: 200, error: null, answer: 'ok' }
    store.webhooks.settle(delivery!.id, { attempt, status: 'delivered', dueAt: null })
    assert.is((await call(`GET ${deliveries}/${delivery!.id}`)).body.status, 'delivered')
    const again = await call(`POST ${deliveries}/${delivery!.id}/redeliver`)
    assert.is(again.status, 202)
    assert.equal([again.body.id, again.body.status], [delivery!.id, 'pending'])
    await call(`PATCH ${path}/${id}`, { json: { enabled: false } })
    isProblem(await call(`POST ${deliveries}/${delivery!.id}/redeliver`), 409, 'ERR_WEBHOOK_DISABLED')
  })
})
