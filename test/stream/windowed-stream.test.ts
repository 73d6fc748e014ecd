import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import {
  countWindow,
  globalWindow,
  session,
  sliding,
  tumbling,
  type WindowAssigner,
} from '../../src/functions/window-assigner.ts'
import {
  anyOf,
  continuous,
  early,
  onCount,
  onProcessingTime,
  onWatermark,
  purging,
} from '../../src/functions/window-trigger.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import type { KeyedStream } from '../../src/stream/keyed-stream.ts'
import type { WindowOptions } from '../../src/stream/window-options.ts'
import { suite } from '../support/suite.ts'
import { RecordingEnvironment, thrown, untyped } from './recorded.ts'

const ten = tumbling({ size: 10 })
const add = (a: number, b: number): number => a + b
const aggregator = { create: () => 0, add, result: (sum: number) => sum }

const create = (): {
  env: RecordingEnvironment
  stream: DataStream<number, Record<never, never>>
  keyed: KeyedStream<number, number, Record<never, never>>
} => {
  const env = new RecordingEnvironment()
  const stream = env.fromBatch([1])
  return { env, stream, keyed: stream.keyBy((n) => n) }
}

suite('WindowedStream', (test) => {
  test('records its windows as data, with what is left out filled in', () => {
    const { env, keyed } = create()
    keyed.window(ten).count({ name: 'per ten', uid: 'tens', parallelism: 2 })
    assert.equal(env.lastPlain, {
      id: 'n2',
      kind: 'window',
      name: 'per ten',
      uid: 'tens',
      parallelism: 2,
      onError: 'fail',
      inputs: [keyed.id],
      keyed: true,
      assigner: { type: 'tumbling', size: 10, offset: 0 },
      time: 'event',
      trigger: { type: 'watermark' },
      allowedLateness: 0,
      late: 'late',
      logic: 'count',
    })
    assert.equal(JSON.parse(JSON.stringify(env.lastPlain)), env.lastPlain)

    const trigger = purging(anyOf(onCount(2), early(3)))
    keyed
      .window(sliding({ size: 10, every: 5, offset: -1 }), { trigger, allowedLateness: 7, late: 'behind' })
      .reduce(add)
    const { assigner, trigger: recorded, allowedLateness, late } = env.lastPlain
    assert.equal(assigner, { type: 'sliding', size: 10, every: 5, offset: -1 })
    assert.equal(recorded, trigger)
    assert.equal([allowedLateness, late], [7, 'behind'])

    keyed.window(session({ gap: 5 }), { time: 'processing' }).process(() => {})
    assert.equal(env.lastPlain['trigger'], { type: 'processingTime' })
    keyed.window(countWindow(3)).count()
    assert.equal(env.lastPlain['assigner'], { type: 'count', size: 3, every: 3 })
  })

  test('hands on what users give, by the name of what becomes of the windows', () => {
    const { env, keyed } = create()
    const windowed = keyed.window(ten)
    const result = (n: number): string => String(n)
    const process = (): void => {}
    windowed.reduce(add, { name: 'sum' })
    assert.equal(env.given, { reduce: add, result: undefined })
    windowed.reduce(add, result, { name: 'sum as text' })
    assert.equal(env.given, { reduce: add, result })
    assert.is(env.last.name, 'sum as text')
    windowed.aggregate(aggregator)
    assert.is(env.given, aggregator)
    windowed.process(process)
    assert.is(env.given, process)
    assert.equal(
      env.nodes.slice(2).map((node) => (node as { logic?: string }).logic),
      ['reduce', 'reduce', 'aggregate', 'process'],
    )
  })

  test('of an unkeyed stream is in one subtask', () => {
    const { env, stream } = create()
    stream.window(ten).count()
    assert.is(env.last.parallelism, 1)
    assert.is(env.last.keyed, false)
    const error = thrown(() => stream.window(ten).count({ parallelism: 2 }))
    assert.match(error.message, /keyBy first/)
  })

  test('has a side output for late records', () => {
    const { env, keyed } = create()
    keyed.window(ten, { late: 'behind' }).count().sideOutput('behind')
    assert.is(env.last.kind, 'sideOutput')
  })

  const refused: readonly [name: string, assigner: unknown, options: unknown, message: RegExp][] = [
    ['no windows', undefined, {}, /there are no windows undefined/],
    ['windows that are none', { type: 'hopping' }, {}, /there are no windows/],
    ['a size of 0', tumbling({ size: 0 }), {}, /size must be a positive integer/],
    ['a size that is not whole', tumbling({ size: 1.5 }), {}, /size must be a positive integer/],
    ['an offset that is none', tumbling({ size: 1, offset: NaN }), {}, /offset must be a whole number/],
    ['gaps between windows', sliding({ size: 1, every: 2 }), {}, /would be in none/],
    ['gaps between counts', countWindow(1, 2), {}, /would be in none/],
    ['a session without gap', { type: 'session' }, {}, /gap must be a positive integer/],
    ['options that are none', ten, 5, /options of window must be an object/],
    ['an option of the operator', ten, { name: 'x' }, /no option 'name'/],
    ['a time that is none', ten, { time: 'ingestion' }, /there is no time 'ingestion'/],
    ['the global window without trigger', globalWindow(), {}, /given no trigger/],
    ['a trigger for count windows', countWindow(2), { trigger: onCount(1) }, /fires when it is full/],
    ['a trigger that is none', ten, { trigger: 'early' }, /there is no trigger 'early'/],
    ['a count of 0', ten, { trigger: onCount(0) }, /count must be a positive integer/],
    ['early without a time', ten, { trigger: early(untyped(undefined)) }, /after must be a positive integer/],
    ['continuous without a time', ten, { trigger: continuous(-1) }, /every must be a positive integer/],
    ['any of none', ten, { trigger: anyOf() }, /there is no trigger/],
    ['purging inside', ten, { trigger: anyOf(untyped(purging(onCount(1)))) }, /there is no trigger/],
    ['two waits', ten, { trigger: anyOf(early(1), anyOf(continuous(2))) }, /pass one of them/],
    [
      'the clock in event time',
      ten,
      { trigger: purging(onProcessingTime()) },
      /cannot fire by onProcessingTime/,
    ],
    [
      'event time by the clock',
      ten,
      { time: 'processing', trigger: onWatermark() },
      /cannot fire by onWatermark/,
    ],
    ['lateness below 0', ten, { allowedLateness: -1 }, /allowedLateness must be/],
    ['lateness without end', ten, { allowedLateness: Infinity }, /allowedLateness must be/],
    ['a tag of nothing', ten, { late: ' ' }, /non-empty string/],
    ['lateness by the clock', ten, { time: 'processing', allowedLateness: 1 }, /given allowedLateness/],
    ['late records by the clock', ten, { time: 'processing', late: 'x' }, /given late/],
    ['late records of counts', countWindow(2), { late: 'x' }, /too late for count windows/],
  ]
  for (const [name, assigner, options, message] of refused) {
    test(`refuses ${name}`, () => {
      const { env, keyed } = create()
      const error = thrown(() => keyed.window(assigner as WindowAssigner, options as WindowOptions))
      assert.instance(error, InvalidArgumentError)
      assert.match(error.message, message)
      assert.match(error.site!.file, /windowed-stream\.test/)
      assert.is(env.nodes.length, 2, 'nothing is recorded')
    })
  }

  test('refuses what cannot fold', () => {
    const { keyed } = create()
    assert.match(thrown(() => keyed.window(ten).reduce(untyped(5))).message, /expects a reducer/)
    assert.match(thrown(() => keyed.window(ten).aggregate(untyped({}))).message, /add create, add, result/)
    assert.match(thrown(() => keyed.window(ten).process(untyped({}))).message, /expects a function/)
    const sessions = keyed.window(session({ gap: 1 }))
    assert.match(thrown(() => sessions.aggregate(aggregator)).message, /add merge/)
    sessions.aggregate({ ...aggregator, merge: add })
    sessions.reduce(add)
    sessions.count()
  })
})
