import * as assert from 'uvu/assert'
import { StoreError } from '../../../../src/errors/job-server-errors.ts'
import { type Logger, silentLogger } from '../../../../src/functions/logger.ts'
import { MemoryWebhookInbox } from '../../../../src/jobs/store/memory/memory-webhook-inbox.ts'
import type { WaitingWebhook } from '../../../../src/jobs/store/webhook-inbox-store.ts'
import { WebhookInbox } from '../../../../src/jobs/webhooks/incoming/webhook-inbox.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { suite } from '../../../support/suite.ts'
import { rest } from '../../../support/turns.ts'

const webhook = (id: string) => ({ provider: 'replicate', id, at: 0, body: '{}' })

/** An inbox, and what it has worked on. */
function anInbox(act: (webhook: WaitingWebhook) => void = () => {}, store = new MemoryWebhookInbox()) {
  const clock = new ManualClock()
  const worked: string[] = []
  const errors: string[] = []
  const logger: Logger = { ...silentLogger, error: (message) => void errors.push(message) }
  const work = (received: WaitingWebhook): void => {
    worked.push(received.id)
    act(received)
  }
  const inbox = new WebhookInbox({ store, clock, logger, work })
  return { inbox, store, clock, worked, errors }
}

suite('the inbox of webhooks', (test) => {
  test('works after it has answered, in their order, each once', async () => {
    const { inbox, worked } = anInbox()
    for (const id of ['a', 'b', 'c']) assert.is(inbox.receive(webhook(id)), 'taken')
    assert.is(inbox.receive(webhook('a')), 'known')
    assert.equal(worked, [])
    assert.is(inbox.waiting, 3)
    await rest()
    assert.equal(worked, ['a', 'b', 'c'])
    assert.is(inbox.receive(webhook('a')), 'known')
    await rest()
    assert.equal(worked, ['a', 'b', 'c'])
    assert.is(inbox.waiting, 0)
    inbox.close()
  })

  test('begins with what the server before has left', async () => {
    const store = new MemoryWebhookInbox()
    const { inbox: before, worked: nothing } = anInbox(() => {}, store)
    before.receive(webhook('a'))
    before.close()
    await rest()
    assert.equal(nothing, [])
    const { inbox, worked } = anInbox(() => {}, store)
    await rest()
    assert.equal(worked, ['a'])
    inbox.close()
  })

  test('sets aside what cannot be worked on, and goes on with the next', async () => {
    const { inbox, store, worked, errors, clock } = anInbox(({ id }) => {
      if (id === 'bad') throw new TypeError('no form')
    })
    inbox.receive(webhook('bad'))
    inbox.receive(webhook('good'))
    await rest()
    await clock.advance(3_600_000)
    assert.equal(worked, ['bad', 'good'])
    assert.equal([...inbox.failures], [['replicate', 1]])
    assert.equal(
      store.failures(10).map(({ id, reason }) => [id, reason]),
      [['bad', 'no form']],
    )
    assert.equal(errors, ['A webhook of replicate cannot be worked on: no form'])
    assert.is(inbox.waiting, 0)
    inbox.close()
  })

  test('waits while the database is out of order, longer each time, and loses none', async () => {
    let isBroken = true
    const { inbox, worked, clock } = anInbox(() => {
      if (isBroken) throw new StoreError('the disk is full')
    })
    inbox.receive(webhook('a'))
    inbox.receive(webhook('b'))
    await rest()
    await clock.advance(500)
    await clock.advance(1000)
    assert.equal(worked, ['a', 'a', 'a'])
    await clock.advance(600_000)
    assert.equal(clock.asked.slice(0, 3), [500, 1000, 2000])
    assert.is(Math.max(...clock.asked), 30_000)
    assert.is(inbox.failures.size, 0)
    assert.is(clock.waiting, 1)
    isBroken = false
    await clock.advance(30_000)
    assert.equal(worked.slice(-2), ['a', 'b'])
    assert.is(inbox.waiting, 0)
    assert.is(clock.waiting, 0)
    isBroken = true
    inbox.receive(webhook('c'))
    await rest()
    assert.is(clock.asked.at(-1), 500)
    inbox.close()
    assert.is(clock.waiting, 0)
  })
})
