import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { suite } from '../support/suite.ts'
import { RecordingEnvironment, thrown, untyped } from './recorded.ts'

const add = (a: number, b: number): number => a + b

suite('DataStream', (test) => {
  test('records results for the whole stream with one subtask', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    const aggregator = { create: () => 0, add, result: (n: number) => n }
    const seed = (): number => 0

    source.reduce(add)
    assert.is(env.given, add)
    const kinds = [env.last.kind]
    source.aggregate(aggregator)
    assert.is(env.given, aggregator)
    kinds.push(env.last.kind)
    source.scan(add, seed)
    assert.equal(env.given, { fold: add, seed })
    kinds.push(env.last.kind)
    source.count({ name: 'total' })
    assert.is(env.given, undefined)
    kinds.push(env.last.kind)

    assert.equal(kinds, ['reduce', 'aggregate', 'scan', 'count'])
    for (const node of env.nodes.slice(1)) {
      assert.is(node.parallelism, 1)
      assert.is(node.keyed, false)
    }
    assert.is(env.last.name, 'total')
  })

  test('refuses functions that are none', () => {
    const source = new RecordingEnvironment().fromBatch([1])
    assert.match(thrown(() => source.reduce(untyped({}))).message, /^reduce expects a reducer/)
    assert.match(thrown(() => source.scan(untyped(0), 0)).message, /^scan expects a fold/)
    const error = thrown(() => source.aggregate(untyped({ create: add })))
    assert.match(error.message, /^aggregate expects an object with create, add, result/)
    assert.is(error.remedy, 'add add, result')
  })

  test('dedupes by key: keyBy and dedupe', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1]).dedupe((n) => n % 2, { capacity: 10, name: 'once' })
    const [, keyBy, dedupe] = env.nodes
    assert.is(keyBy!.kind, 'keyBy')
    assert.equal(dedupe!.inputs, [keyBy!.id])
    assert.is(dedupe!.keyed, true)
    assert.is(dedupe!.name, 'once')
    assert.is((dedupe as { capacity?: number }).capacity, 10)

    env.fromBatch([1]).dedupe()
    const selector = env.givenFor(env.nodes.at(-2)!.id) as (value: unknown) => unknown
    assert.is(selector('x'), 'x')
    assert.not('capacity' in env.last)
    assert.instance(
      thrown(() => env.fromBatch([1]).dedupe(undefined, { capacity: 0 })),
      InvalidArgumentError,
    )
  })

  test('reads side outputs of operators that have them', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    const split = source.process<number>(() => {})
    split.sideOutput('late', { name: 'late' })
    assert.equal(env.lastPlain, {
      id: 'n2',
      kind: 'sideOutput',
      inputs: [split.id],
      keyed: false,
      tag: 'late',
      name: 'late',
      onError: 'fail',
    })
    source
      .keyBy((n) => n)
      .process(() => {})
      .sideOutput('late')
    source
      .connect(source)
      .comap([(n) => n, (n) => n])
      .sideOutput('late')
    for (const stream of [source, source.filter(() => true), source.union(source)]) {
      assert.match(thrown(() => stream.sideOutput('late')).message, /which has no side outputs/)
    }
    assert.instance(
      thrown(() => split.sideOutput('')),
      InvalidArgumentError,
    )
  })
})
