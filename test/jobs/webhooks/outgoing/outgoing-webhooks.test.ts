import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { Webhook } from 'standardwebhooks'
import { WebhookAddressError } from '../../../../src/errors/webhook-subscription-errors.ts'
import { silentLogger } from '../../../../src/functions/logger.ts'
import { SqliteJobStore } from '../../../../src/jobs/store/sqlite-job-store.ts'
import type { Resolve } from '../../../../src/jobs/webhooks/outgoing/address-guard.ts'
import {
  type OutgoingWebhookOptions,
  OutgoingWebhooks,
} from '../../../../src/jobs/webhooks/outgoing/outgoing-webhooks.ts'
import type { Clock } from '../../../../src/time/clock.ts'
import { realClock } from '../../../../src/time/real-clock.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { suite, type TestContext } from '../../../support/suite.ts'
import { rest } from '../../../support/turns.ts'
import { emptyFolder } from '../../store/support/stores.ts'
import { submissionOf } from '../../store/support/submissions.ts'
import { isSigned, Receiver } from './support/receiver.ts'

const DAY = 24 * 3_600_000

interface Opened {
  readonly store: SqliteJobStore
  readonly webhooks: OutgoingWebhooks
  /** All that was logged. */
  readonly logged: string[]
}

function open(
  context: TestContext,
  parts: { clock?: Clock; resolve?: Resolve; options?: OutgoingWebhookOptions } = {},
): Opened {
  const store = new SqliteJobStore({ file: join(emptyFolder(context), 'jobs.db') })
  context.cleanup(() => store.close())
  const logged: string[] = []
  const log = (message: string, data?: object): void => void logged.push(`${message} ${JSON.stringify(data)}`)
  const webhooks = new OutgoingWebhooks({
    ...{ store: store.webhooks, clock: realClock, random: () => 0, options: { allowPrivate: ['127.0.0.1'] } },
    logger: { ...silentLogger, debug: log, info: log, warn: log, error: log },
    onEvents: (listener) => store.onEvents(listener),
    ...parts,
  })
  context.cleanup(() => webhooks.close())
  return { store, webhooks, logged }
}

let jobs = 0
function run(store: SqliteJobStore): string {
  const id = `outgoing-${++jobs}`
  store.create(submissionOf({ name: 'prices' }), { id, at: Date.now(), by: 'a test' })
  store.transition(id, 'running', { at: Date.now(), cause: 'it was its turn' })
  return id
}

async function rejection(work: Promise<unknown>): Promise<Error> {
  try {
    await work
  } catch (error) {
    return error as Error
  }
  throw new Error('it was not refused')
}

suite('webhooks that are sent', (test) => {
  test('are found good by the library of the scheme, and no other is', async (context) => {
    const receiver = await Receiver.start(context)
    const { store, webhooks } = open(context)
    const { secret } = await webhooks.create({ url: receiver.url })
    const job = run(store)
    await receiver.has(1)
    const [received] = receiver.received as [(typeof receiver.received)[0]]
    const verified = new Webhook(secret).verify(received.body, received.headers as Record<string, string>)
    assert.equal((verified as { data: { job_id: string } }).data.job_id, job)
    assert.ok(isSigned(secret, received))
    assert.not(isSigned(secret, { ...received, body: `${received.body} ` }))
    assert.not(isSigned(secret, { ...received, headers: { ...received.headers, 'webhook-id': 'msg_other' } }))
    assert.not(isSigned(`whsec_${Buffer.alloc(32).toString('base64')}`, received))
    assert.equal(Object.keys(JSON.parse(received.body) as object), ['type', 'timestamp', 'data'])
    assert.is(received.headers['content-type'], 'application/json')
  })

  test('are signed with both secrets while one takes the place of the other', async (context) => {
    const receiver = await Receiver.start(context)
    const clock = new ManualClock()
    const { webhooks } = open(context, { clock })
    const { id, secret: first } = await webhooks.create({ url: receiver.url })
    /** Which of the secrets have signed it. The library verifies only what was signed now. */
    const signers = async (...secrets: readonly string[]): Promise<readonly boolean[]> => {
      const { id: ping } = webhooks.test(id)
      while (webhooks.delivery(ping).status === 'pending') await clock.advance(0)
      const { headers, body } = receiver.received.at(-1)!
      const signatures = String(headers['webhook-signature']).split(' ')
      const at = new Date(Number(headers['webhook-timestamp']) * 1000)
      return secrets.map((secret) => signatures.includes(new Webhook(secret).sign(ping, at, body)))
    }
    assert.equal(await signers(first), [true])
    const { secret: second, previousSecretUntil } = webhooks.rotateSecret(id)
    assert.is(Date.parse(previousSecretUntil!), clock.now() + DAY)
    assert.equal(await signers(first, second), [true, true])
    await clock.advance(DAY / 2)
    const { secret: third } = webhooks.rotateSecret(id)
    assert.equal(await signers(first, second, third), [true, true, true])
    await clock.advance(DAY / 2)
    assert.equal(await signers(first, second, third), [false, true, true])
    await clock.advance(DAY / 2)
    assert.equal(await signers(first, second, third), [false, false, true])
    assert.is(webhooks.get(id).previousSecretUntil, null)
    const { secret: fourth } = webhooks.rotateSecret(id)
    const { secret: fifth, previousSecretUntil: none } = webhooks.rotateSecret(id, { revoke: true })
    assert.is(none, null)
    assert.equal(await signers(third, fourth, fifth), [false, false, true])
  })

  test('say nowhere what the secret is but when it is made', async (context) => {
    const receiver = await Receiver.start(context)
    // Who answers with all that it knows.
    receiver.answer = ({ headers, body }, response) =>
      response.writeHead(410).end(JSON.stringify({ headers, body }))
    const { webhooks, logged } = open(context)
    const { id, secret } = await webhooks.create({ url: receiver.url })
    const { secret: second } = webhooks.rotateSecret(id)
    assert.not(second === secret)
    const { id: ping } = webhooks.test(id)
    while (webhooks.delivery(ping).status === 'pending') await rest()
    const told = [
      webhooks.list(),
      webhooks.get(id),
      await webhooks.change(id, { enabled: true, description: 'x' }),
      webhooks.deliveries({ limit: 10 }),
      webhooks.delivery(ping),
      logged,
    ]
    for (const text of [JSON.stringify(told), ...receiver.received.map((each) => JSON.stringify(each))]) {
      for (const hidden of [secret, second]) assert.not(text.includes(hidden.slice('whsec_'.length, 30)))
    }
    assert.match(logged.join(), 'is disabled')
  })

  test('are made for subscriptions with all that these leave out', async (context) => {
    const { webhooks } = open(context)
    const { secret, ...made } = await webhooks.create({ url: 'http://127.0.0.1:9/x' })
    assert.match(secret, /^whsec_[\w+/]{43}=$/)
    const { createdAt, updatedAt, id, ...rest } = made
    assert.equal(createdAt, updatedAt)
    assert.match(id, /^sub_[0-9a-f]{16}$/)
    assert.equal(rest, {
      ...{ url: 'http://127.0.0.1:9/x', events: ['job_status_changed'], filter: {}, description: '' },
      ...{ enabled: true, disabledReason: null, failingSince: null, previousSecretUntil: null },
      ...{ pending: 0, missed: 0 },
    })
    assert.equal(webhooks.list(), [made])
  })

  test('go to no place that was made private later', async (context) => {
    const receiver = await Receiver.start(context)
    const addresses = ['8.8.8.8', '127.0.0.1']
    const resolve: Resolve = async () => [{ address: addresses.shift()!, family: 4 }]
    const { webhooks } = open(context, { resolve, options: {} })
    const { id } = await webhooks.create({ url: `http://rebound.example:${receiver.port}/` })
    const ping = webhooks.test(id)
    while (webhooks.delivery(ping.id).status === 'pending') await rest()
    const { attempts, status } = webhooks.delivery(ping.id)
    assert.is(status, 'failed')
    assert.match(
      attempts[0]!.error!,
      'rebound.example leads to 127.0.0.1, which is not of the public internet',
    )
    assert.is(receiver.received.length, 0)
  })

  test('are not subscribed to at an address that they may not be sent to', async (context) => {
    const { webhooks } = open(context)
    const { id } = await webhooks.create({ url: 'http://127.0.0.1/' })
    for (const url of [
      'http://10.0.0.1/',
      'http://[::1]/',
      'ftp://127.0.0.1/',
      'http://me:pw@127.0.0.1/',
      'x',
    ]) {
      assert.ok((await rejection(webhooks.create({ url }))) instanceof WebhookAddressError, url)
      assert.ok((await rejection(webhooks.change(id, { url }))) instanceof WebhookAddressError, url)
    }
    assert.equal(
      webhooks.list().map(({ url }) => url),
      ['http://127.0.0.1/'],
    )
  })

  test('do not wait for ever to learn where a name leads', async (context) => {
    const clock = new ManualClock()
    const { webhooks } = open(context, { clock, resolve: () => new Promise(() => {}) })
    const refused = rejection(webhooks.create({ url: 'https://slow.example/' }))
    await clock.advance(5_000)
    const error = await refused
    assert.ok(error instanceof WebhookAddressError)
    assert.match(error.message, 'it could not be found out in time where slow.example leads')
  })

  test('are not begun with options that can never work', (context) => {
    for (const options of [
      { timeout: 0 },
      { timeout: NaN },
      { allowPrivate: ['10.0.0.0/99'] },
      { allowPrivate: '::1' as never },
    ]) {
      assert.throws(
        () => open(context, { options }),
        (error: { code?: string }) => error.code === 'ERR_INVALID_ARGUMENT',
        JSON.stringify(options),
      )
    }
  })

  test('leave nothing behind when they are closed', async (context) => {
    const receiver = await Receiver.start(context)
    receiver.answer = () => {}
    const clock = new ManualClock()
    const { store, webhooks } = open(context, { clock })
    await webhooks.create({ url: receiver.url })
    run(store)
    await clock.advance(0)
    await receiver.has(1)
    const closed = webhooks.close()
    await clock.advance(2_000)
    await closed
    assert.is(clock.waiting, 0)
    run(store)
    await clock.advance(DAY)
    assert.is(receiver.received.length, 1)
  })

  test('can be sent again, with all their attempts', async (context) => {
    const receiver = await Receiver.start(context)
    const { store, webhooks } = open(context)
    const { id } = await webhooks.create({ url: receiver.url })
    run(store)
    await receiver.has(1)
    const [delivery] = webhooks.deliveries({ limit: 1 }).items
    while (webhooks.delivery(delivery!.id).status === 'pending') await rest()
    assert.is(webhooks.redeliver(delivery!.id).status, 'pending')
    await receiver.has(2)
    while (webhooks.delivery(delivery!.id).status === 'pending') await rest()
    assert.equal(receiver.ids, [delivery!.id, delivery!.id])
    assert.is(webhooks.delivery(delivery!.id).attempts.length, 2)
    await webhooks.change(id, { enabled: false })
    assert.throws(() => webhooks.redeliver(delivery!.id), /disabled/)
    assert.throws(() => webhooks.test(id), /disabled/)
  })
})
