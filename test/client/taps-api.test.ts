import * as assert from 'uvu/assert'
import { JobManagerClient, JobNotRunningError, TapNotFoundError } from '../../src/client/index.ts'
import { startJobServer } from '../../src/jobs/server/start-job-server.ts'
import type { TapBatch } from '../../src/runtime/taps/tap-point.ts'
import { FakeManager } from '../jobs/server/fake-manager.ts'
import { suite, type TestContext } from '../support/suite.ts'

const points = [{ id: 'n0~n1', from: 'n0', to: 'n1' }]
const batch = (passed: number): TapBatch => ({
  records: [{ text: '1', key: null, eventTime: null, at: '2025-01-31T12:00:00.000Z' }],
  passed,
})

async function open({ cleanup }: TestContext): Promise<{
  client: JobManagerClient
  manager: FakeManager
  id: string
}> {
  const manager = new FakeManager()
  const server = await startJobServer({ manager, tokens: manager.store.tokens, port: 0 })
  const client = new JobManagerClient({ port: server.port })
  cleanup(() => server.close({ drain: false }))
  cleanup(() => client.close())
  const { id } = manager.create()
  manager.become(id, 'running')
  manager.runTaps.heard({ type: 'taps', points })
  return { client, manager, id }
}

/** Resolves when the job's process has been asked. */
async function asked({ tapOrders }: FakeManager, count: number): Promise<void> {
  while (tapOrders.length < count) await new Promise((resolve) => setImmediate(resolve))
}

suite('client.taps', (test) => {
  test('tells where records can be looked at, and shows them until the job is over', async (context) => {
    const { client, manager, id } = await open(context)
    assert.equal(await client.taps.list(id), points)
    const seen: TapBatch[] = []
    const ended = new Promise<void>((resolve, reject) => {
      client.taps
        .watch$(id, 'n0~n1')
        .subscribe({ next: (one) => seen.push(one), complete: resolve, error: reject })
    })
    await asked(manager, 1)
    manager.runTaps.heard({ type: 'tapped', point: 'n0~n1', batch: batch(7) })
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve))
    manager.become(id, 'completed')
    manager.runTaps.end()
    await ended
    assert.equal(seen, [batch(7)])
  })

  test('looks no more when nobody asks for more', async (context) => {
    const { client, manager, id } = await open(context)
    const watched = client.taps.watch(id, 'n0~n1')
    const first = watched.next()
    await asked(manager, 1)
    manager.runTaps.heard({ type: 'tapped', point: 'n0~n1', batch: batch(1) })
    assert.equal((await first).value, batch(1))
    await watched.return()
    await asked(manager, 2)
    assert.equal(
      manager.tapOrders.map(({ type }) => type),
      ['tap', 'untap'],
    )
  })

  test('rejects with what the server refuses it for', async (context) => {
    const { client, manager, id } = await open(context)
    const refused = async (point: string): Promise<unknown> =>
      client.taps
        .watch(id, point)
        .next()
        .catch((error: unknown) => error)
    assert.instance(await refused('n7'), TapNotFoundError)
    manager.become(id, 'completed')
    assert.instance(await refused('n0~n1'), JobNotRunningError)
    assert.instance(await client.taps.list(id).catch((error: unknown) => error), JobNotRunningError)
  })
})
