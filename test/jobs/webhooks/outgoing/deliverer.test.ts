import process from 'node:process'
import * as assert from 'uvu/assert'
import { MOST_PENDING } from '../../../../src/jobs/webhooks/outgoing/deliverer.ts'
import { retryDelays } from '../../../../src/jobs/webhooks/outgoing/retry-schedule.ts'
import type { WebhookMessage } from '../../../../src/protocol/webhook-message.ts'
import { suite } from '../../../support/suite.ts'
import { answered, Sending } from './support/sending.ts'

const DAY = 24 * 3_600_000
const jobOf = (body: string): string =>
  (JSON.parse(body) as Extract<WebhookMessage, { type: 'job_submitted' }>).data.job_id

suite('deliveries', (test) => {
  test('are made of what happens after the subscription, and sent once', async (context) => {
    const sending = new Sending(context)
    sending.run(2)
    sending.subscribe('a')
    const jobs = sending.run(2)
    await sending.pass()
    assert.equal(
      sending.sent.map(({ body }) => jobOf(body)),
      jobs,
    )
    assert.equal(sending.sentTo('a'), ['msg_a_6', 'msg_a_8'])
    assert.equal(
      sending
        .deliveries()
        .map(({ id, status, attempts, nextAttemptAt }) => [id, status, attempts.length, nextAttemptAt]),
      [
        ['msg_a_6', 'delivered', 1, null],
        ['msg_a_8', 'delivered', 1, null],
      ],
    )
    await sending.pass(DAY)
    assert.is(sending.sent.length, 2)
    assert.is(sending.subscription('a').pending, 0)
  })

  test('are tried again by the schedule, under the same id, with a new time', async (context) => {
    const sending = new Sending(context)
    sending.respond = () => answered(500)
    sending.subscribe('a')
    sending.run()
    await sending.pass(2 * DAY)
    const begun = sending.sent[0]!.at
    let due = 0
    const expected = [0, ...retryDelays].map((delay) => (due += delay))
    assert.equal(
      sending.sent.map(({ at }) => at - begun),
      expected,
    )
    assert.is(new Set(sending.sent.map(({ id }) => id)).size, 1)
    assert.is(new Set(sending.sent.map(({ body }) => body)).size, 1)
    assert.equal(
      sending.sent.map(({ headers }) => Number(headers['webhook-timestamp'])),
      expected.map((ms) => Math.floor((begun + ms) / 1000)),
    )
    const [delivery] = sending.deliveries()
    assert.equal([delivery!.status, delivery!.nextAttemptAt, delivery!.attempts.length], ['failed', null, 8])
    assert.is(delivery!.attempts[0]!.error, 'it answered 500')
  })

  test('wait as long as the receiver asks', async (context) => {
    const sending = new Sending(context)
    sending.respond = () => answered(429, { retryAfter: 3_600_000 })
    sending.subscribe('a')
    sending.run()
    await sending.pass(3_599_999)
    assert.is(sending.sent.length, 1)
    await sending.pass(1)
    assert.is(sending.sent.length, 2)
  })

  test('end a time of failures when one arrives', async (context) => {
    const sending = new Sending(context)
    sending.respond = ({ at }) => answered(at < 1_000_000 + 5_000 ? 500 : 200)
    sending.subscribe('a')
    sending.run()
    await sending.pass()
    assert.ok(sending.subscription('a').failingSince !== null)
    await sending.pass(5_000)
    assert.is(sending.subscription('a').failingSince, null)
    assert.equal(sending.deliverer.attempts, { delivered: 1, repeated: 1, failed: 0 })
    assert.equal(
      sending.deliveries()[0]!.attempts.map(({ status }) => status),
      [500, 200],
    )
  })

  test('stop when the receiver is gone, and go on where they were when it is enabled', async (context) => {
    const sending = new Sending(context)
    sending.respond = () => answered(410)
    sending.subscribe('a')
    sending.run()
    await sending.pass()
    const { enabled, disabledReason } = sending.subscription('a')
    assert.not(enabled)
    const { attempts, disabled } = sending.deliverer
    assert.equal([attempts, disabled], [{ delivered: 0, repeated: 0, failed: 1 }, 1])
    assert.match(disabledReason!, '410 Gone')
    assert.match(
      sending.warnings.join(),
      'the webhook subscription a is disabled: its receiver answered 410 Gone',
    )
    sending.run(2)
    await sending.pass(DAY)
    assert.is(sending.sent.length, 1)
    sending.respond = () => answered(200)
    sending.store.webhooks.change('a', { enabled: true }, sending.clock.now())
    sending.deliverer.wake()
    await sending.pass()
    assert.equal(sending.sentTo('a'), ['msg_a_2', 'msg_a_4', 'msg_a_6'])
  })

  test('stop after days in which nothing arrives', async (context) => {
    const sending = new Sending(context)
    sending.respond = () => answered(null, { error: 'ECONNREFUSED' })
    sending.subscribe('a')
    for (let day = 0; day < 8; day++) {
      sending.run()
      await sending.pass(DAY)
    }
    const { enabled, disabledReason, failingSince } = sending.subscription('a')
    assert.not(enabled)
    assert.match(disabledReason!, `nothing could be delivered since ${failingSince}`)
  })

  test('that wait are bounded, and the others follow', async (context) => {
    const sending = new Sending(context)
    sending.respond = null
    sending.subscribe('a')
    sending.run(MOST_PENDING + 20)
    await sending.pass()
    for (let turn = 0; sending.subscription('a').pending < MOST_PENDING; turn++) {
      assert.ok(turn < 50)
      await sending.pass()
    }
    await sending.pass()
    assert.is(sending.subscription('a').pending, MOST_PENDING)
    // Five at a time.
    assert.is(sending.sent.length, 5)
    sending.respond = () => answered(200)
    for (const { answer } of [...sending.sent]) answer(200)
    for (let turn = 0; sending.subscription('a').pending > 0; turn++) {
      assert.ok(turn < 500)
      await sending.pass()
    }
    assert.is(sending.sent.length, MOST_PENDING + 20)
    assert.is(new Set(sending.sentTo('a')).size, MOST_PENDING + 20)
  })

  test('begin in the order of events', async (context) => {
    const sending = new Sending(context)
    sending.subscribe('a', { events: ['job_submitted', 'job_status_changed', 'job_deleted'] })
    for (const job of sending.run(30)) sending.store.delete(job, sending.clock.now())
    for (let turn = 0; turn < 20; turn++) await sending.pass()
    const numbers = sending.sentTo('a').map((id) => Number(id.split('_')[2]))
    assert.equal(
      numbers,
      numbers.toSorted((a, b) => a - b),
    )
    assert.is(numbers.length, 90)
  })
})

suite('receivers that are slow', (test) => {
  test('hold up nobody else, however many they are', async (context) => {
    const sending = new Sending(context)
    // Many requests at a time are no leak.
    const warned = (warning: Error): void => assert.unreachable(warning.message)
    process.on('warning', warned)
    context.cleanup(() => process.off('warning', warned))
    const isSlow = (url: string): boolean => url.startsWith('https://slow')
    sending.respond = ({ url }) => (isSlow(url) ? null : answered(200))
    for (let n = 0; n < 60; n++) sending.subscribe(`slow${n}`)
    sending.subscribe('quick')
    sending.run(20)
    for (let turn = 0; turn < 30; turn++) await sending.pass()
    assert.is(sending.sentTo('quick').length, 20)
    assert.is(sending.subscription('quick').pending, 0)
    const slow = sending.sent.filter(({ url }) => isSlow(url))
    // Each has one, and 32 are shared.
    assert.is(slow.length, 60 + 32)
    assert.is(new Set(slow.map(({ url }) => url)).size, 60)
    assert.ok(Math.max(...Array.from({ length: 60 }, (_, n) => sending.sentTo(`slow${n}`).length)) <= 5)
    for (const { answer } of slow) answer(200)
    await sending.pass()
  })
})

suite(
  'a deliverer',
  (test) => {
    test('goes on where another one has stopped', async (context) => {
      const sending = new Sending(context)
      sending.respond = () => answered(500)
      sending.subscribe('a')
      sending.run()
      await sending.pass()
      await sending.restart()
      sending.respond = () => answered(200)
      await sending.pass(5_000)
      assert.equal(sending.sentTo('a'), ['msg_a_2', 'msg_a_2'])
      assert.equal(
        sending.deliveries().map(({ status }) => status),
        ['delivered'],
      )
    })

    test('makes up for what has happened while there was none', async (context) => {
      const sending = new Sending(context)
      sending.subscribe('a')
      await sending.deliverer.close()
      sending.run(3)
      await sending.restart()
      await sending.pass()
      assert.equal(sending.sentTo('a'), ['msg_a_2', 'msg_a_4', 'msg_a_6'])
    })

    test('that is closed cuts off what takes long, which is made again', async (context) => {
      const sending = new Sending(context)
      sending.respond = null
      sending.subscribe('a')
      sending.run()
      await sending.pass()
      let closed = false
      const closing = sending.deliverer.close().then(() => (closed = true))
      await sending.pass(1_999)
      assert.not(closed)
      await sending.pass(1)
      assert.ok(closed)
      await closing
      assert.is(sending.clock.waiting, 0)
      assert.equal(sending.deliveries()[0]!.attempts, [])
      sending.respond = () => answered(200)
      await sending.restart()
      await sending.pass()
      assert.equal(sending.sentTo('a'), ['msg_a_2', 'msg_a_2'])
    })

    test('that is closed notes what is answered in time', async (context) => {
      const sending = new Sending(context)
      sending.respond = null
      sending.subscribe('a')
      sending.run()
      await sending.pass()
      const closing = sending.deliverer.close()
      sending.sent[0]!.answer(200)
      await closing
      assert.is(sending.clock.waiting, 0)
      assert.is(sending.deliveries()[0]!.status, 'delivered')
      sending.run()
      await sending.pass()
      assert.is(sending.sent.length, 1)
    })

    test('waits while the database is out of order', async (context) => {
      const sending = new Sending(context)
      sending.subscribe('a')
      const { webhooks } = sending.store
      const { settle } = webhooks
      let broken = true
      webhooks.settle = (...args) => {
        if (broken) throw new Error('the disk is full')
        settle.apply(webhooks, args)
      }
      sending.run()
      await sending.pass(4_999)
      sending.run()
      await sending.pass()
      assert.is(sending.sent.length, 1)
      assert.equal(sending.warnings, ['webhooks wait, since the database is out of order'])
      broken = false
      await sending.pass(1)
      await sending.pass()
      assert.equal(sending.sentTo('a'), ['msg_a_2', 'msg_a_2', 'msg_a_4'])
      assert.is(sending.subscription('a').pending, 0)
    })

    test('sends nothing of a subscription that is deleted, and notes nothing', async (context) => {
      const sending = new Sending(context)
      sending.respond = null
      sending.subscribe('a')
      sending.run(9)
      await sending.pass()
      assert.is(sending.sent.length, 5)
      sending.store.webhooks.delete('a')
      for (const { answer } of sending.sent) answer(500)
      await sending.pass(DAY)
      assert.is(sending.sent.length, 5)
      assert.equal(sending.deliveries(), [])
    })

    test('keeps of what is over the newest thousand, for a month', async (context) => {
      const sending = new Sending(context)
      sending.subscribe('a')
      sending.run(1_600)
      for (let turn = 0; sending.sent.length < 1_600; turn++) {
        assert.ok(turn < 1_000)
        await sending.pass()
      }
      const { webhooks } = sending.store
      const kept = (): number => webhooks.deliveries({ limit: 1 }).total
      assert.ok(kept() >= 1_000 && kept() < 1_500, String(kept()))
      await sending.pass(3_600_000)
      assert.is(kept(), 1_000)
      await sending.pass(31 * DAY)
      assert.is(kept(), 0)
    })
  },
  { timeout: 30_000 },
)
