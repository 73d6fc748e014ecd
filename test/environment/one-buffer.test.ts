import * as assert from 'uvu/assert'
import { InvalidArgumentError, LocalEnvironment } from '../../src/index.ts'
import { suite } from '../support/suite.ts'

const soon = async (value: number): Promise<number> => value

suite('environments whose records are read through a buffer', (test) => {
  test('have one job at a time, and the running one is not disturbed', async () => {
    const env = new LocalEnvironment('collected')
    const seen = env
      .fromBatch(() => [1, 2, 3])
      .map(soon)
      .collect()
    const first = env.submit({ autostop: true })
    await env.submit({ autostop: true }).then(
      () => assert.unreachable('a second job at the same time'),
      (error: unknown) => assert.instance(error, InvalidArgumentError),
    )
    await first
    assert.equal(seen.values, [1, 2, 3])
  })

  test('may be submitted again at once when the job is over', async () => {
    const env = new LocalEnvironment('again')
    const seen = env
      .fromBatch(() => [1, 2, 3])
      .map(soon)
      .collect()
    await env.submit({ autostop: true })
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 2, 3])
  })

  test('leave others free to run as many jobs as they like', async () => {
    const env = new LocalEnvironment('sinks')
    let sum = 0
    env
      .fromBatch(() => [1, 2, 3])
      .map(soon)
      .sink((value) => {
        sum += value
      })
    await Promise.all([env.submit({ autostop: true }), env.submit({ autostop: true })])
    assert.is(sum, 12)
  })
})
