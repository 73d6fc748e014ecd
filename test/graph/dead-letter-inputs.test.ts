import * as assert from 'uvu/assert'
import { connectDeadLetters, deadLetterInputs } from '../../src/graph/dead-letter-inputs.ts'
import { findLoops } from '../../src/graph/find-loops.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import { RecordingEnvironment } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

const same = (n: number): number => n
const onError = 'dead-letter'

suite('deadLetterInputs', (test) => {
  test('are the operators with that policy, also after retries', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1])
      .map(same) // n1
      .map(same, { onError }) // n2
      .map(same, { onError: 'skip' }) // n3
      .map(same, { onError: { retry: { attempts: 1 }, then: 'dead-letter' } }) // n4
      .map(same, { onError: { retry: { attempts: 1 } } }) // n5
      .sink(same, { onError }) // n6
    assert.equal(deadLetterInputs(env.graph), ['n2', 'n4', 'n6'])
  })

  test('are not those downstream of the stream itself', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1]).map(same, { onError }).print()
    env
      .deadLetters()
      .map(() => 1, { onError })
      .sink(() => {}, { onError })
    assert.equal(deadLetterInputs(env.graph), ['n1'])
  })

  test('are those again that it feeds through a future', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again') // n0
    env.fromBatch([1]).union(again).map(same, { onError }).print() // n1 to n4
    env
      .deadLetters<number>()
      .map(({ record }) => record)
      .fillFuture(again) // n5, n6
    assert.equal(deadLetterInputs(env.graph), ['n3'])
    assert.equal(findLoops(connectDeadLetters(env.graph)), [['n0', 'n2', 'n3', 'n5', 'n6']])
  })

  test('are not those of pipelines that are services', () => {
    const env = new RecordingEnvironment()
    env.registerPipeline('geo', (requests: DataStream<number>) => requests.map(same, { onError }))
    assert.equal(deadLetterInputs(env.graph), [])
  })
})

suite('connectDeadLetters', (test) => {
  test('leaves a graph alone that does not read its dead letters', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1]).map(same, { onError }).print()
    assert.is(connectDeadLetters(env.graph), env.graph)
  })
})
