import { createServer, type AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { EngineUnavailableError } from '../../src/errors/cluster-errors.ts'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { nats, type NatsOptions } from '../../src/nats/index.ts'
import { rejectionOf } from '../job/jobs.ts'
import { activeResources } from '../support/active-resources.ts'
import { bytesOf, commitOf, noise, textOf } from '../support/contracts/engine-values.ts'
import { natsSuite } from '../support/nats/nats-suite.ts'
import { startNats } from '../support/nats/start-nats.ts'
import { suite, type TestContext } from '../support/suite.ts'

/** Says of itself what a test tells it, as servers do before anything else. */
async function pretender({ cleanup }: TestContext, info: object): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write(
      `INFO ${JSON.stringify({ server_id: 'x', max_payload: 1_048_576, headers: true, ...info })}\r\n`,
    )
    socket.on('data', (bytes) => {
      if (bytes.includes('PING')) socket.write('PONG\r\n')
    })
    cleanup(() => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup(() => server.close())
  return `nats://127.0.0.1:${(server.address() as AddressInfo).port}`
}

suite('nats()', (test) => {
  const refused = (address: string, options?: NatsOptions): unknown => {
    try {
      return nats(address, options)
    } catch (error) {
      return error
    }
  }

  test('shows where it is, and nothing secret', () => {
    const engine = nats('127.0.0.1:4222, nats://b:4223,tls://c', { user: 'me', pass: 'secret' })
    assert.is(engine.name, 'nats')
    assert.is(engine.address, 'nats://127.0.0.1:4222,nats://b:4223,tls://c')
    assert.is(engine.at('nats://d').address, 'nats://d')
    assert.not.match(JSON.stringify(engine), /secret/)
    const error = refused('nats://me:secret@a:4222') as Error
    assert.instance(error, InvalidArgumentError)
    assert.not.match(error.message, /secret/)
  })

  test('refuses what can never work', () => {
    for (const address of ['', 'http://a', 'nats://', 'a,,b']) {
      assert.instance(refused(address), InvalidArgumentError)
    }
    assert.instance(refused('a', { prefix: 'a.b' }), InvalidArgumentError)
    assert.instance(refused('a', { prefix: '' }), InvalidArgumentError)
    assert.instance(refused('a', { replicas: 0 }), InvalidArgumentError)
  })

  test('says that nobody is there', async () => {
    const before = activeResources()
    const error = await rejectionOf(nats('127.0.0.1:1').connect('test'))
    assert.instance(error, EngineUnavailableError)
    assert.match((error as Error).message, /127\.0\.0\.1:1[^]*Start one/)
    assert.equal(activeResources(), before)
  })

  test('says that a server is too old, or keeps nothing', async (context) => {
    const old = await pretender(context, { version: '2.11.9', jetstream: true })
    const error = await rejectionOf(nats(old).connect('test'))
    assert.instance(error, EngineUnavailableError)
    assert.match((error as Error).message, /2\.11\.9[^]*2\.12/)
    const forgetful = await pretender(context, { version: '2.14.0' })
    assert.match(((await rejectionOf(nats(forgetful).connect('test'))) as Error).message, /JetStream[^]*-js/)
  })
})

natsSuite('nats() on a server', (test) => {
  test('leaves no handle behind', async (context) => {
    const { address } = await startNats(context)
    const before = activeResources()
    const connection = await nats(address).connect('test')
    await connection.createLog('job')
    const log = connection.openLog('job')
    const claim = await log.claim('r0', 'me')
    await claim.commit(commitOf('1', [['e0', 'a']]))
    const readers = [log.read('e0', 0), log.read('e1', 0)]
    await readers[0]!.next()
    const waiting = rejectionOf(readers[1]!.next())
    connection.calls.serve('a', async (bytes) => bytes)
    await readers[0]!.close(new Error('enough'))
    await connection.close()
    await waiting
    assert.equal(activeResources(), before)
  })

  test('refuses a stream that lacks what it needs', async (context) => {
    const servers = await startNats(context)
    const bare = await servers.client()
    const body = JSON.stringify({
      name: 'millrace_job_job',
      subjects: ['millrace.job.job.>'],
      allow_direct: true,
    })
    await bare.request('$JS.API.STREAM.CREATE.millrace_job_job', body)
    const connection = await nats(servers.address).connect('test')
    context.cleanup(() => connection.close())
    const error = await rejectionOf(connection.createLog('job'))
    assert.instance(error, EngineUnavailableError)
    assert.match((error as Error).message, /allow_atomic/)
  })

  test('keeps clusters with different prefixes apart', async (context) => {
    const { address } = await startNats(context)
    const [a, b] = await Promise.all(
      ['a', 'b_2-C'].map(async (prefix) => {
        const connection = await nats(address, { prefix }).connect('test')
        context.cleanup(() => connection.close())
        return connection
      }),
    )
    const hash = createHash('sha256').update(bytesOf('x')).digest('hex')
    for (const { records, files } of [a!, b!]) {
      assert.ok((await records.put('key', bytesOf('x'), 0)) !== null)
      assert.is(await files.has(hash), false)
      await files.put(hash, bytesOf('x'))
    }
    await a!.createLog('job')
    await b!.createLog('job')
    await (await a!.openLog('job').claim('r0', 'me')).commit(commitOf('1', [['e0', 'a']]))
    assert.is(await b!.openLog('job').committed('r0'), null)
    a!.calls.serve('who', async () => bytesOf('a'))
    b!.calls.serve('who', async () => bytesOf('b'))
    await Promise.all([a!.records.get('k'), b!.records.get('k')])
    assert.is(textOf(await b!.calls.call('who', bytesOf(''), 5_000)), 'b')
  })

  test('takes a name and a password, or a token', async (context) => {
    const named = await startNats(context, {
      config: 'authorization { user: me, password: secret }',
      auth: { user: 'me', pass: 'secret' },
    })
    const options = { user: 'me', pass: 'secret' }
    const connection = await nats(named.address, options).connect('test')
    context.cleanup(() => connection.close())
    assert.is(await connection.records.get('a'), null)
    const error = await rejectionOf(nats(named.address, { user: 'me', pass: 'wrong' }).connect('test'))
    assert.instance(error, EngineUnavailableError)
    assert.not.match((error as Error).message, /wrong/)
  })

  test('works where messages have to be small', async (context) => {
    const { address } = await startNats(context, { config: 'max_payload: 65536' })
    const connection = await nats(address).connect('test')
    context.cleanup(() => connection.close())
    await connection.createLog('job')
    const log = connection.openLog('job')
    const claim = await log.claim('r0', 'me')
    const bytes = noise(300_000, 1)
    const blobs = [{ name: 'b', bytes: noise(64 * 1024, 2) }]
    await claim.commit(commitOf('1', [], { outputs: [{ end: 'e0', bytes }], blobs }))
    assert.equal((await log.read('e0', 0).next())[0]!.bytes.length, 300_000)
    assert.is((await claim.blob('b')).length, 64 * 1024)
  })
})
