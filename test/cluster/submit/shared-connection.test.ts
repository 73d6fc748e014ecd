import assert from 'node:assert/strict'
import type { ClusterEngine } from '../../../src/cluster/engine/cluster-engine.ts'
import { SharedConnection } from '../../../src/cluster/submit/shared-connection.ts'
import { MemoryEngine } from '../../support/cluster/memory-engine.ts'
import { suite } from '../../support/suite.ts'

const setUp = () => {
  const memory = new MemoryEngine()
  const counts = { opened: 0, closed: 0, refuses: false }
  const engine: ClusterEngine = {
    name: 'counting',
    address: 'memory://',
    at: () => engine,
    connect: async () => {
      counts.opened++
      if (counts.refuses) throw new Error('nobody is there')
      const connection = await memory.connect()
      return { ...connection, close: async () => void counts.closed++ }
    },
  }
  return { counts, shared: new SharedConnection(engine, 'test') }
}

suite('SharedConnection', (test) => {
  test('is one for all who need one at the same time, and none while nobody does', async () => {
    const { counts, shared } = setUp()
    await Promise.all([shared.use(async () => {}), shared.use(() => shared.use(async () => {}))])
    assert.deepEqual([counts.opened, counts.closed], [1, 1])
    assert.equal(await shared.use(async () => 'again'), 'again')
    assert.deepEqual([counts.opened, counts.closed], [2, 2])
  })

  test('one that could not be had is tried again by the next', async () => {
    const { counts, shared } = setUp()
    counts.refuses = true
    await assert.rejects(
      shared.use(async () => {}),
      /nobody is there/,
    )
    counts.refuses = false
    assert.equal(await shared.use(async () => 'there'), 'there')
    assert.deepEqual([counts.opened, counts.closed], [2, 1])
  })
})
