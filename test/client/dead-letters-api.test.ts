import * as assert from 'uvu/assert'
import {
  ApiError,
  InvalidCursorError,
  JobManagerClient,
  JobNotFoundError,
  JobNotRunningError,
} from '../../src/client/index.ts'
import { startJobServer } from '../../src/jobs/server/start-job-server.ts'
import { letterOf } from '../jobs/dead-letters/a-letter.ts'
import { FakeManager } from '../jobs/server/fake-manager.ts'
import { suite, type TestContext } from '../support/suite.ts'

async function open({ cleanup }: TestContext): Promise<{
  client: JobManagerClient
  manager: FakeManager
  id: string
  port: number
}> {
  const manager = new FakeManager()
  const server = await startJobServer({ manager, tokens: manager.store.tokens, port: 0 })
  const client = new JobManagerClient({ port: server.port })
  cleanup(() => server.close({ drain: false }))
  cleanup(() => client.close())
  const { id } = manager.create()
  manager.become(id, 'running')
  const letters = [letterOf({ text: 'a' }), letterOf({ text: 'b', nodeId: 'n2' }), letterOf({ text: 'c' })]
  manager.store.deadLetters.add(id, letters, 2)
  return { client, manager, id, port: server.port }
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.unreachable(),
    (error: unknown) => error,
  )

suite('client.deadLetters', (test) => {
  test('lists them page by page, and has each at length', async (context) => {
    const { client, id } = await open(context)
    const first = await client.deadLetters.list(id, { limit: 2 })
    assert.equal([first.items.map(({ text }) => text), first.total, first.counts.notKept], [['c', 'b'], 3, 2])
    const rest = await client.deadLetters.list(id, { cursor: first.next! })
    assert.equal([rest.items.map(({ text }) => text), rest.next], [['a'], null])
    const ofOne = await client.deadLetters.list(id, { operator: 'n2', state: 'kept' })
    assert.equal(
      ofOne.items.map(({ text }) => text),
      ['b'],
    )
    assert.is((await client.deadLetters.get(id, ofOne.items[0]!.id)).record, '{\n  id: 1\n}')
  })

  test('replays and deletes, and says how many', async (context) => {
    const { client, id, manager } = await open(context)
    assert.equal(await client.deadLetters.replay(id, { ids: [1, 99] }), { letters: 1 })
    assert.equal(await client.deadLetters.replay(id, { ids: [1] }), { letters: 0 })
    assert.equal(await client.deadLetters.delete(id, { all: true, operator: 'n2' }), { letters: 1 })
    assert.equal(manager.lettersChanged, [id, id])
    const { items } = await client.deadLetters.list(id)
    assert.equal(
      items.map(({ text, state }) => `${text} ${state}`),
      ['c kept', 'a replaying'],
    )
  })

  test('is refused what does not go', async (context) => {
    const { client, id, manager, port } = await open(context)
    assert.instance(await errorOf(client.deadLetters.list('nobody')), JobNotFoundError)
    assert.instance(await errorOf(client.deadLetters.list(id, { cursor: 'x' })), InvalidCursorError)
    const gone = await errorOf(client.deadLetters.get(id, 99))
    assert.instance(gone, ApiError)
    assert.is((gone as ApiError).status, 404)
    const post = (body: unknown): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/api/v1/jobs/${id}/dead-letters/replay`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    for (const body of [{}, { ids: [] }, { ids: ['1'] }, { all: false }, { ids: [1], all: true }])
      assert.is((await post(body)).status, 422, JSON.stringify(body))
    manager.become(id, 'failed')
    const over = await errorOf(client.deadLetters.replay(id, { all: true }))
    assert.instance(over, JobNotRunningError)
    assert.match((over as JobNotRunningError).remedy!, 'restart it')
    assert.equal(await client.deadLetters.delete(id, { all: true }), { letters: 3 })
  })

  test('needs another scope for changes than for looks', async (context) => {
    const { client, id, port } = await open(context)
    const admin = await client.tokens.create({ name: 'me', scopes: ['admin'] })
    const { tokens } = new JobManagerClient({ port, token: admin.token })
    const { token } = await tokens.create({ name: 'reader', scopes: ['read'] })
    const reader = new JobManagerClient({ port, token })
    context.cleanup(() => reader.close())
    assert.is((await reader.deadLetters.list(id)).total, 3)
    assert.match(String(await errorOf(reader.deadLetters.replay(id, { all: true }))), 'submit')
    assert.match(String(await errorOf(reader.deadLetters.delete(id, { all: true }))), 'submit')
  })
})
