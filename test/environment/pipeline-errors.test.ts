import * as assert from 'uvu/assert'
import { type DataStream, LocalEnvironment, type ErrorPolicy } from '../../src/index.ts'
import { suite } from '../support/suite.ts'

const answers = async (
  onError: ErrorPolicy,
  concurrency: number,
  failures: number,
): Promise<readonly unknown[]> => {
  let left = failures
  const halve = (value: number): number => {
    if (value % 2 === 1 && left-- > 0) throw new Error(`odd ${value}`)
    return value / 2
  }
  const env = new LocalEnvironment('service').registerPipeline(
    'halves',
    (numbers: DataStream<number>): DataStream<number> =>
      numbers.map(halve, { onError, concurrency, name: 'halve' }),
  )
  const seen = env
    .fromBatch([2, 3, 4])
    .map((value, ctx) =>
      ctx
        .service('halves')
        .call(value)
        .then(
          (half) => half ?? 'nothing',
          (error: Error) => error.message,
        ),
    )
    .collect()
  const { nodes } = await env.submit({ autostop: true })
  const node = nodes.find(({ name }) => name === 'halve')
  assert.is(node?.failed, 0)
  assert.is(node?.in, 3)
  return seen.values
}

for (const concurrency of [1, 2]) {
  suite(`errors in a pipeline that serves requests, concurrency ${concurrency}`, (test) => {
    test('are the caller’s', async () => {
      assert.equal(await answers('fail', concurrency, 1), [1, 'odd 3', 2])
    })
    test('are answered with nothing where they are skipped', async () => {
      assert.equal(await answers('skip', concurrency, 1), [1, 'nothing', 2])
    })
    test('are the caller’s where they are dead letters', async () => {
      assert.equal(await answers('dead-letter', concurrency, 1), [1, 'odd 3', 2])
    })
    test('are tried again as the policy says', async () => {
      assert.equal(await answers({ retry: { attempts: 1 } }, concurrency, 1), [1, 1.5, 2])
      assert.equal(await answers({ retry: { attempts: 1 } }, concurrency, 2), [1, 'odd 3', 2])
    })
  })
}
