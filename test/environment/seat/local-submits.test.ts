import * as assert from 'uvu/assert'
import { MOST_SUBMITS, noteLocalSubmit, settleWith } from '../../../src/environment/seat/local-submits.ts'
import { LocalEnvironment } from '../../../src/index.ts'
import type { RecordedPipeline } from '../../../src/environment/recorded-pipeline.ts'
import { suite } from '../../support/suite.ts'

class Env extends LocalEnvironment {
  pipeline(): RecordedPipeline {
    return this.recorded
  }
}

const recorded = () => {
  const env = new Env('submits')
  const seen = env.fromBatch([1]).collect()
  return { pipeline: env.pipeline(), seen, env }
}

suite('submits of this process', (test) => {
  test('are numbered, and each knows what those before it have come to', async () => {
    const first = noteLocalSubmit(recorded().pipeline)
    const second = noteLocalSubmit(recorded().pipeline)
    assert.is(second.ordinal, first.ordinal! + 1)
    assert.is(second.earlier().length, second.ordinal)
    assert.is(second.earlier().at(-1), null)
    const error = new Error('it failed')
    settleWith(first, Promise.reject(error))
    await Promise.resolve()
    assert.equal(second.earlier().at(-1), { result: null, error, collected: [['n1', []]] })
  })

  test('with what collect() has received by then', async () => {
    const { pipeline, seen, env } = recorded()
    const noted = noteLocalSubmit(pipeline)
    const result = await env.submit({ autostop: true })
    noted.settle({ result, error: null })
    const after = noteLocalSubmit(recorded().pipeline)
    const known = after.earlier()[noted.ordinal!]!
    assert.is(known.result, result)
    assert.equal(known.collected, [['n1', seen.values]])
    assert.equal(seen.values, [1])
  })

  test('are remembered up to a number of them', () => {
    const { pipeline } = recorded()
    const ordinals = Array.from({ length: MOST_SUBMITS + 1 }, () => noteLocalSubmit(pipeline).ordinal)
    assert.is(ordinals.at(-1), null)
    assert.is(Math.max(...ordinals.map((ordinal) => ordinal ?? 0)), MOST_SUBMITS - 1)
  })
})
