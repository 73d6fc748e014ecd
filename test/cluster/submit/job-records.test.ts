import assert from 'node:assert/strict'
import { jobKey } from '../../../src/cluster/protocol/job-keys.ts'
import { fromJson, toJson } from '../../../src/cluster/protocol/json.ts'
import { deleteJob, readSpec, wishFor } from '../../../src/cluster/submit/job-records.ts'
import { MemoryEngine } from '../../support/cluster/memory-engine.ts'
import { suite } from '../../support/suite.ts'
import { jobSpec } from '../leader/cluster-model.ts'

const wishOf = async (connection: Awaited<ReturnType<MemoryEngine['connect']>>): Promise<unknown> => {
  const record = await connection.records.get(jobKey('j', 'wish'))
  return record && fromJson(record.value)
}

suite('wishFor', (test) => {
  test('a cancel overrules a stop, and not the other way round', async () => {
    const connection = await new MemoryEngine().connect()
    await wishFor(connection, 'j', 'stop')
    assert.deepEqual(await wishOf(connection), { want: 'stop' })
    await wishFor(connection, 'j', 'cancel')
    await wishFor(connection, 'j', 'stop')
    assert.deepEqual(await wishOf(connection), { want: 'cancel' })
  })
})

suite('deleteJob', (test) => {
  test('leaves nothing but the files that another job has as well', async () => {
    const engine = new MemoryEngine()
    const connection = await engine.connect()
    const file = (hash: string) => ({ path: hash, hash, size: 1 })
    const program = { ...jobSpec('j', 1).program, files: [file('a'), file('b')], earlier: 'c' }
    const spec = jobSpec('j', 1, { program })
    const other = jobSpec('k', 1, { program: { ...program, files: [file('b')], earlier: '' } })
    for (const hash of ['a', 'b', 'c']) await connection.files.put(hash, new Uint8Array([1]))
    for (const one of [spec, other]) {
      await connection.createLog(one.id)
      await connection.records.put(jobKey(one.id, 'spec'), toJson(one), 0)
    }
    await wishFor(connection, 'j', 'stop')
    await deleteJob(connection, spec)
    assert.equal(await readSpec(connection, 'j'), null)
    assert.deepEqual(
      (await connection.records.list('jobs')).map(({ key }) => key),
      ['jobs.k.spec'],
    )
    assert.deepEqual([...engine.logs.keys()], ['k'])
    const left = await Promise.all(['a', 'b', 'c'].map((hash) => connection.files.has(hash)))
    assert.deepEqual(left, [false, true, false])
    await deleteJob(connection, spec)
  })
})
