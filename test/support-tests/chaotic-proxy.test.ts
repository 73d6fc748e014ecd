import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { until } from '../job/jobs.ts'
import { seededRandom } from '../../src/testing/seeded-random.ts'
import { byChance, chaoticProxy, type ChaoticProxy, type Treatment } from '../support/chaotic-proxy.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { rest } from '../support/turns.ts'

interface Scene {
  readonly proxy: ChaoticProxy
  /** Sockets of the server, in the order of the connections. */
  readonly accepted: Socket[]
  /** What each has received. */
  readonly received: string[]
  readonly connect: () => Client
}

interface Client {
  readonly socket: Socket
  text: string
  /** 'end', or the code of the error. */
  end: string | undefined
}

const scene = async (context: TestContext, treat: (n: number) => Treatment = () => ({})): Promise<Scene> => {
  const accepted: Socket[] = []
  const received: string[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const n = accepted.push(socket) - 1
    received[n] = ''
    socket.unref()
    socket.setEncoding('latin1').on('data', (text: string) => (received[n] += text))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  context.cleanup(() => {
    for (const socket of accepted) socket.destroy()
    server.close()
  })
  const proxy = await chaoticProxy(context, { port: (server.address() as AddressInfo).port, treat })
  return {
    proxy,
    accepted,
    received,
    connect: () => {
      const socket = connect({ host: proxy.host, port: proxy.port, allowHalfOpen: true })
      context.cleanup(() => socket.destroy())
      const client: Client = { socket, text: '', end: undefined }
      socket.setEncoding('latin1').on('data', (text: string) => (client.text += text))
      socket.on('end', () => (client.end ??= 'end'))
      socket.on('error', (error: NodeJS.ErrnoException) => (client.end ??= error.code))
      return client
    },
  }
}

suite('ChaoticProxy', (test) => {
  test('passes on both ways, and the end of each by itself', async (context) => {
    const { proxy, accepted, received, connect } = await scene(context)
    const client = connect()
    client.socket.end('question')
    await until(() => received[0] === 'question' && accepted[0]!.readableEnded)
    accepted[0]!.end('answer')
    await until(() => client.end === 'end')
    assert.is(client.text, 'answer')
    await until(() => proxy.open === 0)
    assert.equal([proxy.accepted, proxy.cuts], [1, 0])
  })

  test('reads no more than the other side takes', async (context) => {
    const { accepted, connect } = await scene(context)
    const client = connect()
    client.socket.write('x')
    await until(() => accepted.length === 1)
    client.socket.pause()
    const piece = 'y'.repeat(1_000_000)
    let written = 0
    while (accepted[0]!.writableLength < 8_000_000) {
      accepted[0]!.write(piece)
      written += piece.length
      await rest()
      assert.ok(written < 40_000_000, 'somebody holds it all')
    }
    client.socket.resume()
    await until(() => client.text.length === written)
  })

  for (const [treatment, up, down] of [
    [{ afterUp: 0 }, '', ''],
    [{ afterUp: 3 }, 'abc', ''],
    [{ afterUp: 3, piece: 2 }, 'abc', ''],
    [{ afterDown: 0 }, 'abcdef', ''],
    [{ afterDown: 2 }, 'abcdef', '12'],
    [{ afterDown: 5, piece: 3, delay: 1 }, 'abcdef', '12345'],
    [{ afterDown: 6 }, 'abcdef', '123456'],
  ] as const) {
    for (const cut of ['reset', 'end'] as const) {
      test(`cuts by ${cut} after so many bytes: ${JSON.stringify(treatment)}`, async (context) => {
        const { proxy, accepted, received, connect } = await scene(context, () => ({ ...treatment, cut }))
        const client = connect()
        client.socket.write('abcdef')
        if ('afterDown' in treatment) {
          await until(() => received[0] === up)
          accepted[0]!.write('123456')
        }
        await until(() => client.end !== undefined && proxy.open === 0)
        assert.is(proxy.cuts, 1)
        assert.is(received[0] ?? '', up)
        // Of a reset, what has arrived before may be dropped by the system, or the reset be told as an end behind it.
        if (cut === 'end') assert.equal([client.text, client.end], [down, 'end'])
        else if (client.text === '') assert.is(client.end, 'ECONNRESET')
        else assert.is(client.text, down)
      })
    }
  }

  test('falls silent: nothing arrives, and nobody is told', async (context) => {
    const { proxy, accepted, received, connect } = await scene(context)
    const client = connect()
    client.socket.write('a')
    await until(() => received[0] === 'a')
    assert.is(proxy.cutAll('silence'), 1)
    client.socket.write('b')
    accepted[0]!.write('1')
    await rest()
    assert.equal([client.text, client.end, received[0], proxy.open], ['', undefined, 'a', 1])
    const other = connect()
    other.socket.write('c')
    await until(() => received[1] === 'c')
  })

  test('cuts all that is open by hand, refuses what is new, and takes it again on the same port', async (context) => {
    const { proxy, received, connect } = await scene(context)
    const first = [connect(), connect()]
    for (const { socket } of first) socket.write('x')
    await until(() => received.length === 2 && received.every((text) => text === 'x'))
    proxy.down()
    await until(() => first.every(({ end }) => end === 'ECONNRESET'))
    const refused = connect()
    await until(() => refused.end === 'ECONNREFUSED')
    await proxy.listen()
    const second = connect()
    second.socket.write('y')
    await until(() => received[2] === 'y')
    proxy.refuse()
    second.socket.write('z')
    await until(() => received[2] === 'yz')
  })

  test('leads to another server when it is told to', async (context) => {
    const { proxy, received, connect } = await scene(context)
    const other = createServer((socket) => socket.end('other'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.target
    proxy.target = { ...proxy.target, port: (other.address() as AddressInfo).port }
    const client = connect()
    await until(() => client.text === 'other')
    client.socket.destroy()
    await new Promise((resolve) => other.close(resolve))
    const nobody = connect()
    await until(() => nobody.end === 'ECONNRESET')
    proxy.target = { ...proxy.target, port }
    connect().socket.write('x')
    await until(() => received[0] === 'x')
  })

  test('takes its chances from a seed', async () => {
    const treatments = (seed: number): readonly Treatment[] => {
      const treat = byChance({ random: seededRandom(seed), share: 0.5, delay: 3, cuts: ['silence', 'end'] })
      return Array.from({ length: 200 }, (_, n) => treat(n))
    }
    assert.equal(treatments(1), treatments(1))
    assert.not.equal(treatments(1), treatments(2))
    const cut = treatments(3).filter((treatment) => treatment.cut !== undefined)
    assert.ok(cut.length > 60 && cut.length < 140)
    assert.ok(cut.every(({ afterUp, afterDown }) => (afterUp === undefined) !== (afterDown === undefined)))
    assert.ok(cut.some(({ afterUp = 4_001 }) => afterUp < 100))
  })

  test('leaves nothing open', async (context) => {
    const { proxy, accepted, received, connect } = await scene(context, () => ({ delay: 1_000_000 }))
    const client = connect()
    client.socket.write('x')
    await until(() => accepted.length === 1)
    await rest()
    const gone = once(accepted[0]!, 'end')
    proxy.close()
    await gone
    assert.equal([proxy.open, received[0]], [0, ''])
  })
})
