import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/index.ts'
import { suite } from '../support/suite.ts'

interface Counter {
  count: number
}

const spoil = (record: Counter): void => {
  record.count++
}

suite('records that several consumers share', (test) => {
  test('are frozen where a stream fans out', async () => {
    const env = new LocalEnvironment('fan-out', { freezeShared: true })
    const records = env.fromBatch([{ count: 0 }])
    records.sink(spoil)
    records.sink(() => {})
    await env.submit({ autostop: true }).then(
      () => assert.unreachable('the record was changed'),
      (error: Error) => assert.instance(error.cause, TypeError),
    )
  })

  test('are frozen where they are broadcast', async () => {
    const env = new LocalEnvironment('broadcast', { freezeShared: true })
    env
      .fromBatch([{ count: 0 }])
      .broadcast()
      .sink(spoil, { parallelism: 2 })
    await env.submit({ autostop: true }).then(
      () => assert.unreachable('the record was changed'),
      (error: Error) => assert.instance(error.cause, TypeError),
    )
  })

  test('are left alone where there is one consumer, and where the environment says so', async () => {
    const lone = { count: 0 }
    const shared = { count: 0 }
    const one = new LocalEnvironment('one', { freezeShared: true })
    one.fromBatch([lone]).sink(spoil)
    await one.submit({ autostop: true })
    const free = new LocalEnvironment('free', { freezeShared: false })
    free.fromBatch([shared]).broadcast().sink(spoil, { parallelism: 2 })
    await free.submit({ autostop: true })
    assert.equal([lone.count, shared.count], [1, 2])
  })
})
