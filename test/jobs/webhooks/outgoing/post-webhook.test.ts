import type { ServerResponse } from 'node:http'
import * as assert from 'uvu/assert'
import { AddressGuard } from '../../../../src/jobs/webhooks/outgoing/address-guard.ts'
import { postWebhook, type WebhookAnswer } from '../../../../src/jobs/webhooks/outgoing/post-webhook.ts'
import type { Clock } from '../../../../src/time/clock.ts'
import { realClock } from '../../../../src/time/real-clock.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { suite } from '../../../support/suite.ts'
import { Receiver } from './support/receiver.ts'

interface Options {
  readonly guard?: AddressGuard
  readonly clock?: Clock
  readonly signal?: AbortSignal
  readonly body?: string
}

const near = new AddressGuard(['127.0.0.1'])

const post = (url: string, options: Options = {}): Promise<WebhookAnswer> => {
  const { guard = near, clock = realClock, signal = new AbortController().signal, body = '{"é":1}' } = options
  const headers = { 'webhook-id': 'msg_1', 'content-type': 'application/json' }
  return postWebhook({ url, headers, body }, { guard, clock, timeout: 15_000, signal })
}

const answering =
  (status: number, headers: Record<string, string> = {}, body = '') =>
  (_: unknown, response: ServerResponse): unknown =>
    response.writeHead(status, headers).end(body)

suite('posting a webhook', (test) => {
  test('sends what it is given, and tells what was answered', async (context) => {
    const receiver = await Receiver.start(context)
    receiver.answer = answering(202, {}, 'thank you')
    assert.equal(await post(`${receiver.url}?x=1`), {
      status: 202,
      error: null,
      answer: 'thank you',
      retryAfter: undefined,
    })
    const [{ path, headers, body }] = receiver.received as [(typeof receiver.received)[0]]
    assert.equal([path, body], ['/hooks?x=1', '{"é":1}'])
    assert.equal(
      [headers['webhook-id'], headers['content-length'], headers['content-type'], headers.host],
      ['msg_1', '8', 'application/json', `127.0.0.1:${receiver.port}`],
    )
  })

  test('says what was wrong with an answer', async (context) => {
    const receiver = await Receiver.start(context)
    receiver.answer = answering(503, { 'retry-after': '7' }, 'later')
    assert.equal(await post(receiver.url), {
      status: 503,
      error: 'it answered 503',
      answer: 'later',
      retryAfter: 7_000,
    })
    receiver.answer = answering(410)
    assert.is((await post(receiver.url)).status, 410)
  })

  test('follows no redirect', async (context) => {
    const receiver = await Receiver.start(context)
    const other = await Receiver.start(context)
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answer = answering(status, { location: other.url })
      const { status: answered, error } = await post(receiver.url)
      assert.equal([answered, error], [status, `it answered ${status}, and redirects are not followed`])
    }
    assert.is(other.received.length, 0)
  })

  test('reads no more of an answer than it keeps', async (context) => {
    const receiver = await Receiver.start(context)
    const cut = new Promise<void>((resolve) => {
      receiver.answer = (_, response) => {
        response.writeHead(200)
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        }
        response.on('drain', more)
        response.on('close', resolve)
        more()
      }
    })
    const { status, error, answer } = await post(receiver.url)
    assert.equal([status, error, answer], [200, null, 'x'.repeat(500)])
    await cut
  })

  test('gives up after its time, whatever it waits for', async (context) => {
    const receiver = await Receiver.start(context)
    const clock = new ManualClock()
    receiver.answer = () => {}
    const unanswered = post(receiver.url, { clock })
    await receiver.has(1)
    await clock.advance(14_999)
    await clock.advance(1)
    assert.equal(await unanswered, {
      status: null,
      error: 'there was no answer within 15 s',
      answer: null,
      retryAfter: undefined,
    })
    const guard = new AddressGuard([], () => new Promise(() => {}))
    const unknown = post('https://slow.example/', { clock, guard })
    await clock.advance(15_000)
    assert.is((await unknown).error, 'there was no answer within 15 s')
    assert.is(clock.waiting, 0)
  })

  test('counts the status of an answer whose body never ends', async (context) => {
    const receiver = await Receiver.start(context)
    const clock = new ManualClock()
    const begun = new Promise<void>((resolve) => {
      receiver.answer = (_, response) => {
        response.writeHead(200)
        response.write('a beginning', () => resolve())
      }
    })
    const answered = post(receiver.url, { clock })
    await begun
    // What has come in after it has been answered, so it has been read as far as it goes.
    receiver.answer = answering(204)
    await post(receiver.url)
    await clock.advance(15_000)
    const { status, error } = await answered
    assert.equal([status, error], [200, null])
  })

  test('tells of what cannot be connected to', async (context) => {
    const receiver = await Receiver.start(context)
    receiver.answer = (_, response) => response.destroy()
    assert.match((await post(receiver.url)).error!, 'socket hang up')
    assert.match((await post('http://127.0.0.1:1/')).error!, 'ECONNREFUSED')
    receiver.answer = (_, response) =>
      response.socket!.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
    assert.is((await post(receiver.url)).error, 'the connection was closed without an answer')
    receiver.answer = (_, response) => response.socket!.end('what?\r\n\r\n')
    assert.is((await post(receiver.url)).status, null)
    assert.is((await post(receiver.url.replace('http', 'https'))).status, null)
  })

  test('is given up when it is told to', async (context) => {
    const receiver = await Receiver.start(context)
    receiver.answer = () => {}
    const giveUp = new AbortController()
    const posted = post(receiver.url, { signal: giveUp.signal })
    await receiver.has(1)
    giveUp.abort(new Error('closing'))
    assert.is((await posted).error, 'closing')
    assert.is((await post(receiver.url, { signal: giveUp.signal })).error, 'closing')
    assert.is(receiver.received.length, 1)
  })
})

suite('posting a webhook to a name that leads elsewhere the next time', (test) => {
  test('connects to the address that was looked at, and asks once', async (context) => {
    const receiver = await Receiver.start(context)
    let asked = 0
    // A second answer would have it call another server of this machine.
    const guard = new AddressGuard(['127.0.0.1'], async () => [
      { address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 },
    ])
    assert.is((await post(`http://rebound.example:${receiver.port}/`, { guard })).status, 204)
    assert.is(asked, 1)
    assert.is(receiver.received[0]!.headers.host, `rebound.example:${receiver.port}`)
  })

  test('does not connect where it leads into a private network', async (context) => {
    const receiver = await Receiver.start(context)
    const answers = ['8.8.8.8', '127.0.0.1', '::ffff:127.0.0.1', '0.0.0.0', '::1']
    const guard = new AddressGuard([], async () => {
      const address = answers.shift()!
      return [{ address, family: address.includes(':') ? 6 : 4 }]
    })
    const url = `http://rebound.example:${receiver.port}/`
    await guard.addressesOf(new URL(url))
    while (answers.length > 0) {
      const { status, error } = await post(url, { guard })
      assert.is(status, null)
      assert.match(error!, 'not of the public internet')
    }
    assert.is(receiver.received.length, 0)
  })

  test('tries the addresses that it may call, and only these', async (context) => {
    const receiver = await Receiver.start(context)
    const guard = new AddressGuard(['127.0.0.0/8'], async () => [
      { address: '127.0.0.99', family: 4 },
      { address: '10.255.255.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ])
    // Nobody listens at the first, which refuses at once.
    assert.is((await post(`http://several.example:${receiver.port}/`, { guard })).status, 204)
  })
})
