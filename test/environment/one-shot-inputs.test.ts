import { Readable } from 'node:stream'
import * as assert from 'uvu/assert'
import { InvalidArgumentError, LocalEnvironment } from '../../src/index.ts'
import { suite } from '../support/suite.ts'

function* three(): Generator<number> {
  yield* [1, 2, 3]
}

suite('inputs that can be read once', (test) => {
  test('are refused to the second job, by name, rather than found empty', async () => {
    const env = new LocalEnvironment('generator')
    const seen = env.fromBatch(three(), { name: 'numbers' }).collect()
    await env.submit({ autostop: true })
    await env.submit({ autostop: true }).then(
      () => assert.unreachable('an empty job'),
      (error: unknown) => {
        assert.instance(error, InvalidArgumentError)
        assert.match((error as Error).message, /'numbers'.*\n.*operator: numbers \(.*one-shot-inputs/)
      },
    )
    assert.equal(seen.values, [1, 2, 3])
  })

  test('are streams, too', async () => {
    const env = new LocalEnvironment('stream')
    env.fromReadable(Readable.from(['a'])).sink(() => {})
    await env.submit({ autostop: true })
    await env.submit({ autostop: true }).then(
      () => assert.unreachable('an empty job'),
      (error: unknown) => assert.instance(error, InvalidArgumentError),
    )
  })

  test('are not arrays, sets, or functions that make generators', async () => {
    const env = new LocalEnvironment('again')
    const seen = env
      .fromBatch([1])
      .union(env.fromBatch(new Set([2])), env.fromBatch(three))
      .collect()
    await env.submit({ autostop: true })
    await env.submit({ autostop: true })
    assert.equal([...seen.values].sort(), [1, 1, 2, 2, 3])
  })
})
