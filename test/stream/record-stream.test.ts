import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { CollectBuffer } from '../../src/functions/collect-buffer.ts'
import { IterateBuffer } from '../../src/functions/iterate-buffer.ts'
import { suite } from '../support/suite.ts'
import { RecordingEnvironment, thrown, untyped } from './recorded.ts'

const same = (n: number): number => n

suite('streams: operators on single records', (test) => {
  test('record one node each, with the function in the table', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    const operators = {
      map: () => source.map(same),
      flatMap: () => source.flatMap((n) => [n]),
      process: () => source.process(() => {}),
      filter: () => source.filter((n) => n > 1),
      tap: () => source.tap(() => {}),
    }
    for (const [kind, record] of Object.entries(operators)) {
      const { id } = record()
      assert.equal(env.lastPlain, {
        id,
        kind,
        inputs: ['n0'],
        keyed: false,
        name: `${kind}-1`,
        onError: 'fail',
        concurrency: 1,
        ordered: true,
      })
      assert.type(env.given, 'function')
    }
  })

  test('take a function, an object or a class, as it is', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    class Add {
      map(n: number): number {
        return n + 1
      }
    }
    const object = new Add()
    for (const given of [same, Add, object]) {
      source.map(given)
      assert.is(env.given, given)
      assert.not(Object.isFrozen(given))
    }
  })

  test('refuse what is neither, naming the line', () => {
    const source = new RecordingEnvironment().fromBatch([1])
    const refused: Record<string, () => unknown> = {
      map: () => source.map(untyped(undefined)),
      flatMap: () => source.flatMap(untyped({ map: same })),
      process: () => source.process(untyped(null)),
      filter: () => source.filter(untyped('x')),
      tap: () => source.tap(untyped([])),
      sink: () => source.sink(untyped({})),
    }
    for (const [operator, call] of Object.entries(refused)) {
      const error = thrown(call)
      assert.instance(error, InvalidArgumentError)
      assert.match(error.message, new RegExp(`^${operator} expects a function, got`))
      assert.is(error.site?.file, fileURLToPath(import.meta.url))
    }
    assert.match(thrown(() => source.sink(untyped({}))).remedy!, /a method "write"/)
  })

  test('see the key on a keyed stream', () => {
    const env = new RecordingEnvironment()
    const keyed = env.fromBatch([1]).keyBy(same)
    keyed.map(same)
    assert.is(env.last.keyed, true)
    assert.equal(env.last.inputs, [keyed.id])
    keyed.sink(same)
    assert.is(env.last.keyed, true)
  })
})

suite('streams: sinks', (test) => {
  test('return the same stream', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    assert.is(source.sink(same), source)
    assert.is(source.print(), source)
    const keyed = source.keyBy(same)
    assert.is(keyed.sink(same), keyed)
  })

  test('take arrays when asked to', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    source.sink((rows) => void rows.length, { batch: { size: 10, interval: 5 }, concurrency: 2 })
    assert.equal((({ batch, concurrency }) => ({ batch, concurrency }))(untyped(env.last)), {
      batch: { size: 10, interval: 5 },
      concurrency: 2,
    })
    for (const batch of [{ size: 0 }, { size: 1, interval: 0 }, {}]) {
      assert.instance(
        thrown(() => source.sink(same as never, { batch: untyped(batch) })),
        InvalidArgumentError,
      )
    }
  })

  test('print writes with console.log, after the prefix', ({ cleanup }) => {
    const env = new RecordingEnvironment()
    const lines: unknown[][] = []
    const { log } = console
    cleanup(() => (console.log = log))
    env.fromBatch([1]).print()
    const plain = env.given as (value: unknown) => void
    env.fromBatch([1]).print({ prefix: 'n:', name: 'out' })
    const prefixed = env.given as (value: unknown) => void
    console.log = (...values) => void lines.push(values)
    plain('a')
    prefixed({ b: 1 })
    console.log = log
    assert.equal(lines, [['a'], ['n:', { b: 1 }]])
    assert.is(env.last.name, 'out')
    assert.instance(
      thrown(() => env.fromBatch([1]).print({ prefix: untyped(1) })),
      InvalidArgumentError,
    )
  })

  test('collect gives what its buffer holds', () => {
    const env = new RecordingEnvironment()
    const seen = env.fromBatch([1]).collect()
    assert.instance(env.given, CollectBuffer)
    void (env.given as CollectBuffer<number>).write(1)
    assert.equal(seen.values, [1])
    assert.is((env.last as { capacity?: number }).capacity, 1_000_000)
    env.fromBatch([1]).collect({ capacity: 5, name: 'seen' })
    assert.is((env.last as { capacity?: number }).capacity, 5)
    assert.is(env.last.name, 'seen')
    assert.instance(
      thrown(() => env.fromBatch([1]).collect({ capacity: 0 })),
      InvalidArgumentError,
    )
  })

  test('toAsyncIterable gives what its buffer passes', () => {
    const env = new RecordingEnvironment()
    const iterable = env.fromBatch([1]).toAsyncIterable()
    assert.instance(env.given, IterateBuffer)
    assert.is(env.given, iterable)
    assert.is((env.last as { capacity?: number }).capacity, 1024)
    assert.instance(
      thrown(() => env.fromBatch([1]).toAsyncIterable({ capacity: 1.5 })),
      InvalidArgumentError,
    )
  })
})
