import { fileURLToPath } from 'node:url'
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { isObservable, of, type Subscribable } from 'rxjs'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { END } from '../../src/functions/user-functions.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import { RecordingEnvironment, thrown, untyped } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

const sourceOf = (env: RecordingEnvironment): unknown => (env.last as { source?: unknown }).source

async function* generate(): AsyncGenerator<number> {
  yield 1
}

suite('environment: sources', (test) => {
  test('fromBatch takes what can be iterated, or a function that returns it, and leaves it alone', () => {
    const env = new RecordingEnvironment()
    const items = [{ a: 1 }]
    for (const input of [items, new Set([1]), 'text', generate(), generate, () => items]) {
      env.fromBatch<unknown>(input)
      assert.equal(sourceOf(env), { type: 'batch' })
      assert.is(env.given, input)
    }
    assert.not(Object.isFrozen(items))
    assert.not(Object.isFrozen(items[0]))
    env.fromBatch(items, { parallelism: 2, name: 'items', uid: 'i' })
    assert.is(env.last.parallelism, 2)
    assert.is(env.last.name, 'items')
    for (const input of [undefined, null, 3, {}, Promise.resolve([])]) {
      const error = thrown(() => env.fromBatch(untyped(input)))
      assert.instance(error, InvalidArgumentError)
      assert.match(error.message, /^fromBatch cannot read/)
      assert.is(error.site?.file, fileURLToPath(import.meta.url))
    }
  })

  test('fromSource takes a function, an object or a class', () => {
    const env = new RecordingEnvironment()
    class Source {
      next(): number | typeof END {
        return END
      }
    }
    for (const source of [() => END, new Source(), Source]) {
      env.fromSource(untyped(source))
      assert.equal(sourceOf(env), { type: 'pull' })
      assert.is(env.given, source)
    }
    assert.match(thrown(() => env.fromSource(untyped({}))).message, /^fromSource expects a function/)
  })

  test('fromObservable takes what can be subscribed to, and says what happens when it is too fast', () => {
    const env = new RecordingEnvironment()
    const numbers = of(1)
    env.fromObservable(numbers)
    assert.is(env.given, numbers)
    assert.equal(sourceOf(env), { type: 'observable', overflow: 'error', capacity: 1024 })
    assert.is(env.last.parallelism, 1)
    env.fromObservable(numbers, { overflow: 'drop-oldest', capacity: 2, name: 'hot' })
    assert.equal(sourceOf(env), { type: 'observable', overflow: 'drop-oldest', capacity: 2 })
    assert.is(env.last.name, 'hot')
    const refused = [
      () => env.fromObservable(untyped([1])),
      () => env.fromObservable(untyped(undefined)),
      () => env.fromObservable(numbers, { overflow: untyped('buffer') }),
      () => env.fromObservable(numbers, { capacity: 0 }),
      () => env.fromObservable(numbers, untyped({ parallelism: 2 })),
    ]
    for (const call of refused) assert.instance(thrown(call), InvalidArgumentError, String(call))
  })

  test('fromObservable makes an Observable of what only has subscribe', () => {
    const env = new RecordingEnvironment()
    let unsubscribed = 0
    const foreign: Subscribable<number> = {
      subscribe: (observer) => {
        observer.next?.(7)
        return { unsubscribe: () => void unsubscribed++ }
      },
    }
    env.fromObservable(foreign)
    const seen: unknown[] = []
    assert.ok(isObservable(env.given))
    env.given.subscribe((value) => seen.push(value)).unsubscribe()
    assert.equal(seen, [7])
    assert.is(unsubscribed, 1)
  })

  test('fromReadable takes streams of Node and of the web, or a function that opens one', () => {
    const env = new RecordingEnvironment()
    const node = Readable.from([1])
    const web = new ReadableStream<number>()
    for (const readable of [node, web, () => node, () => web]) {
      env.fromReadable(untyped(readable))
      assert.equal(sourceOf(env), { type: 'readable' })
      assert.is(env.given, readable)
    }
    for (const input of [undefined, 'file.txt', {}, 3]) {
      assert.match(thrown(() => env.fromReadable(untyped(input))).message, /^fromReadable cannot read/)
    }
  })

  test('fromInterval counts', () => {
    const env = new RecordingEnvironment()
    env.fromInterval(10)
    assert.equal(sourceOf(env), { type: 'interval', period: 10 })
    env.fromInterval(10, { count: 3, name: 'tick' })
    assert.equal(sourceOf(env), { type: 'interval', period: 10, count: 3 })
    for (const ms of [0, -1, NaN, Infinity, '10']) {
      assert.instance(
        thrown(() => env.fromInterval(untyped(ms))),
        InvalidArgumentError,
      )
    }
    assert.instance(
      thrown(() => env.fromInterval(10, { count: 1.5 })),
      InvalidArgumentError,
    )
  })

  test('fromFuture is named, and bounded', () => {
    const env = new RecordingEnvironment()
    env.fromFuture<number>('again')
    assert.equal(env.lastPlain, {
      id: 'n0',
      kind: 'future',
      inputs: [],
      keyed: false,
      admit: 1024,
      capacity: 100_000,
      name: 'again',
      onError: 'fail',
    })
    const refused = [
      () => env.fromFuture(''),
      () => env.fromFuture('x', { admit: 0 }),
      () => env.fromFuture('x', { capacity: -1 }),
    ]
    for (const call of refused) assert.instance(thrown(call), InvalidArgumentError)
  })

  test('a source knows no error policy', () => {
    const env = new RecordingEnvironment()
    const error = thrown(() => env.fromBatch([1], untyped({ onError: 'skip' })))
    assert.match(error.message, /^a source knows no error policy/)
  })

  test('there is one stream of dead letters', () => {
    const env = new RecordingEnvironment()
    assert.is(env.deadLetters().id, env.deadLetters().id)
    assert.is(env.nodes.length, 1)
    assert.is(env.last.kind, 'deadLetters')
  })
})

suite('environment: services', (test) => {
  class Registry {
    readonly url: string
    constructor(url: string) {
      this.url = url
    }
    lookup(name: string): string {
      return name
    }
  }

  test('keeps what is registered, in order, and returns itself', () => {
    const env = new RecordingEnvironment()
    assert.is(env.registerService('b', Registry, 'http://b'), env)
    env.registerService('a', () => ({ now: () => 1 }))
    env.registerPipeline('c', (requests: DataStream<number>) => requests.map((n) => n + 1), {
      concurrency: 3,
    })
    assert.equal(
      env.registered.map(({ type, name }) => [type, name]),
      [
        ['service', 'b'],
        ['service', 'a'],
        ['pipeline', 'c'],
      ],
    )
    assert.equal(env.graph.services, ['b', 'a', 'c'])
    const [b] = env.registered
    assert.is(((b as { definition: { create(): unknown } }).definition.create() as Registry).url, 'http://b')
  })

  test('refuses a name that is empty or taken, by services and pipelines alike', () => {
    const env = new RecordingEnvironment()
    env.registerService('a', Registry, 'url')
    env.registerPipeline('p', (requests: DataStream<number>) => requests)
    const refused = [
      () => env.registerService('', Registry, 'url'),
      () => env.registerService('a', Registry, 'url'),
      () => env.registerService('p', Registry, 'url'),
      () => env.registerPipeline('a', (requests: DataStream<number>) => requests),
      () => env.registerPipeline(' ', (requests: DataStream<number>) => requests),
    ]
    for (const call of refused) assert.instance(thrown(call), InvalidArgumentError, String(call))
    assert.equal(env.graph.services, ['a', 'p'])
  })

  test('records a pipeline between its requests and its replies', () => {
    const env = new RecordingEnvironment()
    env.registerPipeline('geo', (requests: DataStream<string>) => requests.map((text) => text.length))
    const [requests, map, reply] = env.nodes
    assert.equal((requests as { source?: unknown }).source, { type: 'requests', service: 'geo' })
    assert.is(requests!.name, 'geo requests')
    assert.equal(map!.inputs, [requests!.id])
    assert.equal(reply!.inputs, [map!.id])
    assert.is(reply!.kind, 'sink')
    assert.is((reply as { sink?: string }).sink, 'reply')
    assert.is((reply as { service?: string }).service, 'geo')
    assert.equal(env.registered, [{ type: 'pipeline', name: 'geo', requests: 'n0', reply: 'n2' }])
  })

  test('refuses a pipeline that returns no stream of this environment', () => {
    const env = new RecordingEnvironment()
    const other = new RecordingEnvironment('other').fromBatch([1])
    for (const returned of [undefined, 3, other]) {
      const error = thrown(() => env.registerPipeline('p', () => untyped(returned)))
      assert.match(error.message, /^the pipeline "p" returned/)
    }
    assert.instance(
      thrown(() => env.registerPipeline('p', untyped(3))),
      InvalidArgumentError,
    )
    const limit = { concurrency: 0 }
    assert.instance(
      thrown(() => env.registerPipeline('p', (r: DataStream<1>) => r, limit)),
      InvalidArgumentError,
    )
  })
})

suite('environment: construction', (test) => {
  test('needs a name', () => {
    assert.instance(
      thrown(() => new RecordingEnvironment('')),
      InvalidArgumentError,
    )
    assert.is(new RecordingEnvironment('licences').name, 'licences')
    assert.is(new RecordingEnvironment('licences').graph.name, 'licences')
  })

  test('the same program gives the same graph', () => {
    const program = (): RecordingEnvironment => {
      const env = new RecordingEnvironment()
      env.fromBatch([1]).keyBy(String).filter(Boolean).count().print()
      return env
    }
    const graphs = [program().graph, program().graph]
    assert.equal(graphs[0], graphs[1])
  })
})
