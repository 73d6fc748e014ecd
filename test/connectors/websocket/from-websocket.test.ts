import { execFile } from 'node:child_process'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import * as assert from 'uvu/assert'
import { WebSocket } from 'ws'
import { typescript } from '../../support/node-arguments.ts'
import {
  fromWebSocket,
  SourceOverflowError,
  type WebSocketClass,
  WebSocketError,
} from '../../../src/connectors/websocket/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { END, type End } from '../../../src/functions/user-functions.ts'
import { VirtualClock } from '../../../src/testing/index.ts'
import { turn, until } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { localServer } from '../local-server.ts'
import { type OpenedSource, openSource } from '../source-contract.ts'
import { sending, socketServer } from './socket-server.ts'

/** Node 20 has the class, behind a flag. */
const EXPERIMENTAL = '--experimental-websocket'

const soon = { backoff: 1, jitter: 0 }

const drain = async <T>(opened: OpenedSource<T>): Promise<T[]> => {
  const records: T[] = []
  for (;;) {
    const next: T | End = await opened.next()
    if (next === END) return records
    records.push(next)
  }
}

const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => assert.unreachable('it did not fail') as never,
    (error: unknown) => error as Error,
  )

/** A WebSocket that can neither pause nor ping, as that of the platform; `ws` does the work. */
class PlainWebSocket {
  readonly #socket: WebSocket

  constructor(url: string, options: string[] | { protocols: string[]; headers: Record<string, string> }) {
    const { protocols, headers } = Array.isArray(options) ? { protocols: options, headers: {} } : options
    this.#socket = new WebSocket(url, protocols, { headers })
  }

  set binaryType(type: 'arraybuffer') {
    this.#socket.binaryType = type
  }
  send(data: string): void {
    this.#socket.send(data)
  }
  close(code?: number): void {
    this.#socket.close(code)
  }
  addEventListener(type: 'message', listener: (event: never) => void): void {
    this.#socket.addEventListener(type, listener as never)
  }
}
const plain = PlainWebSocket as unknown as WebSocketClass

/** A WebSocket in virtual time, played by the test. */
class PlayedWebSocket {
  static readonly made: PlayedWebSocket[] = []
  readonly sent: string[] = []
  readonly listeners = new Map<string, (event: object) => void>()
  binaryType = ''
  terminated = false
  pings = 0

  constructor() {
    PlayedWebSocket.made.push(this)
  }

  addEventListener(type: string, listener: (event: object) => void): void {
    this.listeners.set(type, listener)
  }
  play(type: string, event: object = {}): void {
    this.listeners.get(type)!(event)
  }
  send(message: string): void {
    this.sent.push(message)
  }
  ping(): void {
    this.pings++
  }
  close(): void {}
  terminate(): void {
    this.terminated = true
  }
}
const played = PlayedWebSocket as unknown as WebSocketClass

suite('fromWebSocket', (test) => {
  test('reads text and bytes, after it has said what it wants, until the server has no more', async (context) => {
    const { url, received, requests, closed } = await socketServer(context, async (socket) => {
      while (received.length < 2) await turn()
      socket.send('text äöü')
      socket.send(new Uint8Array([1, 2, 255]))
      socket.send('x'.repeat(200_000))
      socket.close(1000)
    })
    const source = fromWebSocket(url.replace('//', '//ann:pass@'), {
      protocols: ['v1', 'v2'],
      headers: { 'x-key': 'abc' },
      subscribe: ['{"topic":"a"}', Buffer.from('{"topic":"b"}')],
    })
    const opened = await openSource(source)
    const [text, bytes, long] = await drain(opened)
    assert.equal([text, [...(bytes as Uint8Array)], long!.length], ['text äöü', [1, 2, 255], 200_000])
    assert.equal(received, ['{"topic":"a"}', '{"topic":"b"}'])
    const { headers } = requests[0]!
    assert.equal(
      [headers['x-key'], headers.authorization, headers['sec-websocket-protocol']],
      ['abc', `Basic ${btoa('ann:pass')}`, 'v1,v2'],
    )
    await opened.close()
    await until(() => closed.length === 1)
  })

  test('gives what parse makes of a message, and leaves out what is none', async (context) => {
    const { url } = await socketServer(context, (socket, server) => {
      sending('{"ack":true}', '{"price":1}', '{"price":2}')(socket, server)
      socket.close(4000)
    })
    const source = fromWebSocket(url, {
      parse: (message) => (JSON.parse(message as string) as { price?: number }).price,
      endCodes: [4000],
    })
    const opened = await openSource<number>(source)
    assert.equal(await drain(opened), [1, 2])
    await opened.close()
  })

  test('what parse throws fails it', async (context) => {
    const { url, connections } = await socketServer(context, sending('no json'))
    const source = fromWebSocket(url, { parse: (message) => JSON.parse(message as string) as unknown })
    const opened = await openSource(source)
    assert.instance(await failureOf(opened.next()), SyntaxError)
    await opened.close()
    while ((await connections()) > 0);
  })

  test('says good-bye when it is stopped', async (context) => {
    const { url, closed } = await socketServer(context, sending('a'))
    const opened = await openSource(fromWebSocket(url))
    await opened.take(1)
    const pending = opened.next()
    opened.stop.abort(new Error('stop'))
    assert.is(await pending, END)
    await opened.close()
    await until(() => closed.length > 0)
    assert.equal(closed, [1000])
  })

  test('connects again, subscribes again, and loses nothing it had received', async (context) => {
    const { url, received, requests } = await socketServer(
      context,
      (socket, server) => {
        sending('a', 'b')(socket, server)
        socket.close(1012, 'restarting')
      },
      (socket) => {
        socket.send('c')
        setImmediate(() => socket.terminate())
      },
      (socket, server) => {
        socket.on('message', () => {
          sending('d')(socket, server)
          socket.close(1000)
        })
      },
    )
    let asked = 0
    const subscribe = async (): Promise<string> => `token ${++asked}`
    const opened = await openSource(fromWebSocket(url, { subscribe, retry: soon }))
    assert.equal(await drain(opened), ['a', 'b', 'c', 'd'])
    assert.is(requests.length, 3)
    assert.is(received.at(-1), 'token 3')
    assert.is(opened.metrics.snapshot()['reconnects'], 2)
    await opened.close()
  })

  test('gives up when the attempts are used up, and names the url without what is secret', async (context) => {
    const secret = 'a-secret-token'
    const { url } = await socketServer(context, (socket) => socket.close(1008, `bad ${secret}`))
    const source = fromWebSocket(`${url.replace('//', `//ann:${secret}@`)}/feed?token=${secret}`, {
      headers: { 'x-token': secret },
      retry: { ...soon, attempts: 2 },
    })
    const opened = await openSource(source)
    const error = await failureOf(opened.next())
    assert.instance(error, WebSocketError)
    assert.match(error.message, `The WebSocket ${url}/feed?token=… was closed with 1008: bad […]`)
    assert.not.match(inspect(error), secret)
    assert.is(opened.metrics.snapshot()['reconnects'], 2)
    await opened.close()
  })

  test('a refused handshake is not tried again, a busy server is', async (context) => {
    for (const [status, tries] of [
      [401, 1],
      [503, 3],
    ] as const) {
      let requests = 0
      const { server, url } = await localServer(context, () => {})
      server.on('upgrade', (_, socket) => {
        requests++
        socket.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\n\r\n`)
      })
      const source = fromWebSocket(url.replace('http', 'ws'), { retry: { ...soon, attempts: 2 } })
      const opened = await openSource(source)
      const { message } = await failureOf(opened.next())
      assert.match(message, `closed with 1006: Unexpected server response: ${status}`)
      assert.is(requests, tries)
      await opened.close()
    }
  })

  test('a message that is too long fails it at once', async (context) => {
    for (const webSocket of [WebSocket as unknown as WebSocketClass, plain]) {
      const { url, requests } = await socketServer(context, sending('ok', 'x'.repeat(1_001)))
      const opened = await openSource(fromWebSocket(url, { maxMessageSize: 1_000, webSocket, retry: soon }))
      assert.is(await opened.next(), 'ok')
      assert.instance(await failureOf(opened.next()), WebSocketError)
      assert.is(requests.length, 1)
      await opened.close()
    }
  })
})

suite('fromWebSocket under pressure', (test) => {
  const size = 10_000

  test('makes the server wait where the WebSocket can be paused', { timeout: 30_000 }, async (context) => {
    let sent = 0
    let buffered = 0
    const { url } = await socketServer(context, async (socket) => {
      const data = 'x'.repeat(size)
      while (socket.readyState === socket.OPEN && sent < 10_000) {
        if (socket.bufferedAmount < 10 * size) socket.send(`${sent++} ${data}`)
        else await turn()
        buffered = socket.bufferedAmount
      }
    })
    const opened = await openSource(fromWebSocket(url, { capacity: 4 }))
    await opened.take(1)
    for (let before = -1; before !== sent;) {
      before = sent
      for (let i = 0; i < 200; i++) await turn()
    }
    assert.ok(buffered > 0, 'the server has more to send than it can')
    assert.ok(sent < 5_000, `${sent} messages sent`)
    const numbers = (await opened.take(2_000)).map((message) => parseInt(message as string, 10))
    assert.equal(
      numbers,
      Array.from({ length: 2_000 }, (_, i) => i + 1),
      'and none is lost',
    )
    await opened.close()
  })

  const flood = Array.from({ length: 20 }, (_, i) => String(i))

  for (const [overflow, kept] of [
    ['drop-oldest', flood.slice(-5)],
    ['drop-newest', flood.slice(0, 5)],
  ] as const) {
    test(`keeps as many as there is room for: ${overflow}`, async (context) => {
      const { url } = await socketServer(context, (socket, server) => {
        sending(...flood)(socket, server)
        socket.close(1000)
      })
      const opened = await openSource(fromWebSocket(url, { overflow, capacity: 5, webSocket: plain }))
      const first = opened.next()
      // One is given as it comes; all others arrive before the next is asked for.
      const given = [await first]
      await until(() => opened.metrics.snapshot()['dropped'] !== undefined)
      for (let i = 0; i < 50; i++) await turn()
      given.push(...(await drain(opened)))
      const dropped = opened.metrics.snapshot()['dropped']!
      assert.is(given.length + dropped, flood.length)
      assert.equal(given.slice(-3), kept.slice(-3))
      await opened.close()
    })
  }

  test('fails by default, when what had arrived is given', async (context) => {
    const { url, connections } = await socketServer(context, sending(...flood))
    const opened = await openSource(fromWebSocket(url, { capacity: 5, webSocket: plain }))
    const first = await opened.next()
    for (let i = 0; i < 50; i++) await turn()
    const given = [first]
    const error = await (async () => {
      for (;;) given.push(await opened.next())
    })().catch((thrown: unknown) => thrown)
    assert.instance(error, SourceOverflowError)
    assert.equal(given, flood.slice(0, given.length))
    assert.ok(given.length >= 5 && given.length <= 6)
    await opened.close()
    while ((await connections()) > 0);
  })
})

suite('fromWebSocket in time', (test) => {
  const last = (): PlayedWebSocket => PlayedWebSocket.made.at(-1)!
  test.beforeEach(() => void PlayedWebSocket.made.splice(0))

  test('waits longer after each failure, and begins anew when a message has come', async () => {
    const clock = new VirtualClock()
    const retry = { jitter: 0, backoff: { initial: 100, max: 300 } }
    const opened = await openSource(fromWebSocket('ws://host', { webSocket: played, retry }), { clock })
    const seen: unknown[] = []
    const reading = drain(opened).then((all) => seen.push(...all))
    const made: number[] = []
    await clock.advance(0)
    for (const message of [false, false, false, true, false]) {
      while (PlayedWebSocket.made.length === made.length) await clock.step()
      made.push(clock.frame)
      last().play('open')
      if (message) last().play('message', { data: 'hello' })
      last().play('close', { code: 1006, reason: '' })
    }
    await clock.advance(200)
    last().play('close', { code: 1000, reason: '' })
    await clock.run(reading)
    assert.equal(made, [0, 100, 300, 600, 700])
    assert.equal(seen, ['hello'])
    assert.is(clock.pending.length, 0)
    await opened.close()
  })

  test('drops a connection that does not answer a ping, and one that does not open', async () => {
    const clock = new VirtualClock()
    const source = fromWebSocket('ws://host', {
      webSocket: played,
      heartbeat: { interval: 1_000 },
      timeout: 500,
      retry: { backoff: 10, jitter: 0 },
    })
    const opened = await openSource(source, { clock })
    const pending = opened.next()
    await clock.advance(0)
    const first = last()
    first.play('open')
    await clock.advance(1_000)
    assert.equal([first.pings, first.terminated], [1, false])
    first.play('message', { data: 'alive' })
    assert.is(await pending, 'alive')
    const next = opened.next()
    await clock.advance(1_000)
    assert.equal([first.pings, first.terminated], [2, false])
    await clock.advance(1_000)
    assert.ok(first.terminated, 'nothing was heard of it for a whole interval')
    await clock.advance(10)
    const second = last()
    assert.is.not(second, first)
    await clock.advance(500)
    assert.ok(second.terminated, 'it did not open')
    await clock.advance(10)
    assert.is(PlayedWebSocket.made.length, 3)
    opened.stop.abort(new Error('stop'))
    assert.is(await next, END)
    await opened.close()
    assert.ok(last().terminated)
    assert.is(clock.pending.length, 0)
  })

  test('says its heartbeat in words where it cannot ping', async (context) => {
    assert.throws(() => fromWebSocket('ws://host', { heartbeat: { interval: 0 } }))
    const unable = fromWebSocket('ws://host', { webSocket: plain, heartbeat: { interval: 1 } })
    await openSource(unable).then(
      () => assert.unreachable(),
      (error: unknown) => assert.instance(error, InvalidArgumentError),
    )
    const { url, received } = await socketServer(context, (socket) => {
      socket.on('message', () => socket.send('pong'))
    })
    const heartbeat = { interval: 20, message: 'ping' }
    const opened = await openSource(fromWebSocket(url, { webSocket: plain, heartbeat }))
    assert.equal(await opened.take(2), ['pong', 'pong'])
    assert.equal(received.slice(0, 2), ['ping', 'ping'])
    await opened.close()
  })
})

suite('fromWebSocket refuses', (test) => {
  for (const [what, url, options] of [
    ['a url that is none', 'host', {}],
    ['another protocol', 'http://host', {}],
    ['no room', 'ws://host', { capacity: 0 }],
    ['an overflow policy that does not exist', 'ws://host', { overflow: 'wait' }],
    ['a timeout that is none', 'ws://host', { timeout: 'soon' }],
    ['a message size that is none', 'ws://host', { maxMessageSize: -1 }],
    ['a retry that is none', 'ws://host', { retry: { jitter: -1 } }],
  ] as const) {
    test(what, () => {
      assert.throws(
        () => fromWebSocket(url, options as never),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
    })
  }
})

suite('the global WebSocket', (test) => {
  for (const end of ['end', 'stop'] as const) {
    test(`of the platform reads the same, until the ${end}`, { timeout: 60_000 }, async (context) => {
      const { url, requests, received, closed } = await socketServer(context, (socket) => {
        socket.on('message', () => {
          socket.send('text')
          socket.send(new Uint8Array([1, 255]))
          if (end === 'end') socket.close(1000)
        })
      })
      const program = 'test/connectors/websocket/global-websocket.ts'
      const flags = ['--no-warnings', ...typescript(), ...('WebSocket' in globalThis ? [] : [EXPERIMENTAL])]
      const child = execFile(process.execPath, [...flags, program, url, end], { signal: context.signal })
      const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)])
      assert.equal(
        [stdout.trim().split('\n'), stderr],
        [
          ['text', '1,255', 'stopped'].map((line) =>
            line === 'stopped' && end === 'end' ? 'completed' : line,
          ),
          '',
        ],
      )
      assert.equal([requests[0]!.headers['x-key'], received], ['abc', ['all']])
      await until(() => closed.length === 1)
      assert.equal(closed, [1000])
    })
  }

  test('is taken where there is one', async (context) => {
    const { url } = await socketServer(context, sending('a'))
    const scope = globalThis as { WebSocket?: unknown }
    const before = scope.WebSocket
    const made: unknown[] = []
    class Global extends PlainWebSocket {
      constructor(...args: ConstructorParameters<typeof PlainWebSocket>) {
        super(...args)
        made.push(this)
      }
    }
    scope.WebSocket = Global
    context.cleanup(() => {
      if (before === undefined) delete scope.WebSocket
      else scope.WebSocket = before
    })
    const opened = await openSource(fromWebSocket(url, { headers: { 'x-a': 'b' } }))
    assert.is(await opened.next(), 'a')
    await opened.close()
    assert.is(made.length, 1)
    assert.instance(made[0], PlainWebSocket)
  })
})
