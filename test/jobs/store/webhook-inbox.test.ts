import fc from 'fast-check'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { MemoryWebhookInbox } from '../../../src/jobs/store/memory/memory-webhook-inbox.ts'
import { Database } from '../../../src/jobs/store/sqlite/database.ts'
import { SqliteWebhookInbox } from '../../../src/jobs/store/sqlite/sqlite-webhook-inbox.ts'
import {
  type InboxLimits,
  inboxLimits,
  type ReceivedWebhook,
  type WebhookInboxStore,
} from '../../../src/jobs/store/webhook-inbox-store.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { emptyFolder } from './support/stores.ts'

const webhook = (id: string, more: Partial<ReceivedWebhook> = {}): ReceivedWebhook => ({
  provider: 'replicate',
  id,
  at: 1000,
  body: JSON.stringify({ id }),
  ...more,
})

function onDisk(context: TestContext, limits: InboxLimits = inboxLimits): SqliteWebhookInbox {
  const database = new Database(join(emptyFolder(context), 'jobs.db'))
  context.cleanup(() => database.close())
  return new SqliteWebhookInbox(database, limits)
}

const makers = {
  'in memory': (_: TestContext, limits?: InboxLimits) => new MemoryWebhookInbox(limits),
  'in SQLite': onDisk,
}

for (const [where, make] of Object.entries(makers)) {
  suite(`the inbox of webhooks ${where}`, (test) => {
    test('hands them on in their order, each once, and knows their ids afterwards', (context) => {
      const inbox: WebhookInboxStore = make(context)
      assert.is(inbox.next(), undefined)
      assert.is(inbox.receive(webhook('a\0b')), 'taken')
      assert.is(inbox.receive(webhook('b')), 'taken')
      assert.is(inbox.receive(webhook('a\0b', { body: '{}', at: 2000 })), 'known')
      assert.is(inbox.waiting(), 2)
      const first = inbox.next()!
      assert.equal(first, { ...webhook('a\0b'), number: first.number })
      assert.equal(inbox.next(), first)
      inbox.done(first.number)
      const second = inbox.next()!
      assert.is(second.id, 'b')
      inbox.done(second.number)
      assert.is(inbox.next(), undefined)
      assert.is(inbox.waiting(), 0)
      assert.is(inbox.receive(webhook('a\0b')), 'known')
      assert.is(inbox.receive(webhook('a\0b', { provider: 'other' })), 'taken')
    })

    test('keeps one that cannot be worked on with the reason, until it is sent again', (context) => {
      const inbox = make(context)
      inbox.receive(webhook('a'))
      const { number } = inbox.next()!
      inbox.failed(number, 'no form')
      assert.is(inbox.next(), undefined)
      assert.is(inbox.waiting(), 0)
      assert.equal(inbox.failures(10), [{ ...webhook('a'), number, reason: 'no form' }])
      assert.is(inbox.receive(webhook('a', { body: '{"better":1}', at: 2000 })), 'taken')
      assert.equal(inbox.failures(10), [])
      assert.equal(inbox.next(), { ...webhook('a', { body: '{"better":1}', at: 2000 }), number })
    })

    test('takes no more than may wait, and knows those that do', (context) => {
      const inbox = make(context, { ...inboxLimits, waiting: 2 })
      inbox.receive(webhook('a'))
      inbox.receive(webhook('b'))
      assert.is(inbox.receive(webhook('c')), 'full')
      assert.is(inbox.receive(webhook('a')), 'known')
      inbox.done(inbox.next()!.number)
      assert.is(inbox.receive(webhook('c')), 'taken')
    })

    test('forgets ids that are old or many, and nothing that waits', (context) => {
      const inbox = make(context, { waiting: 10, ids: 5, age: 1000, failed: 10 })
      const work = (): void => {
        for (let next = inbox.next(); next !== undefined; next = inbox.next()) inbox.done(next.number)
      }
      inbox.receive(webhook('old', { at: 0 }))
      inbox.receive(webhook('failed', { at: 0 }))
      inbox.done(inbox.next()!.number)
      inbox.failed(inbox.next()!.number, 'no form')
      inbox.receive(webhook('waits', { at: 0 }))
      inbox.receive(webhook('young', { at: 999 }))
      assert.is(inbox.receive(webhook('old', { at: 999 })), 'known')
      inbox.receive(webhook('younger', { at: 1000 }))
      assert.equal(inbox.failures(10), [])
      assert.is(inbox.receive(webhook('waits', { at: 1000 })), 'known')
      assert.is(inbox.receive(webhook('old', { at: 1000 })), 'taken')
      work()
      for (const id of ['1', '2', '3', '4', '5']) inbox.receive(webhook(id, { at: 1000 }))
      work()
      assert.is(inbox.receive(webhook('1', { at: 1000 })), 'known')
      assert.is(inbox.receive(webhook('old', { at: 1000 })), 'taken')
    })

    test('keeps the bodies of the last that failed', (context) => {
      const inbox = make(context, { ...inboxLimits, failed: 2 })
      for (const id of ['a', 'b', 'c']) {
        inbox.receive(webhook(id))
        inbox.failed(inbox.next()!.number, 'no form')
      }
      assert.equal(
        inbox.failures(10).map(({ id, body }) => [id, body !== null]),
        [
          ['c', true],
          ['b', true],
          ['a', false],
        ],
      )
      assert.is(inbox.failures(1).length, 1)
      assert.is(inbox.receive(webhook('a')), 'taken')
    })
  })
}

suite('both inboxes of webhooks', (test) => {
  test('do the same, whatever is done to them', (context) => {
    const step = fc.oneof(
      fc.record({ act: fc.constant('receive'), id: fc.integer({ max: 9, min: 0 }), later: fc.nat(400) }),
      fc.record({ act: fc.constantFrom('done', 'failed') }),
    )
    const database = new Database(join(emptyFolder(context), 'jobs.db'))
    context.cleanup(() => database.close())
    const limits = { waiting: 3, ids: 6, age: 1000, failed: 2 }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        database.run('DELETE FROM received_webhooks')
        database.run("DELETE FROM sqlite_sequence WHERE name = 'received_webhooks'")
        const inboxes = [new MemoryWebhookInbox(limits), new SqliteWebhookInbox(database, limits)] as const
        let at = 0
        for (const each of steps) {
          at += 'later' in each ? each.later : 0
          const [a, b] = inboxes.map((inbox) => {
            const next = inbox.next()
            if ('id' in each) return inbox.receive(webhook(String(each.id), { at }))
            if (next !== undefined) inbox[each.act](next.number, 'no form')
            return [next, inbox.waiting(), inbox.failures(20)]
          })
          assert.equal(a, b)
        }
      }),
      { numRuns: 50 },
    )
  })
})
