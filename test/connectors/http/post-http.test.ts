import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import * as assert from 'uvu/assert'
import { type Fetch, HttpError, postHttp } from '../../../src/connectors/http/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import type { LocalEnvironment } from '../../../src/environment/local-environment.ts'
import { TestEnvironment } from '../../../src/testing/index.ts'
import { assertBooksBalance, bookOf, createEnvironment, failureOf } from '../../job/jobs.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { localServer } from '../local-server.ts'

interface Received {
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly method: string
}

/** Answers with these statuses in turn, the last for all that follow. */
const receiver = async (context: TestContext, ...statuses: number[]) => {
  const received: Received[] = []
  const server = await localServer(context, async (request, response) => {
    const body = await text(request)
    const status = statuses[Math.min(received.length, statuses.length - 1)] ?? 204
    received.push({ body, headers: request.headers, method: request.method! })
    response.writeHead(status).end(status === 400 ? 'this is no order' : '')
  })
  return { ...server, received }
}

const soon = { backoff: 1 }
const numbers = [1, 2, 3, 4, 5]

suite('postHttp', (test) => {
  test('sends batches as JSON, each with a key of its own, and holds no connection', async (context) => {
    const { url, received, connections } = await receiver(context, 204)
    const env = createEnvironment()
    const headers = { authorization: 'Bearer x' }
    env.fromBatch(numbers).sink(postHttp({ url, headers }), { batch: { size: 2 }, name: 'out' })
    const result = await env.submit({ autostop: true })
    assert.equal(
      received.map(({ body, method }) => [method, body]),
      [
        ['POST', '[1,2]'],
        ['POST', '[3,4]'],
        ['POST', '[5]'],
      ],
    )
    const keys = received.map(({ headers: sent }) => sent['idempotency-key'])
    assert.is(new Set(keys).size, 3)
    assert.equal(
      [received[0]!.headers['content-type'], received[0]!.headers.authorization],
      ['application/json', 'Bearer x'],
    )
    assertBooksBalance(env.graph, result)
    while ((await connections()) > 0);
  })

  test('gives the same batch the same key, in every job', async (context) => {
    const { url, received } = await receiver(context, 204)
    const env = createEnvironment()
    env.fromBatch(() => numbers).sink(postHttp({ url }), { batch: { size: 3 }, name: 'out' })
    await env.submit({ autostop: true })
    await env.submit({ autostop: true })
    const keys = received.map(({ headers }) => headers['idempotency-key'])
    assert.equal(keys.slice(0, 2), keys.slice(2))
    assert.is(keys.length, 4)
  })

  test('sends what body makes of a batch, with a key of one’s own, or none', async (context) => {
    const { url, received } = await receiver(context, 200)
    const body = (records: readonly number[]): Uint8Array => Buffer.from(records.join('|'))
    for (const idempotencyKey of [(records: readonly number[]) => `from-${records[0]}`, false] as const) {
      const env = createEnvironment()
      const sink = postHttp<number>({
        url,
        method: 'PUT',
        body,
        idempotencyKey,
        headers: () => ({ 'content-type': 'text/plain' }),
      })
      env.fromBatch(numbers).sink(sink, { batch: { size: 9 } })
      await env.submit({ autostop: true })
    }
    assert.equal(
      received.map(({ method, body: sent, headers }) => [
        method,
        sent,
        headers['content-type'],
        headers['idempotency-key'],
      ]),
      [
        ['PUT', '1|2|3|4|5', 'text/plain', 'from-1'],
        ['PUT', '1|2|3|4|5', 'text/plain', undefined],
      ],
    )
  })

  test('repeats a request, with the same key and body, while the server may take it later', async (context) => {
    const { url, received } = await receiver(context, 503, 429, 408, 200)
    const env = createEnvironment()
    env.fromBatch(numbers).sink(postHttp({ url, retry: soon }), { batch: { size: 9 }, name: 'out' })
    const result = await env.submit({ autostop: true })
    assert.is(received.length, 4)
    assert.is(new Set(received.map(({ body, headers }) => body + String(headers['idempotency-key']))).size, 1)
    assert.is(bookOf(result, 'out').errors ?? 0, 0)
  })

  test('a lost answer leads to a repetition that the server can tell', async (context) => {
    const taken = new Map<string, string>()
    let requests = 0
    const { url } = await localServer(context, async (request, response) => {
      const body = await text(request)
      taken.set(request.headers['idempotency-key'] as string, body)
      // The batch is taken, and the answer never arrives.
      if (++requests % 2 === 1) response.destroy()
      else response.end()
    })
    const env = createEnvironment()
    env.fromBatch(numbers).sink(postHttp({ url, retry: soon }), { batch: { size: 2 } })
    await env.submit({ autostop: true })
    assert.equal([...taken.values()], ['[1,2]', '[3,4]', '[5]'])
    assert.is(requests, 6)
  })

  test('waits by the job’s clock: the backoff, or longer where the server asks for it', async () => {
    const env = new TestEnvironment()
    const at: number[] = []
    const answers = [
      new Response('', { status: 503 }),
      new Response('', { status: 503, headers: { 'retry-after': '60' } }),
      new Response('', { status: 500 }),
    ]
    const fetch: Fetch = async () => {
      at.push(env.clock.now())
      return answers[at.length - 1] ?? new Response('taken')
    }
    const retry = { backoff: { initial: 100 }, jitter: 1, random: () => 0.75 }
    env.fromBatch(numbers).sink(postHttp({ url: 'http://host', fetch, retry }), { batch: { size: 9 } })
    await env.run()
    assert.equal(at, [0, 150, 60_150, 60_750])
    assert.is(env.clock.pending.length, 0)
  })

  test('refused for good, fails the job, names what was said, and shows no secret', async (context) => {
    const { url, received } = await receiver(context, 200, 400)
    const env = createEnvironment()
    const secret = 'very-secret-token'
    const sink = postHttp({ url: `${url}/in?token=${secret}`, headers: { 'x-api-key': secret } })
    env.fromBatch(numbers).sink(sink, { batch: { size: 2 }, name: 'out' })
    const error = await failureOf(env.submit({ autostop: true }))
    assert.instance(error.cause, HttpError)
    assert.match(error.message, `POST ${url}/in?token=… was answered 400 Bad Request: this is no order`)
    assert.not.match(inspect(error, { depth: null }), secret)
    assert.equal([error.operator, received.length], ['out', 2], 'it is not repeated')
  })

  test('hands what is refused for good to onRejected, and goes on', async (context) => {
    const { url } = await receiver(context, 200, 400, 200)
    const rejected: [readonly number[], number | undefined][] = []
    const env = createEnvironment()
    const sink = postHttp<number>({
      url,
      onRejected: async (records, { status }) => void rejected.push([records, status]),
    })
    env.fromBatch(numbers).sink(sink, { batch: { size: 2 }, name: 'out' })
    const result = await env.submit({ autostop: true })
    assert.equal(rejected, [[[3, 4], 400]])
    assertBooksBalance(env.graph, result)
  })

  test('leaves what is refused to the sink’s policy', async (context) => {
    const { url } = await receiver(context, 400, 200)
    const env = createEnvironment()
    const letters = env.deadLetters().collect()
    env.fromBatch(numbers).sink(postHttp({ url }), { batch: { size: 2 }, onError: 'dead-letter' })
    await env.submit({ autostop: true })
    assert.equal(
      letters.values.map(({ record, error }) => [record, (error as HttpError).status]),
      [
        [1, 400],
        [2, 400],
      ],
    )
  })

  test('sends several batches at a time where that is allowed', async (context) => {
    let open = 0
    let most = 0
    const waiting: (() => void)[] = []
    const { url } = await localServer(context, (_, response) => {
      most = Math.max(most, ++open)
      waiting.push(() => {
        open--
        response.end()
      })
      if (waiting.length === 2) for (const answer of waiting.splice(0)) answer()
    })
    const env = createEnvironment()
    env.fromBatch([1, 2, 3, 4]).sink(postHttp({ url }), { batch: { size: 1 }, concurrency: 2 })
    await env.submit({ autostop: true })
    assert.is(most, 2)
  })

  for (const end of ['cancel', 'failure'] as const) {
    test(`a ${end} ends a request at once, and a wait for the next`, async (context) => {
      for (const server of ['hangs', 'refuses'] as const) {
        let asked!: () => void
        const arrived = new Promise<void>((resolve) => (asked = resolve))
        const { url, requests } = await localServer(context, (_, response) => {
          asked()
          if (server === 'refuses') response.writeHead(503).end()
        })
        const env = createEnvironment({ stopTimeout: 5_000 })
        env.fromBatch(numbers).sink(postHttp({ url, retry: { backoff: 60_000 } }), { batch: { size: 1 } })
        if (end === 'failure') failing(env, arrived)
        const handle = await env.submit()
        handle.result.catch(() => {})
        await arrived
        if (end === 'cancel') await handle.cancel()
        await handle.result.catch(() => {})
        while ((await requests()) > 0);
      }
    })
  }

  test('wants batches', async () => {
    const env = createEnvironment()
    env.fromBatch(numbers).sink(postHttp({ url: 'http://host' }) as never)
    const { cause } = await failureOf(env.submit({ autostop: true }))
    assert.instance(cause, InvalidArgumentError)
    assert.match((cause as Error).message, 'give the sink a batch')
  })

  test('refuses what can never work, without showing it', () => {
    for (const options of [
      { url: 'pass:word@nowhere' },
      { url: 'ftp://ann:password@host' },
      { url: 'http://host', timeout: 0 },
      { url: 'http://host', retry: { attempts: 1.5 } },
    ]) {
      assert.throws(
        () => postHttp(options),
        (error: Error) => error instanceof InvalidArgumentError && !inspect(error).includes('password'),
      )
    }
  })
})

/** A second branch, which fails as soon as the promise has settled. */
function failing(env: LocalEnvironment, when: Promise<void>): void {
  env.fromBatch([1]).sink(async () => {
    await when
    throw new Error('the other branch')
  })
}

suite('a server that never reads', (test) => {
  test('is given up after the timeout', async (context) => {
    const { url, server } = await localServer(context, () => {})
    const env = createEnvironment()
    const retry = { attempts: 0 }
    env.fromBatch(numbers).sink(postHttp({ url, timeout: 20, retry }), { batch: { size: 9 } })
    const connected = once(server, 'connection')
    const { message } = await failureOf(env.submit({ autostop: true }))
    await connected
    assert.match(message, 'got no answer: it took longer than 20 ms')
  })
})
