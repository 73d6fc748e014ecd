import * as assert from 'uvu/assert'
import { compile } from '../../../src/compiler/compile.ts'
import { isMoved } from '../../../src/compiler/instantiate/is-moved.ts'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'

const moved = (env: RecordingEnvironment): readonly string[] => {
  const plan = compile(env.graph, 1)
  return plan.edges.filter((edge) => isMoved(plan, edge)).map(({ from, to }) => `${from}>${to}`)
}

suite('isMoved', (test) => {
  test('is so behind who gives away, and what passes records on', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1], { transfer: true }) // n0
      .filter(() => true) // n1
      .keyBy((n) => n) // n2
      .map((n) => n) // n3
      .sink(() => {}) // n4
    assert.equal(moved(env), ['n0>n1', 'n1>n2', 'n2>n3'])
  })

  test('is not so where several get a record', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1], { transfer: true })
    source.map((n) => n).sink(() => {})
    source.sink(() => {})
    const all = env.fromBatch([1], { transfer: true }).broadcast()
    all.map((n) => n, { parallelism: 2 }).sink(() => {})
    assert.equal(moved(env), ['n4>n5'])
  })

  test('is as the nearest says that makes records', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1], { transfer: true })
      .map((n) => n)
      .map((n) => n, { transfer: true })
      .map((n) => n, { transfer: false })
      .sink(() => {})
    assert.equal(moved(env), ['n0>n1', 'n2>n3'])
  })
})
