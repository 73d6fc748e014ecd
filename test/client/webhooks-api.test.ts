import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  type JobManagerClient,
  ServerUnreachableError,
  type WebhookDelivery,
  WebhookAddressError,
  WebhookDisabledError,
  WebhookNotFoundError,
} from '../../src/client/index.ts'
import { startJobManager } from '../../src/jobs/start-job-manager.ts'
import { rejectionOf } from '../job/jobs.ts'
import { isSigned, Receiver } from '../jobs/webhooks/outgoing/support/receiver.ts'
import { chaoticProxy, type Treatment } from '../support/chaotic-proxy.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { clientOf } from './support/client-of.ts'

/** A server that may send webhooks to this machine, and who receives them. */
async function scene(
  context: TestContext,
): Promise<{ readonly client: JobManagerClient; readonly receiver: Receiver; readonly port: number }> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-webhooks-'))
  context.cleanup(() => rmSync(data, { recursive: true, force: true }))
  const receiver = await Receiver.start(context)
  const server = await startJobManager({ data, port: 0, webhooks: { allowPrivate: ['127.0.0.1'] } })
  context.cleanup(() => server.close())
  return { client: clientOf(context, server), receiver, port: server.port }
}

/** A delivery that is not tried any more. */
async function settled({ webhooks }: JobManagerClient, id: string): Promise<WebhookDelivery> {
  for (;;) {
    const delivery = await webhooks.delivery(id)
    if (delivery.status !== 'pending') return delivery
  }
}

suite('JobManagerClient.webhooks', (test) => {
  test('has a method for everything that can be done to subscriptions', async (context) => {
    const { client, receiver } = await scene(context)
    const { webhooks } = client
    assert.equal(await webhooks.list(), [])
    const { secret, ...made } = await webhooks.create({
      url: receiver.url,
      events: ['job_deleted'],
      filter: { providers: ['local'] },
      description: 'a test',
    })
    assert.match(secret, /^whsec_/)
    assert.equal(await webhooks.list(), [made])
    assert.equal(await webhooks.get(made.id), made)

    const ping = await webhooks.test(made.id)
    assert.equal([ping.type, ping.subscription], ['ping', made.id])
    await receiver.has(1)
    assert.ok(isSigned(secret, receiver.received[0]!))
    const delivery = await settled(client, ping.id)
    assert.is(delivery.status, 'delivered')
    assert.is(delivery.attempts[0]?.status, 204)

    const rotated = await webhooks.rotateSecret(made.id, { revoke: true })
    assert.is(rotated.previousSecretUntil, null)
    assert.is.not(rotated.secret, secret)
    await webhooks.redeliver(ping.id)
    await receiver.has(2)
    assert.is(receiver.ids[0], receiver.ids[1])
    assert.ok(isSigned(rotated.secret, receiver.received[1]!))
    await settled(client, ping.id)
    const { items, total } = await webhooks.deliveries({
      subscription: made.id,
      status: 'delivered',
      limit: 5,
    })
    assert.equal([items.map(({ id }) => id), total], [[ping.id], 1])

    const changed = await webhooks.update(made.id, { enabled: false, events: ['job_submitted'] })
    assert.equal([changed.enabled, changed.events, changed.description], [false, ['job_submitted'], 'a test'])
    assert.instance(await rejectionOf(webhooks.test(made.id)), WebhookDisabledError)
    await webhooks.delete(made.id)
    assert.equal(await webhooks.list(), [])
    for (const gone of [
      () => webhooks.get(made.id),
      () => webhooks.delete(made.id),
      () => webhooks.update(made.id, {}),
      () => webhooks.rotateSecret(made.id),
      () => webhooks.test(made.id),
      () => webhooks.delivery(ping.id),
      () => webhooks.redeliver(ping.id),
      () => webhooks.deliveries({ subscription: made.id }),
    ]) {
      assert.instance(await rejectionOf(gone()), WebhookNotFoundError)
    }
    assert.instance(await rejectionOf(webhooks.create({ url: 'http://10.0.0.1/' })), WebhookAddressError)
  })

  test('deletes once, however often that has to be sent, and makes none twice', async (context) => {
    const { client, receiver, port } = await scene(context)
    const { id } = await client.webhooks.create({ url: receiver.url })
    /** The first request is heard, and its answer lost. */
    const treat = (connection: number): Treatment => (connection === 0 ? { afterDown: 0 } : {})
    const deleting = clientOf(context, await chaoticProxy(context, { port, treat }))
    await deleting.webhooks.delete(id)
    const creating = clientOf(context, await chaoticProxy(context, { port, treat }))
    assert.instance(
      await rejectionOf(creating.webhooks.create({ url: receiver.url })),
      ServerUnreachableError,
    )
    assert.is((await client.webhooks.list()).length, 1)
  })
})
