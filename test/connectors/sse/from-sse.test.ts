import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { fromSse, HttpError, type SseEvent } from '../../../src/connectors/sse/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { END } from '../../../src/functions/user-functions.ts'
import { VirtualClock } from '../../../src/testing/index.ts'
import { suite } from '../../support/suite.ts'
import { type OpenedSource, openSource } from '../source-contract.ts'
import { eventServer, gone, status, stream, streamAndEnd } from './event-server.ts'

const event = (data: string, lastEventId = '', type = 'message'): SseEvent => ({ type, data, lastEventId })

/** Without chance or much waiting. */
const soon = { backoff: 1, jitter: 0 }

/** Everything up to the end. */
const drain = async (opened: OpenedSource<SseEvent>): Promise<SseEvent[]> => {
  const events: SseEvent[] = []
  for (;;) {
    const next = await opened.next()
    if (next === END) return events
    events.push(next)
  }
}

const failureOf = (work: Promise<unknown>): Promise<HttpError> =>
  work.then(
    () => assert.unreachable('it did not fail') as never,
    (error: unknown) => error as HttpError,
  )

suite('fromSse reads', (test) => {
  test('types, ids, several lines, comments, and all line ends', async (context) => {
    const { url } = await eventServer(
      context,
      streamAndEnd(
        '\uFEFF: a comment\n\n',
        'data: plain\n\n',
        'event: price\r\ndata: one\r\ndata:two\r\ndata\r\nid: 7\r\n\r\n',
        'data: by CR\rid: 8\r\rdata: again\r\r\n',
        'event: empty\n\n',
        'unknown: field\n: comment\ndata: {"a": 1}\n\n',
        'id\ndata: no id any more\n\n',
        'id: a\u0000b\ndata: such an id is ignored\n\n',
        'data: cut off by the end',
      ),
      status(204),
    )
    const opened = await openSource(fromSse(url, { retry: soon }))
    assert.equal(await drain(opened), [
      event('plain'),
      event('one\ntwo\n', '7', 'price'),
      event('by CR', '8'),
      event('again', '8'),
      event('{"a": 1}', '8'),
      event('no id any more'),
      event('such an id is ignored'),
    ])
    await opened.close()
  })

  test('the same, wherever the chunks are cut', { timeout: 60_000 }, async (context) => {
    const text = 'event: grüße\r\nid: ключ\r\ndata: 🌊 wave\r\ndata: 水\r\n\r\n: c\n\nid: 2\ndata: end\n\n'
    const bytes = Buffer.from(text)
    let chunks: Uint8Array[] = []
    const { url, asked } = await eventServer(context, (response, request) =>
      request.headers['last-event-id'] === '2'
        ? status(204)(response, request)
        : streamAndEnd(...chunks)(response, request),
    )
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        chunks = places.slice(1).map((end, i) => bytes.subarray(places[i], end))
        const opened = await openSource(fromSse(url, { retry: soon }))
        assert.equal(await drain(opened), [event('🌊 wave\n水', 'ключ', 'grüße'), event('end', '2')])
        await opened.close()
      }),
      { numRuns: 25 },
    )
    assert.ok(asked.length >= 50)
  })

  test('only the types wanted, and remembers the ids of the others', async (context) => {
    const { url, asked } = await eventServer(
      context,
      streamAndEnd('id: 1\nevent: a\ndata: x\n\nid: 2\nevent: b\ndata: y\n\nid: 3\nevent: c\ndata: z\n\n'),
      status(204),
    )
    const opened = await openSource(fromSse(url, { eventTypes: ['b'], retry: soon }))
    assert.equal(await drain(opened), [event('y', '2', 'b')])
    assert.equal(asked, [undefined, '3'])
    await opened.close()
  })

  test('no faster than it is asked', { timeout: 30_000 }, async (context) => {
    const data = 'x'.repeat(10_000)
    let sent = 0
    let full = false
    const { url } = await eventServer(context, (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = (): void => {
        while (!response.destroyed) {
          sent++
          if (response.write(`id: ${sent}\ndata: ${data}\n\n`)) continue
          full = true
          response.once('drain', more)
          return
        }
      }
      more()
    })
    const opened = await openSource(fromSse(url))
    await opened.take(1)
    // What the network holds is megabytes; an endless stream that is read goes far beyond.
    for (let before = -1; before !== sent;) {
      before = sent
      for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve))
    }
    assert.ok(full)
    assert.ok(sent * data.length < 32 * 2 ** 20, `${sent} events sent`)
    assert.equal(
      (await opened.take(500)).map((each) => (each as SseEvent).lastEventId),
      Array.from({ length: 500 }, (_, i) => String(i + 2)),
    )
    await opened.close()
  })
})

suite('fromSse connects again', (test) => {
  test('with the id of the last event, after the server closed, or broke the connection', async (context) => {
    const { url, asked } = await eventServer(
      context,
      streamAndEnd('id: Ω1\ndata: a\n\n'),
      async (response, request) => {
        await stream('id: 2\ndata: b\n\n', 'data: incomplete\n')(response, request)
        response.destroy()
        await gone(response)
      },
      status(204),
    )
    const opened = await openSource(fromSse(url, { lastEventId: '0', retry: soon }))
    assert.equal(
      (await drain(opened)).map(({ data }) => data),
      ['a', 'b'],
    )
    const decoded = asked.map((id) => id && Buffer.from(id, 'latin1').toString())
    assert.equal(decoded, ['0', 'Ω1', '2'])
    assert.is(opened.metrics.snapshot()['reconnects'], 2)
    await opened.close()
  })

  test('later each time, as long as nothing comes; as the server wishes, if it does', async () => {
    const clock = new VirtualClock()
    const at: number[] = []
    const answers = ['', '', 'data: x\n\n', 'retry: 50\n\n', '', 'retry: 90000\n\n', '']
    const fetch = async (): Promise<Response> => {
      at.push(clock.now())
      const body = answers[at.length - 1]
      if (body === undefined) return new Response(null, { status: 204 })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    }
    const retry = { jitter: 0, backoff: { initial: 1_000, max: 5_000 } }
    const opened = await openSource(fromSse('http://host', { fetch, retry }), { clock })
    assert.equal(await clock.run(drain(opened)), [event('x')])
    const waits = at.slice(1).map((time, i) => time - (at[i] as number))
    assert.equal(waits, [1_000, 2_000, 1_000, 100, 200, 90_000, 90_000])
    assert.is(clock.pending.length, 0)
    await opened.close()
  })

  test('after 429 and 5xx, not before Retry-After, until the attempts are used up', async () => {
    const clock = new VirtualClock()
    const at: number[] = []
    const fetch = async (): Promise<Response> => {
      at.push(clock.now())
      return new Response('down', { status: at.length % 2 ? 429 : 503, headers: { 'retry-after': '7' } })
    }
    const retry = { jitter: 0, backoff: 10, attempts: 2 }
    const opened = await openSource(fromSse('http://host', { fetch, retry }), { clock })
    const error = await clock.run(failureOf(opened.next()))
    assert.equal([error.status, at], [429, [0, 7_000, 14_000]])
    await opened.close()
  })

  test('when nothing has come for too long, and when the answer does not begin', async () => {
    for (const silent of ['before', 'within'] as const) {
      const clock = new VirtualClock()
      let requests = 0
      const fetch = (_: string, { signal }: RequestInit): Promise<Response> => {
        if (++requests === 2) return Promise.resolve(new Response(null, { status: 204 }))
        if (silent === 'before') {
          return new Promise((_, reject) => {
            signal!.addEventListener('abort', () => reject(signal!.reason as Error))
          })
        }
        const body = new ReadableStream({
          start: (controller) => {
            signal!.addEventListener('abort', () => controller.error(signal!.reason))
          },
        })
        return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }))
      }
      const source = fromSse('http://host', { fetch, timeout: 3_000, idleTimeout: 3_000, retry: soon })
      const opened = await openSource(source, { clock })
      assert.equal(await clock.run(drain(opened)), [])
      assert.equal([clock.frame, requests], [3_001, 2], silent)
      await opened.close()
    }
  })
})

suite('fromSse fails', (test) => {
  const secret = 'a-token-nobody-sees'

  test('when it is refused, without showing what is secret', async (context) => {
    const { url, requests } = await eventServer(context, status(403, {}, `no: ${secret}`))
    const source = fromSse(`${url}/feed?key=${secret}`, { headers: { authorization: `Bearer ${secret}` } })
    const opened = await openSource(source)
    const error = await failureOf(opened.next())
    assert.instance(error, HttpError)
    assert.match(error.message, `GET ${url}/feed?key=… was answered 403 Forbidden: no: […]`)
    assert.not.match(error.stack!, secret)
    await opened.close()
    while ((await requests()) > 0);
  })

  test('when the answer is no event stream', async (context) => {
    const { url, requests } = await eventServer(context, (response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).write('<html>')
    })
    const opened = await openSource(fromSse(url))
    assert.match((await failureOf(opened.next())).message, `'text/html', which is no event stream`)
    await opened.close()
    while ((await requests()) > 0);
  })

  test('when an event has no end', async (context) => {
    const { url, requests } = await eventServer(context, (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = (): void => {
        if (!response.destroyed && response.write('data: for ever and ever\n')) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    const opened = await openSource(fromSse(url, { maxEventSize: 5_000 }))
    assert.match((await failureOf(opened.next())).message, 'an event of more than 5000 characters')
    await opened.close()
    while ((await requests()) > 0);
  })

  test('at the call, for arguments that can never work', () => {
    for (const [url, options] of [
      ['nowhere', {}],
      ['ws://host', {}],
      ['http://host', { timeout: -1 }],
      ['http://host', { idleTimeout: 0 }],
      ['http://host', { maxEventSize: 0 }],
      ['http://host', { retry: { attempts: 0.5 } }],
    ] as const) {
      assert.throws(
        () => fromSse(url, options),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
    }
  })
})
