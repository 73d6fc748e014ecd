import { map } from 'rxjs'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { suite } from '../support/suite.ts'
import { RecordingEnvironment, thrown, untyped } from './recorded.ts'

const same = (n: number): number => n

const plain = (env: RecordingEnvironment): Record<string, unknown> => {
  const { id: _, name: __, onError: ___, ...rest } = env.lastPlain
  return rest
}

suite('streams: routing and pacing', (test) => {
  test('record what they are told', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    const single = { inputs: ['n0'], keyed: false, parallelism: 1 }
    source.broadcast()
    assert.equal(plain(env), { kind: 'broadcast', inputs: ['n0'], keyed: false })
    source.rebalance({ name: 'deal' })
    assert.is(env.last.name, 'deal')
    source.batch(3, { name: 'threes' })
    assert.equal(plain(env), { kind: 'batch', inputs: ['n0'], keyed: false, size: 3 })
    source.batch({ size: 3, interval: 10 })
    assert.equal(plain(env), { kind: 'batch', inputs: ['n0'], keyed: false, size: 3, interval: 10 })
    source.take(0)
    assert.equal(plain(env), { kind: 'take', count: 0, ...single })
    source.skip(2)
    assert.equal(plain(env), { kind: 'skip', count: 2, ...single })
    source.throttle({ count: 5, interval: 100 })
    assert.equal(plain(env), { kind: 'throttle', count: 5, interval: 100, ...single })
    source.timeout(50)
    assert.equal(plain(env), { kind: 'timeout', ms: 50, ...single })
  })

  test('refuse numbers that can never work', () => {
    const source = new RecordingEnvironment().fromBatch([1])
    const refused = [
      () => source.batch(0),
      () => source.batch(untyped('3')),
      () => source.batch(untyped(undefined)),
      () => source.batch({ size: 2, interval: -1 }),
      () => source.take(-1),
      () => source.take(1.5),
      () => source.skip(NaN),
      () => source.throttle({ count: 0, interval: 1 }),
      () => source.throttle({ count: 1, interval: 0 }),
      () => source.timeout(0),
      () => source.timeout(Infinity),
    ]
    for (const call of refused) assert.instance(thrown(call), InvalidArgumentError, String(call))
  })

  test('refuse to be many where they are one', () => {
    const source = new RecordingEnvironment().fromBatch([1])
    const many = untyped({ parallelism: 2 })
    const refused = [
      () => source.take(1, many),
      () => source.skip(1, many),
      () => source.throttle({ count: 1, interval: 1 }, many),
      () => source.timeout(1, many),
      () => source.concat(source, many),
      () => source.reduce(same, many),
      () => source.scan(same, 0, many),
      () => source.count(many),
      () => source.aggregate({ create: () => 0, add: same, result: same }, many),
    ]
    for (const call of refused) {
      assert.match(thrown(call).message, /cannot run with parallelism 2/, String(call))
    }
    source.take(1, untyped({ parallelism: 1 }))
  })

  test('validate takes Standard Schemas alone', () => {
    const env = new RecordingEnvironment()
    const schema = z.object({ a: z.number() })
    env.fromBatch([{}]).validate(schema, { onError: 'skip' })
    assert.is(env.given, schema)
    assert.is(env.last.onError, 'skip')
    for (const given of [undefined, {}, same, { '~standard': {} }]) {
      assert.match(
        thrown(() => env.fromBatch([{}]).validate(untyped(given))).message,
        /^validate expects a Standard Schema/,
      )
    }
  })

  test('keyBy keeps its selector', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1]).keyBy(same, { parallelism: 2 })
    assert.equal(plain(env), { kind: 'keyBy', inputs: ['n0'], keyed: false, parallelism: 2 })
    assert.is(env.given, same)
    assert.match(
      thrown(() => env.fromBatch([1]).keyBy(untyped('id'))).message,
      /^keyBy expects a key selector, a function/,
    )
  })
})

suite('streams: combining', (test) => {
  test('union and concat read all inputs, in order, one given twice twice', () => {
    const env = new RecordingEnvironment()
    const [a, b, c] = [env.fromBatch([1]), env.fromBatch([2]), env.fromBatch([3])]
    a.union(b, c, a)
    assert.equal(env.last.inputs, ['n0', 'n1', 'n2', 'n0'])
    a.union(b.keyBy(same), { name: 'all', parallelism: 3 })
    assert.equal(env.last.inputs, ['n0', 'n4'])
    assert.is(env.last.name, 'all')
    a.concat(b, { name: 'after' })
    assert.equal(env.last.inputs, ['n0', 'n1'])
    assert.is(env.last.name, 'after')
    assert.is(env.last.parallelism, 1)
  })

  test('refuse streams of two environments, naming both', () => {
    const [one, two] = [new RecordingEnvironment('one'), new RecordingEnvironment('two')]
    const [a, b] = [one.fromBatch([1]), two.fromBatch([2])]
    const refused = [
      () => a.union(b),
      () => a.concat(b),
      () => a.connect(b),
      () => a.keyBy(same).join(b.keyBy(same), same),
      () => a.fillFuture(two.fromFuture<number>('again')),
    ]
    for (const call of refused) {
      const error = thrown(call)
      assert.instance(error, InvalidArgumentError)
      assert.match(error.message, /"one" and "two"/)
    }
  })

  test('refuse what is no stream, and nothing at all', () => {
    const a = new RecordingEnvironment().fromBatch([1])
    assert.match(thrown(() => a.union(untyped([1]))).message, /^union/)
    assert.match(thrown(() => a.connect(untyped(3))).message, /^connect expects streams, got 3/)
    assert.match(thrown(() => a.union()).message, /^union was given no other stream/)
    assert.match(thrown(() => a.concat({ name: 'x' })).message, /^concat was given no other stream/)
    assert.match(thrown(() => (a.connect as () => unknown)()).message, /^connect was given no other stream/)
  })

  test('fillFuture closes the loop, once', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    assert.is(again.filled, false)
    const loop = env.fromBatch([1]).union(again).map(same)
    loop.fillFuture(again)
    assert.is(again.filled, true)
    assert.equal(env.nodes[0]!.inputs, [loop.id])
    assert.match(
      thrown(() => loop.fillFuture(again)).message,
      /^the future "again" is filled already, by "map-1"/,
    )
    assert.match(thrown(() => loop.fillFuture(untyped(loop))).message, /^"map-1" is no future/)
  })

  test('pipe keeps options apart from operators', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    source.pipe(map(same), map(same), { name: 'rx', parallelism: 2 })
    assert.equal(plain(env), { kind: 'pipe', inputs: ['n0'], keyed: false, parallelism: 2 })
    assert.is(env.last.name, 'rx')
    source.pipe(map(same), { stateless: true })
    assert.equal(plain(env), { kind: 'pipe', inputs: ['n0'], keyed: false, stateless: true })
    source.pipe(map(same))
    assert.type(env.given, 'function')
    assert.match(
      thrown(() => source.pipe(untyped(3))).message,
      /^pipe expects RxJS operators, a function; got 3/,
    )
    assert.match(
      thrown(() => source.pipe(map(same), untyped({ onError: 'skip' }))).message,
      /no error policy/,
    )
    assert.match(
      thrown(() => source.pipe(map(same), untyped({ stateless: 'yes' }))).message,
      /^stateless is 'yes'/,
    )
  })
})
