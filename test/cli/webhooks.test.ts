import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { NewWebhookSubscription, WebhookDelivery, WebhookSubscription } from '../../src/client/index.ts'
import { isSigned, Receiver } from '../jobs/webhooks/outgoing/support/receiver.ts'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

suite(
  'millrace webhooks',
  (test) => {
    test('makes, shows, changes, tests and deletes them, and sends again', async (context) => {
      const millrace = new Millrace(context)
      const receiver = await Receiver.start(context)
      writeFileSync(join(millrace.data, 'server.yaml'), 'port: 0\nwebhooks: { allow_private: [127.0.0.1] }\n')
      const started = await millrace.jobmanager('start')
      assert.is(started.code, 0, started.err)
      const call = (...args: readonly string[]) => millrace.call(['webhooks', ...args])

      const none = await call('list')
      assert.equal(none, {
        code: 0,
        signal: null,
        out: '',
        err: 'There are no webhooks: `millrace webhooks add` makes one\n',
      })

      const added = await call(
        ...['add', receiver.url, '--event', 'job_submitted,job_status_changed', '--status', 'failed'],
        ...['--provider', 'ray,local', '--name', 'prices', '--description', 'the test'],
      )
      assert.is(added.code, 0, added.err)
      assert.match(added.err, /^Made webhook sub_\w+ http:\S+\. Its secret is not shown again:\n$/)
      const secret = added.out.trim()
      assert.match(secret, /^whsec_/)
      const [made] = JSON.parse((await call('list', '-o', 'json')).out) as readonly WebhookSubscription[]
      const id = made!.id
      assert.equal(
        [made!.url, made!.events, made!.filter, made!.description],
        [
          receiver.url,
          ['job_submitted', 'job_status_changed'],
          { statuses: ['failed'], providers: ['ray', 'local'], name: 'prices' },
          'the test',
        ],
      )
      assert.match((await call('list')).out, /^ID +URL +STATE +EVENTS +JOBS +WAITING\nsub_\w+ +http:\S+ +on /)
      const shown = await call('show', id.slice(4, 10))
      assert.match(shown.out, /\njobs +only failed, at ray, local, with "prices" in the name\n/)
      assert.not.match(shown.out, secret)

      const tested = await call('test', receiver.url)
      assert.equal([tested.code, tested.out], [0, ''])
      assert.match(tested.err, new RegExp(`^${id} http:\\S+ took it: 204 in \\d+ ms\n$`))
      assert.ok(isSigned(secret, receiver.received[0]!))

      const rotated = await call('rotate-secret', id, '-o', 'json')
      assert.match(rotated.err, 'The one before signs along until ')
      const revoked = await call('rotate-secret', id, '--revoke', '-o', 'json')
      assert.match(revoked.err, 'The one before is good no more:')
      const next = JSON.parse(revoked.out) as NewWebhookSubscription
      assert.is.not(next.secret, secret)
      const deliveries = await call('deliveries', id, '-o', 'json')
      const [ping] = JSON.parse(deliveries.out) as readonly WebhookDelivery[]
      assert.equal([ping!.type, ping!.status], ['ping', 'delivered'])
      const again = await call('redeliver', ping!.id)
      assert.is(again.code, 0, again.err)
      assert.match(again.err, new RegExp(`^${ping!.id} is delivered: 204 in \\d+ ms\n$`))
      assert.ok(isSigned(next.secret, receiver.received[1]!))
      assert.is(receiver.ids[1], ping!.id)
      const delivery = await call('delivery', ping!.id)
      assert.match(
        delivery.out,
        new RegExp(`^${ping!.id} ping, to ${id}: delivered\n.* 204 in .*\n.* 204 in `),
      )
      assert.match(delivery.out, '{"type":"ping"')
      assert.match(
        (await call('deliveries')).out,
        /^ID +EVENT +JOB +STATUS +TRIES .*\n\S+ +ping +delivered +2 /,
      )

      receiver.answer = (_, response) => response.writeHead(500).end('not now')
      const failed = await call('test', id)
      assert.is(failed.code, 1)
      assert.match(failed.err, / did not take it: 500 in \d+ ms\n$/)
      assert.is((await call('deliveries', '--status', 'delivered', '-o', 'name')).out, `${ping!.id}\n`)
      const more = await call('deliveries', '--limit', '1')
      assert.match(more.err, 'and 1 more, of 2')

      const changed = await call('update', id, '--disable', '--name', 'other', '--event', 'job_deleted')
      assert.is(changed.err, `Changed webhook ${id} ${receiver.url}\n`)
      const now = JSON.parse((await call('show', id, '-o', 'json')).out) as WebhookSubscription
      assert.equal([now.enabled, now.events], [false, ['job_deleted']])
      assert.equal(now.filter, { statuses: ['failed'], providers: ['ray', 'local'], name: 'other' })
      const disabled = await call('test', id)
      assert.is(disabled.code, 1)
      await call('update', id, '--enable', '--all-jobs', '--provider', 'local')
      const after = JSON.parse((await call('show', id, '-o', 'json')).out) as WebhookSubscription
      assert.equal([after.enabled, after.filter], [true, { providers: ['local'] }])
      await call('update', id, '--all-jobs')
      assert.equal((JSON.parse((await call('show', id, '-o', 'json')).out) as WebhookSubscription).filter, {})

      const refused = await call('delete', id)
      assert.is(refused.code, 2)
      assert.match(refused.err, 'There is no terminal to ask at.')
      const second = JSON.parse((await call('add', `${receiver.url}/2`, '--disabled', '-o', 'json')).out) as {
        id: string
        enabled: boolean
      }
      assert.is(second.enabled, false)
      const ambiguous = await call('show', 'sub_')
      assert.is(ambiguous.code, 2)
      assert.match(ambiguous.err, `sub_ could be\n  ${id}  ${receiver.url}\n  ${second.id}  `)
      const deleted = await call('delete', '--yes', 'nobody', id, second.id)
      assert.is(deleted.code, 3)
      assert.match(deleted.err, `Deleted webhook ${id} ${receiver.url}\nDeleted webhook ${second.id} `)
      assert.is((await call('list', '-o', 'name')).out, '')
      for (const wrong of [
        ['show', id],
        ['delivery', ping!.id],
        ['redeliver', ping!.id],
        ['deliveries', 'nobody'],
      ]) {
        assert.is((await call(...wrong)).code, 3, wrong.join(' '))
      }
      for (const wrong of [
        ['add', 'http://10.0.0.1/'],
        ['add', 'nowhere'],
        ['add', receiver.url, '--event', 'job_done'],
        ['add', receiver.url, '--status', 'done'],
        ['add'],
      ]) {
        assert.is((await call(...wrong)).code, 2, wrong.join(' '))
      }
    })
  },
  { timeout: 240_000 },
)
