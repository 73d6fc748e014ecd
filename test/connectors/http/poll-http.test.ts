import type { IncomingMessage, ServerResponse } from 'node:http'
import * as assert from 'uvu/assert'
import { type Fetch, HttpError, pollHttp, type PollHttpOptions } from '../../../src/connectors/http/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { END } from '../../../src/functions/user-functions.ts'
import { TestEnvironment, VirtualClock } from '../../../src/testing/index.ts'
import { suite } from '../../support/suite.ts'
import { localServer } from '../local-server.ts'
import { openSource } from '../source-contract.ts'

interface Call {
  readonly url: string
  readonly headers: Headers
  readonly at: number
}

/** A `fetch` that answers in virtual time, from a list; behind it, 304. */
const scripted = (
  clock: VirtualClock,
  answers: readonly (Response | Error | ((call: Call) => Promise<Response>))[],
): { fetch: Fetch; calls: Call[] } => {
  const calls: Call[] = []
  const fetch: Fetch = async (url, init) => {
    const call = { url, headers: init.headers as Headers, at: clock.now() }
    calls.push(call)
    const answer = answers[calls.length - 1] ?? new Response(null, { status: 304 })
    if (answer instanceof Error) throw answer
    return typeof answer === 'function' ? answer(call) : answer
  }
  return { fetch, calls }
}

const json = (records: unknown[], headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(records), { headers })

const list = async (response: Response): Promise<{ records: unknown[] }> => ({
  records: (await response.json()) as unknown[],
})

/** A refused connection, as fetch tells it. */
const refused = (): Error =>
  new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  })

const failureOf = async (work: Promise<unknown>): Promise<HttpError> => {
  try {
    await work
  } catch (error) {
    return error as HttpError
  }
  throw new Error('it did not fail')
}

/** Without chance, so that waits can be told beforehand. */
const steady = { jitter: 0, backoff: { initial: 1_000, max: 4_000 } }

const polling = (
  clock: VirtualClock,
  answers: Parameters<typeof scripted>[1],
  options: Partial<PollHttpOptions<unknown, unknown>> = {},
) => {
  const { fetch, calls } = scripted(clock, answers)
  const settings = { interval: 60_000, parse: list, fetch, retry: steady, ...options }
  const place = 'request' in options ? {} : { url: 'http://host/list' }
  return { source: pollHttp<unknown, unknown>({ ...place, ...settings }), calls }
}

suite('pollHttp in time', (test) => {
  test('asks again an interval after the answer, and not while records of the page are left', async () => {
    const clock = new VirtualClock()
    const { source, calls } = polling(clock, [json([1, 2]), json([3])])
    const env = new TestEnvironment('poll', { clock })
    const seen: [unknown, number][] = []
    env
      .fromSource(source)
      .map(async (n, ctx) => {
        await ctx.delay(50_000)
        return n
      })
      .take(3)
      .sink((n, ctx) => void seen.push([n, ctx.now()]))
    await env.run()
    assert.equal(
      calls.map(({ at }) => at),
      [0, 160_000],
      'the second request waits until the records of the first are through, and then the interval',
    )
    assert.equal(seen, [
      [1, 50_000],
      [2, 100_000],
      [3, 210_000],
    ])
    assert.is(clock.pending.length, 0)
  })

  test('sends the ETag back, and takes 304 for nothing new', async () => {
    const clock = new VirtualClock()
    const nothing = new Response(null, { status: 304 })
    const { source, calls } = polling(clock, [
      json([1], { etag: '"v1"' }),
      nothing,
      json([2], { etag: '"v2"' }),
    ])
    const opened = await openSource(source, { clock })
    assert.equal(await clock.run(opened.take(2)), [1, 2])
    assert.equal(
      calls.map(({ at, headers }) => [at, headers.get('if-none-match')]),
      [
        [0, null],
        [60_000, '"v1"'],
        [120_000, '"v1"'],
      ],
    )
    await opened.close()
  })

  test('an ETag is not sent with another cursor', async () => {
    const clock = new VirtualClock()
    const { source, calls } = polling(clock, [json([1], { etag: '"a"' }), json([2])], {
      request: (cursor) => `http://host/?at=${String(cursor)}`,
      cursor: 'x',
      parse: async (response) => ({ ...(await list(response)), cursor: 'y', more: true }),
    })
    const opened = await openSource(source, { clock })
    await clock.run(opened.take(2))
    assert.equal(
      calls.map(({ url, headers }) => [url, headers.get('if-none-match')]),
      [
        ['http://host/?at=x', null],
        ['http://host/?at=y', null],
      ],
    )
    await opened.close()
  })

  test('tries again what may pass: no answer, 429, 5xx; waits longer each time, and as long as it is told', async () => {
    const clock = new VirtualClock()
    const { source, calls } = polling(clock, [
      refused(),
      new Response('busy', { status: 503 }),
      new Response('slow down', { status: 429, headers: { 'retry-after': '20' } }),
      new Response('later', { status: 500, headers: { 'retry-after': 'Thu, 01 Jan 1970 00:01:00 GMT' } }),
      new Response('again', { status: 502, headers: { 'retry-after': 'nonsense' } }),
      json(['at last']),
    ])
    const opened = await openSource(source, { clock })
    assert.is(await clock.run(opened.next()), 'at last')
    assert.equal(
      calls.map(({ at }) => at),
      [0, 1_000, 3_000, 23_000, 60_000, 64_000],
    )
    assert.is(opened.metrics.snapshot()['retries'], 5)
    await opened.close()
  })

  test('gives up when the attempts are used up, and counts them anew for each request', async () => {
    const clock = new VirtualClock()
    const down = (): Response => new Response('down', { status: 503 })
    const { source, calls } = polling(clock, [down(), json([1]), down(), down(), down()], {
      retry: { ...steady, attempts: 2 },
    })
    const opened = await openSource(source, { clock })
    assert.is(await clock.run(opened.next()), 1)
    const error = await clock.run(failureOf(opened.next()))
    assert.instance(error, HttpError)
    assert.equal([error.status, error.retryable, calls.length], [503, true, 5])
    await opened.close()
  })

  test('spreads its retries by chance, which can be given', async () => {
    for (const [random, at] of [
      [0, 500],
      [0.5, 1_000],
      [1, 1_500],
    ] as const) {
      const clock = new VirtualClock()
      const retry = { backoff: 1_000, jitter: 0.5, random: () => random }
      const { source, calls } = polling(clock, [refused(), json([1])], { retry })
      const opened = await openSource(source, { clock })
      await clock.run(opened.next())
      assert.is(calls[1]!.at, at)
      await opened.close()
    }
  })

  test('a request that takes too long is given up, and tried again', async () => {
    const clock = new VirtualClock()
    const signals: AbortSignal[] = []
    const { fetch } = scripted(clock, [])
    const hanging: Fetch = (url, init) => {
      signals.push(init.signal as AbortSignal)
      if (signals.length > 1) return Promise.resolve(json(['late']))
      return new Promise((_, reject) => {
        init.signal!.addEventListener('abort', () => reject(init.signal!.reason as Error))
        void fetch(url, init)
      })
    }
    const { source } = polling(clock, [], { fetch: hanging, timeout: 5_000 })
    const opened = await openSource(source, { clock })
    assert.is(await clock.run(opened.next()), 'late')
    assert.is(clock.frame, 6_000)
    assert.is(signals[0]!.aborted, true)
    assert.is(clock.pending.length, 0, 'the timeout of the second is gone')
    await opened.close()
  })

  test('a stop ends the wait for the interval, and that for a retry', async () => {
    for (const answers of [[json([1])], [json([1]), refused()]]) {
      const clock = new VirtualClock()
      const { source } = polling(clock, answers)
      const opened = await openSource(source, { clock })
      await clock.run(opened.next())
      const pending = opened.next()
      await clock.advance(60_000 * (answers.length - 1))
      assert.is(clock.pending.length, 1)
      opened.stop.abort(new Error('stop'))
      assert.is(await pending, END)
      assert.is(clock.pending.length, 0)
      await opened.close()
    }
  })
})

suite('pollHttp’s cursor', (test) => {
  const parse: PollHttpOptions<number, number>['parse'] = async (response) =>
    (await response.json()) as { records: number[]; cursor?: number; done?: boolean }
  const answer = (page: object): Response => new Response(JSON.stringify(page))

  test('leads from page to page, until one says that it is the last', async () => {
    const clock = new VirtualClock()
    const { fetch, calls } = scripted(clock, [
      answer({ records: [1, 2], cursor: 10, more: true }),
      answer({ records: [], cursor: 20 }),
      answer({ records: [3], cursor: 30, done: true }),
    ])
    const source = pollHttp<number, number>({
      request: (cursor) => ({ url: `http://host/?after=${cursor ?? 'start'}`, headers: { 'x-page': 'yes' } }),
      interval: 1_000,
      parse,
      fetch,
    })
    const opened = await openSource(source, { clock })
    assert.equal(await clock.run(opened.take(4)), [1, 2, 3, END])
    assert.equal(
      calls.map(({ url, at }) => [url, at]),
      [
        ['http://host/?after=start', 0],
        ['http://host/?after=10', 0],
        ['http://host/?after=20', 1_000],
      ],
    )
    assert.is(calls[0]!.headers.get('x-page'), 'yes')
    const again = await openSource(source, { clock, position: opened.source.snapshot!() })
    assert.is(await again.next(), END, 'the end is part of the position')
    assert.is(calls.length, 3)
    await opened.close()
    await again.close()
  })

  test('without one, a page in hand is given again from its beginning, unless its ETag shows that it is the same', async () => {
    for (const [etag, rest] of [
      ['"same"', [3]],
      ['"other"', [1, 2, 3]],
    ] as const) {
      const clock = new VirtualClock()
      const { source, calls } = polling(clock, [
        json([1, 2, 3], { etag: '"same"' }),
        json([1, 2, 3], { etag }),
      ])
      const first = await openSource(source, { clock })
      await clock.run(first.take(2))
      const position = first.source.snapshot!()
      await first.close()
      const second = await openSource(source, { clock, position })
      assert.equal(await clock.run(second.take(rest.length)), rest)
      assert.is(calls[1]!.headers.get('if-none-match'), null, 'the rest of the page is wanted')
      await second.close()
    }
  })
})

suite('pollHttp against a server', (test) => {
  const secret = 'hunter2-and-more'
  const answering =
    (status: number, body: string) =>
    (_: IncomingMessage, response: ServerResponse): void =>
      void response.writeHead(status, 'No luck').end(body)

  test('sends credentials of the url and headers as they are given, each time asked for', async (context) => {
    const seen: (string | undefined)[][] = []
    const { url } = await localServer(context, (request, response) => {
      seen.push([request.headers.authorization, request.headers['x-token'] as string])
      response.end('["ok"]')
    })
    let token = 0
    const source = pollHttp<unknown>({
      url: url.replace('//', `//ann:${secret}@`),
      headers: () => ({ 'x-token': `token ${++token}` }),
      interval: 1,
      parse: list,
    })
    const opened = await openSource(source)
    await opened.take(2)
    await opened.close()
    const basic = `Basic ${Buffer.from(`ann:${secret}`).toString('base64')}`
    assert.equal(seen, [
      [basic, 'token 1'],
      [basic, 'token 2'],
    ])
  })

  test('a refusal names status, url and what was said, and nothing that is secret', async (context) => {
    const echo = `bad token ${secret}`
    const { url } = await localServer(context, answering(401, `${echo}\n\n${'x'.repeat(9_000)}`))
    const logged: string[] = []
    const source = pollHttp<unknown>({
      url: `${url.replace('//', `//ann:${secret}@`)}/list?key=${secret}&page=1`,
      headers: { authorization: `Bearer ${secret}` },
      interval: 1_000,
      parse: list,
    })
    const opened = await openSource(source)
    const error = await failureOf(opened.next())
    await opened.close()
    assert.equal([error.status, error.retryable], [401, false])
    assert.is(error.url, `${url}/list?key=…&page=…`)
    assert.match(error.message, `GET ${url}/list?key=…&page=… was answered 401 No luck: bad token […] xxx`)
    assert.is(error.body!.length, 200)
    const { inspect } = await import('node:util')
    logged.push(inspect(error, { depth: null, showHidden: true }))
    assert.not.match(logged.join(), secret)
    assert.not.match(logged.join(), Buffer.from(`ann:${secret}`).toString('base64'))
  })

  test('nobody there: says so, with the address', async (context) => {
    const { url, server } = await localServer(context, () => {})
    await new Promise((resolve) => server.close(resolve))
    const source = pollHttp<unknown>({ url, interval: 1, parse: list, retry: { attempts: 0 } })
    const opened = await openSource(source)
    const error = await failureOf(opened.next())
    assert.equal([error.status, error.retryable], [undefined, true])
    assert.match(error.message, /^GET http:\/\/127.0.0.1:\d+\/ got no answer: connect ECONNREFUSED/)
    await opened.close()
  })

  test('a connection that breaks in the middle of a body counts as no answer', async (context) => {
    let requests = 0
    const { url } = await localServer(context, (_, response) => {
      if (++requests === 2) return response.end('["whole"]')
      response.writeHead(200, { 'content-length': '100' }).write('["ha')
      setImmediate(() => response.destroy())
      return response
    })
    const source = pollHttp<unknown>({ url, interval: 1, parse: list, retry: { backoff: 0 } })
    const opened = await openSource(source)
    assert.is(await opened.next(), 'whole')
    await opened.close()
  })

  test('more bytes than allowed are not read', async (context) => {
    const { url, requests } = await localServer(context, (_, response) => {
      const more = (): void => {
        if (!response.destroyed && response.write('x'.repeat(1_000))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    const source = pollHttp<unknown>({ url, interval: 1, parse: list, maxBytes: 10_000 })
    const opened = await openSource(source)
    const error = await failureOf(opened.next())
    assert.match(error.message, 'more than 10000 bytes')
    assert.is(error.retryable, false)
    await opened.close()
    while ((await requests()) > 0);
  })

  test('what parse throws is the failure', async (context) => {
    const { url } = await localServer(context, answering(200, 'no json'))
    const opened = await openSource(pollHttp<unknown>({ url, interval: 1, parse: list }))
    assert.instance(await failureOf(opened.next()), SyntaxError)
    await opened.close()
    const empty = pollHttp<unknown>({ url, interval: 1, parse: () => ({}) as never })
    const other = await openSource(empty)
    assert.instance(await failureOf(other.next()), InvalidArgumentError)
    await other.close()
  })

  test('a server that never answers is left at once by a stop', async (context) => {
    let arrived!: () => void
    const request = new Promise<void>((resolve) => (arrived = resolve))
    const { url, requests } = await localServer(context, () => arrived())
    const opened = await openSource(pollHttp<unknown>({ url, interval: 1, parse: list }))
    const pending = opened.next()
    await request
    opened.stop.abort(new Error('stop'))
    assert.is(await pending, END)
    await opened.close()
    while ((await requests()) > 0);
  })

  test('connections are kept only where that is asked for', async (context) => {
    const { url, connections } = await localServer(context, answering(200, '[1]'))
    for (const [keepAlive, left] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const opened = await openSource(pollHttp<unknown>({ url, interval: 1, parse: list, keepAlive }))
      await opened.take(3)
      await opened.close()
      while ((await connections()) !== left);
    }
  })
})

suite('pollHttp refuses', (test) => {
  const parse = list
  for (const [what, options] of [
    ['neither url nor request', { interval: 1, parse }],
    ['both url and request', { url: 'http://host', request: () => 'http://host', interval: 1, parse }],
    ['a url that is none', { url: 'host/list', interval: 1, parse }],
    ['another protocol', { url: 'ftp://host', interval: 1, parse }],
    ['no parse', { url: 'http://host', interval: 1 }],
    ['no interval', { url: 'http://host', parse }],
    ['a timeout of 0', { url: 'http://host', interval: 1, parse, timeout: 0 }],
    ['attempts that are no count', { url: 'http://host', interval: 1, parse, retry: { attempts: -1 } }],
    ['a backoff that is none', { url: 'http://host', interval: 1, parse, retry: { backoff: 'soon' } }],
    ['too much jitter', { url: 'http://host', interval: 1, parse, retry: { jitter: 2 } }],
    ['no room for a body', { url: 'http://host', interval: 1, parse, maxBytes: 0 }],
  ] as const) {
    test(what, () => {
      assert.throws(
        () => pollHttp(options as never),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
    })
  }

  test('a header that cannot be sent, without showing it', async () => {
    const headers = { authorization: 'secret\nvalue' }
    const opened = await openSource(pollHttp<unknown>({ url: 'http://host', interval: 1, parse, headers }))
    const error = await failureOf(opened.next())
    assert.instance(error, InvalidArgumentError)
    assert.match(error.message, "header 'authorization'")
    assert.not.match(error.message, 'secret')
    await opened.close()
  })
})
