import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { KeyedStream } from '../../src/stream/keyed-stream.ts'
import { suite } from '../support/suite.ts'
import { RecordingEnvironment, thrown, untyped } from './recorded.ts'

const add = (a: number, b: number): number => a + b
const parity = (n: number): number => n % 2

suite('KeyedStream', (test) => {
  test('records keyed operators, which may have many subtasks', () => {
    const env = new RecordingEnvironment()
    const keyed = env.fromBatch([1]).keyBy(parity)
    const record = [
      () => keyed.reduce(add, { parallelism: 2 }),
      () => keyed.aggregate({ create: () => 0, add, result: add }, { parallelism: 2 }),
      () => keyed.scan(add, 0, { parallelism: 2 }),
      () => keyed.count({ parallelism: 2 }),
      () => keyed.dedupe({ parallelism: 2 }),
      () => keyed.process(() => {}, { parallelism: 2 }),
    ]
    for (const call of record) {
      call()
      assert.is(env.last.keyed, true)
      assert.is(env.last.parallelism, 2)
      assert.equal(env.last.inputs, [keyed.id])
    }
  })

  test('keeps the key through filter and tap, by the same selector', () => {
    const env = new RecordingEnvironment()
    const keyed = env.fromBatch([1]).keyBy(parity) // n1
    const left = keyed.filter((n) => n > 0).tap(() => {}) // n2, n3 (keyBy), n4
    assert.instance(left, KeyedStream)
    left.count() // n5 (keyBy), n6
    left.reduce(add) // n7
    const shape = env.nodes.map(({ kind, inputs, keyed }) => ({ kind, inputs, keyed }))
    assert.equal(shape.slice(2), [
      { kind: 'filter', inputs: ['n1'], keyed: true },
      { kind: 'keyBy', inputs: ['n2'], keyed: false },
      { kind: 'tap', inputs: ['n3'], keyed: true },
      { kind: 'keyBy', inputs: ['n4'], keyed: false },
      { kind: 'count', inputs: ['n5'], keyed: true },
      { kind: 'reduce', inputs: ['n5'], keyed: true },
    ])
    assert.is((env.nodes[3] as { sameAs?: string }).sameAs, 'n1')
    assert.is((env.nodes[5] as { sameAs?: string }).sameAs, 'n3')
    assert.is(env.givenFor('n5'), parity)
  })

  test('does not ask for a key that nobody reads', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1])
      .keyBy(parity)
      .filter((n) => n > 0)
      .batch(2)
    assert.equal(
      env.nodes.map(({ kind }) => kind),
      ['source', 'keyBy', 'filter', 'batch'],
    )
    assert.equal(env.last.inputs, ['n2'])
  })

  test('joins two keyed streams', () => {
    const env = new RecordingEnvironment()
    const [a, b] = [env.fromBatch([1]).keyBy(parity), env.fromBatch([2]).keyBy(parity)]
    const join = (left: number, right: number | undefined): number => left + (right ?? 0)
    a.join(b, join, { type: 'left', parallelism: 2, name: 'pairs' })
    assert.equal(env.lastPlain, {
      id: 'n4',
      kind: 'join',
      inputs: [a.id, b.id],
      keyed: true,
      type: 'left',
      name: 'pairs',
      onError: 'fail',
      parallelism: 2,
    })
    assert.equal(env.given, { join })
    a.join(
      b.filter(() => true),
      add,
    )
    assert.is((env.last as { type?: string }).type, 'inner')
    assert.is(env.nodes.find(({ id }) => id === env.last.inputs[1])!.kind, 'keyBy')
    a.join(a, add)
    assert.equal(env.last.inputs, [a.id, a.id])
  })

  test('refuses to join anything else', () => {
    const env = new RecordingEnvironment()
    const a = env.fromBatch([1])
    const keyed = a.keyBy(parity)
    for (const right of [a, undefined, [1], {}]) {
      const error = thrown(() => keyed.join(untyped(right), add))
      assert.instance(error, InvalidArgumentError)
      assert.match(error.message, /^join expects a keyed stream/)
      assert.match(error.remedy!, /keyBy/)
    }
    assert.match(thrown(() => keyed.join(keyed, untyped(null))).message, /^join expects a join function/)
    const outer = untyped({ type: 'outer' })
    assert.match(thrown(() => keyed.join(keyed, add, outer)).message, /^there is no join of type 'outer'/)
  })
})
