import process from 'node:process'
import * as assert from 'uvu/assert'
import { ApiError, JobManagerClient } from '../../src/client/index.ts'
import { rejectionOf, until } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'
import { turn } from '../support/turns.ts'
import { clientOf } from './support/client-of.ts'
import { fakeJobServer } from './support/fake-job-server.ts'
import { problem } from './support/faults.ts'

suite('JobManagerClient', (test) => {
  test('asks the server about itself', async (context) => {
    const server = await fakeJobServer(context)
    const client = clientOf(context, server)
    assert.is((await client.server()).limits.memoryMb, 512)
    assert.equal(await client.health(), { status: 'ok' })
    assert.equal(await client.ready(), { status: 'starting' })
    assert.is(await client.metrics(), 'jobs 3\n')
    assert.equal(await client.openapi(), { openapi: '3.1.0' })
    assert.is(server.requests.length, 5)
  })

  test('makes, lists and deletes tokens', async (context) => {
    const server = await fakeJobServer(context)
    const { tokens } = clientOf(context, server)
    const { token, scopes } = await tokens.create({ name: 'ci', scopes: ['submit'] })
    assert.equal([token, scopes], ['mr_secret', ['submit']])
    assert.equal(
      (await tokens.list()).map(({ name }) => name),
      ['ci'],
    )
    server.faults.on(/^DELETE/, 'lose', problem(404, 'ERR_NOT_FOUND'))
    await tokens.delete('t1')
    assert.is(server.faults.left, 0)
    server.faults.on(/^DELETE/, problem(404, 'ERR_NOT_FOUND'))
    assert.instance(await rejectionOf(tokens.delete('t1')), ApiError)
  })

  test('is closed at the end of its scope', async (context) => {
    const server = await fakeJobServer(context)
    const client = new JobManagerClient({ port: server.port })
    await client[Symbol.asyncDispose]()
    assert.match(((await rejectionOf(client.server())) as Error).message, /is closed/)
  })
})

/** What keeps this process alive. The test's servers do not. */
const active = async (): Promise<readonly string[]> => {
  for (let n = 0; n < 5; n++) await turn()
  return process.getActiveResourcesInfo().filter((name) => /TCP|GetAddrInfo/.test(name))
}

suite('what keeps a process alive', (test) => {
  test('is no connection of a client that is not closed, but has nothing to do', async (context) => {
    const server = await fakeJobServer(context)
    const client = new JobManagerClient({ port: server.port })
    await Promise.all(Array.from({ length: 10 }, () => client.server()))
    assert.equal(await active(), [])
  })

  test('is nothing of a client that is closed, whatever it was doing', async (context) => {
    const server = await fakeJobServer(context)
    server.put({ status: 'running' })
    const client = new JobManagerClient({ port: server.port })
    const ignore = { error: () => {} }
    client.events$().subscribe(ignore)
    client.logs$('job-1').subscribe(ignore)
    server.faults.on(/server/, 'hang', 'hang')
    const calls = [client.waitForEnd('job-1'), client.server(), client.server()].map(rejectionOf)
    await until(() => server.streams() === 2 && server.streams('logs') === 1 && server.count(/server/) === 2)
    assert.ok((await active()).length > 0)
    await client.close()
    await Promise.all(calls)
    const left: (readonly string[])[] = []
    do left.push(await active())
    while (left.at(-1)!.length > 0 && left.length < 100)
    assert.equal(left.at(-1), [])
  })
})
