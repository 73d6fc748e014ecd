import * as assert from 'uvu/assert'
import { compile } from '../../../src/compiler/compile.ts'
import { carriesLetters } from '../../../src/compiler/instantiate/carries-letters.ts'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'

suite('carriesLetters', (test) => {
  test('is so from who gives up to who reads, and on as long as letters stay what they are', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1])
      .map((n) => n, { name: 'parse', onError: 'dead-letter' })
      .sink(() => {}, { name: 'numbers' })
    env
      .deadLetters()
      .filter(() => true, { name: 'some' })
      .keyBy(({ operator }) => operator, { name: 'by operator' })
      .map(({ record }) => record, { name: 'records' })
      .sink(() => {}, { name: 'archive' })
    const plan = compile(env.graph, 1)
    const names = new Map(plan.nodes.map(({ transformation: { id, name } }) => [id, name]))
    const letters = plan.edges.filter((edge) => carriesLetters(plan, edge))
    assert.equal(letters.map(({ from, to }) => `${names.get(from)} > ${names.get(to)}`).toSorted(), [
      'by operator > records',
      'deadLetters-1 > some',
      'parse > deadLetters-1',
      'some > by operator',
    ])
  })
})
