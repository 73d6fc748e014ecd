import { of } from 'rxjs'
import * as assert from 'uvu/assert'
import { checkSubmitOptions } from '../../src/environment/submit-options.ts'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { boundedOutOfOrderness } from '../../src/functions/watermark-strategy.ts'
import { checkOptionNames } from '../../src/graph/option-names.ts'
import { RecordingEnvironment, thrown, untyped } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

type Call = (env: RecordingEnvironment, options: never) => unknown

const numbers = (env: RecordingEnvironment) => env.fromBatch([1, 2])
const keyed = (env: RecordingEnvironment) => numbers(env).keyBy((n) => n)
const same = (n: number): number => n

/** What takes options, and a misspelt option of it, with what was meant. */
const calls: Record<string, [call: Call, misspelt: Record<string, unknown>, meant?: string]> = {
  fromBatch: [(env, options) => env.fromBatch([1], options), { paralelism: 2 }, 'parallelism'],
  fromSource: [(env, options) => env.fromSource(() => 1, options), { nmae: 'x' }, 'name'],
  fromObservable: [(env, options) => env.fromObservable(of(1), options), { capacty: 5 }, 'capacity'],
  fromInterval: [(env, options) => env.fromInterval(1, options), { counts: 5 }, 'count'],
  fromFuture: [(env, options) => env.fromFuture('again', options), { admits: 5 }, 'admit'],
  map: [(env, options) => numbers(env).map(same, options), { Concurrency: 2 }, 'concurrency'],
  'keyed map': [(env, options) => keyed(env).map(same, options), { time_out: 2 }, 'timeout'],
  sink: [(env, options) => numbers(env).sink(() => {}, options), { batched: { size: 1 } }, 'batch'],
  print: [(env, options) => numbers(env).print(options), { prefx: '' }, 'prefix'],
  collect: [(env, options) => numbers(env).collect(options), { capcity: 2 }, 'capacity'],
  toAsyncIterable: [(env, options) => numbers(env).toAsyncIterable(options), { capcity: 2 }, 'capacity'],
  keyBy: [(env, options) => numbers(env).keyBy(same, options), { concurrency: 2 }],
  scan: [(env, options) => keyed(env).scan((a, b) => a + b, 0, options), { seed: 2 }],
  dedupe: [(env, options) => keyed(env).dedupe(options), { capacty: 2 }, 'capacity'],
  join: [(env, options) => keyed(env).join(keyed(env), same, options), { typ: 'left' }, 'type'],
  'connected join': [
    (env, options) => numbers(env).connect(numbers(env)).keyBy(same).join(same, options),
    { Type: 'left' },
    'type',
  ],
  union: [(env, options) => numbers(env).union(numbers(env), options), { uuid: 'a' }, 'uid'],
  take: [(env, options) => numbers(env).take(1, options), { limit: 2 }],
  pipe: [(env, options) => numbers(env).pipe((source) => source, options), { uids: 'a' }, 'uid'],
  'the size of a batch': [(env, size) => numbers(env).batch(size), { size: 3, intervall: 2 }, 'interval'],
  assignTimestamps: [
    (env, options) => numbers(env).assignTimestamps(same, boundedOutOfOrderness(1), options),
    { idleafter: 2 },
    'idleAfter',
  ],
  registerPipeline: [
    (env, options) => env.registerPipeline('p', (requests) => requests, options),
    { concurency: 2 },
    'concurrency',
  ],
  environment: [(_, options) => new RecordingEnvironment('other', options), { chunksize: 2 }, 'chunkSize'],
  submit: [(_, options) => checkSubmitOptions(options), { autoStop: true }, 'autostop'],
}

suite('unknown options', (test) => {
  for (const [what, [call, misspelt, meant]] of Object.entries(calls)) {
    test(`are refused by ${what}`, () => {
      const error = thrown(() => call(new RecordingEnvironment(), untyped(misspelt)))
      assert.instance(error, InvalidArgumentError)
      const name = Object.keys(misspelt).at(-1)
      assert.match(
        error.message,
        `has no option '${name}'${meant === undefined ? '\n' : `: did you mean '${meant}'?`}`,
      )
      assert.ok(error.site)
    })
  }

  test('name the operator, and the options there are', () => {
    const options = untyped({ name: 'parse', flavour: 'mint' })
    const error = thrown(() => numbers(new RecordingEnvironment()).map(same, options))
    assert.is(error.operator, 'parse')
    assert.match(error.message, /^map has no option 'flavour'\n/)
    const all = 'name, parallelism, uid, onError, placement, transfer, concurrency, ordered, timeout'
    assert.is(error.remedy, `leave it out; its options are ${all}`)
  })

  test('leave nothing in the graph', () => {
    const env = new RecordingEnvironment()
    const stream = numbers(env)
    thrown(() => stream.map(same, untyped({ flavour: 'mint' })))
    assert.is(env.nodes.length, 1)
    stream.map(same)
    assert.is(env.last.name, 'map-1')
  })
})

suite('checkOptionNames', (test) => {
  test('lets known options pass, whatever they are', () => {
    checkOptionNames('a', 'map', {}, [])
    checkOptionNames('a', 'map', { one: undefined }, ['one', 'two'])
  })

  test('refuses an unknown one even where it is undefined', () => {
    const error = thrown(() => checkOptionNames('a', 'map', { three: undefined }, []))
    assert.is(error.remedy, 'leave it out; it has no options')
  })
})
