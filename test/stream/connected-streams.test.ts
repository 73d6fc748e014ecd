import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { suite } from '../support/suite.ts'
import { RecordingEnvironment, thrown, untyped } from './recorded.ts'

const size = (text: string): number => text.length
const same = (n: number): number => n

const connected = () => {
  const env = new RecordingEnvironment()
  const streams = env.fromBatch([1]).connect(env.fromBatch(['a']), env.fromBatch([2]))
  return { env, streams }
}

class Three {
  map0(n: number): number {
    return n
  }
  map1(text: string): string {
    return text
  }
  map2(n: number): number {
    return n
  }
}

suite('ConnectedStreams', (test) => {
  test('comap reads all inputs, with a function for each', () => {
    const { env, streams } = connected()
    const functions = [same, size, same] as const
    streams.comap(functions, { concurrency: 2, name: 'mix' })
    assert.equal(env.lastPlain, {
      id: 'n3',
      kind: 'comap',
      inputs: ['n0', 'n1', 'n2'],
      keyed: false,
      name: 'mix',
      onError: 'fail',
      concurrency: 2,
      ordered: true,
    })
    assert.is(env.given, functions)
    streams.comap(Three)
    assert.is(env.given, Three)
  })

  test('refuses another number of functions than inputs, naming both', () => {
    const { streams } = connected()
    const error = thrown(() => streams.comap(untyped([same, size])))
    assert.instance(error, InvalidArgumentError)
    assert.match(error.message, /^comap of 3 inputs was given 2 functions/)

    class Two {
      map0 = same
      map1(): void {}
    }
    class Four extends Three {
      map3(): void {}
    }
    assert.match(
      thrown(() => streams.comap(untyped(Two))).message,
      /^comap of 3 inputs was given a class with 0 methods/,
    )
    assert.match(
      thrown(() => streams.comap(Four)).message,
      /^comap of 3 inputs was given a class with 4 methods/,
    )
    assert.match(
      thrown(() => streams.comap(untyped([same, 'b', same]))).message,
      /^comap was given 'b' for a function/,
    )
    assert.match(
      thrown(() => streams.comap(untyped(undefined))).message,
      /^comap expects functions or a class/,
    )
    assert.match(thrown(() => streams.comap(untyped(same))).message, /^comap expects functions or a class/)
  })

  test('map and sink work on the union', () => {
    const { env, streams } = connected()
    streams.map((value) => value)
    assert.equal(
      env.nodes.slice(3).map(({ kind, inputs }) => [kind, ...inputs]),
      [
        ['union', 'n0', 'n1', 'n2'],
        ['map', 'n3'],
      ],
    )
    const union = streams.sink(() => {}, { batch: { size: 2 } })
    assert.is(env.last.kind, 'sink')
    assert.equal(env.last.inputs, [union.id])
  })

  test('connects a stream to itself', () => {
    const env = new RecordingEnvironment()
    const a = env.fromBatch([1])
    a.connect(a).comap([same, same])
    assert.equal(env.last.inputs, ['n0', 'n0'])
  })

  test('keyBy takes one selector for all inputs, or one for each', () => {
    const { env, streams } = connected()
    const each = [same, size, same] as const
    streams.keyBy(each).comap([same, size, same])
    assert.equal(env.last.inputs, ['n3', 'n4', 'n5'])
    assert.is(env.last.keyed, true)
    assert.equal(
      ['n3', 'n4', 'n5'].map((id) => env.givenFor(id)),
      [...each],
    )
    streams.keyBy(String).comap(Three)
    assert.equal(
      env.last.inputs.map((id) => env.givenFor(id)),
      [String, String, String],
    )
    assert.match(
      thrown(() => streams.keyBy(untyped([same]))).message,
      /^keyBy of 3 inputs was given 1 selectors/,
    )
    assert.match(thrown(() => streams.keyBy(untyped('id'))).message, /^keyBy expects key selectors/)
  })

  test('joins two', () => {
    const env = new RecordingEnvironment()
    const join = (n: number | undefined, text: string | undefined): string => `${n}${text}`
    env
      .fromBatch([1])
      .connect(env.fromBatch(['a']))
      .keyBy([same, size])
      .join(join, { type: 'full' })
    assert.equal(env.last.inputs, ['n2', 'n3'])
    assert.is((env.last as { type?: string }).type, 'full')
    assert.equal(env.given, { join })
  })

  test('refuses to join three', () => {
    const error = thrown(() =>
      connected()
        .streams.keyBy(String)
        .join(untyped(() => 1)),
    )
    assert.instance(error, InvalidArgumentError)
    assert.match(error.message, /^a join has two inputs, got 3/)
    assert.ok(error.remedy)
  })
})
