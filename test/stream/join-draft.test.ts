import * as assert from 'uvu/assert'
import { countWindow, globalWindow, session, tumbling } from '../../src/functions/window-assigner.ts'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import type { JoinOptions, TemporalJoinOptions } from '../../src/stream/join-options.ts'
import { suite } from '../support/suite.ts'
import { RecordingEnvironment, thrown, untyped } from './recorded.ts'

const add = (left: number, right: number | undefined): number => left + (right ?? 0)

const streams = (env: RecordingEnvironment) =>
  [env.fromBatch([1]).keyBy((n) => n), env.fromBatch([2]).keyBy((n) => n)] as const

/** What is recorded of a join with these options, without what all joins have. */
const recorded = (options: JoinOptions): unknown => {
  const env = new RecordingEnvironment()
  const [a, b] = streams(env)
  a.join(b, untyped(add), options)
  assert.equal(env.given, { join: add })
  const { id: _, name: __, inputs, keyed, onError: ___, ...rest } = env.lastPlain
  assert.equal([inputs, keyed], [[a.id, b.id], true])
  return rest
}

const refusal = (options: unknown): InvalidArgumentError => {
  const env = new RecordingEnvironment()
  const [a, b] = streams(env)
  const error = thrown(() => a.join(b, add, untyped(options)))
  assert.instance(error, InvalidArgumentError)
  assert.ok(error.remedy)
  return error
}

const temporalRefusal = (options: unknown): InvalidArgumentError => {
  const env = new RecordingEnvironment()
  const [a, b] = streams(env)
  return thrown(() => a.temporalJoin(b, add, untyped(options)))
}

suite('the options of a join', (test) => {
  test('say which kind it is', () => {
    assert.equal(recorded({}), { kind: 'join', type: 'inner' })
    assert.equal(recorded({ between: [-5, 0], type: 'left' }), {
      kind: 'intervalJoin',
      type: 'left',
      lower: -5,
      upper: 0,
      late: 'late',
    })
    assert.equal(recorded({ ttl: { ms: 5 }, late: 'missed' }), {
      kind: 'ttlJoin',
      type: 'inner',
      ttl: 5,
      time: 'event',
      late: 'missed',
    })
    assert.equal(recorded({ ttl: { ms: 2 ** 40, time: 'processing' }, type: 'full' }), {
      kind: 'ttlJoin',
      type: 'full',
      ttl: 2 ** 40,
      time: 'processing',
      late: 'late',
    })
    assert.equal(recorded({ window: tumbling({ size: 10 }), allowedLateness: 3 }), {
      kind: 'windowJoin',
      type: 'inner',
      assigner: { type: 'tumbling', size: 10, offset: 0 },
      allowedLateness: 3,
      late: 'late',
    })
    assert.equal(recorded({ window: session({ gap: 10 }) }), {
      kind: 'windowJoin',
      type: 'inner',
      assigner: { type: 'session', gap: 10 },
      allowedLateness: 0,
      late: 'late',
    })
  })

  test('are refused where they contradict each other', () => {
    const window = tumbling({ size: 10 })
    assert.match(refusal({ between: [0, 1], ttl: { ms: 1 } }).message, /given between and ttl$/m)
    assert.match(refusal({ window, between: [0, 1] }).message, /given window and between$/m)
    assert.match(refusal({ allowedLateness: 5 }).message, /without windows was given allowedLateness/)
    assert.match(refusal({ between: [0, 1], allowedLateness: 5 }).message, /allowedLateness/)
    assert.match(refusal({ late: 'x' }).message, /no record is too late/)
    assert.match(refusal({ ttl: { ms: 1, time: 'processing' }, late: 'x' }).message, /no record is too late/)
  })

  test('are refused where they can never work', () => {
    for (const between of [[1, 0], [0], [0, 1, 2], [0, Infinity], [NaN, 1], ['0', 1], 5, {}])
      assert.match(refusal({ between }).message, /^between must be two numbers/)
    for (const ttl of [5, {}, { ms: 0 }, { ms: -1 }, { ms: Infinity }, { ms: '1' }])
      assert.match(refusal({ ttl }).message, /^ttl must be \{ ms \}/)
    assert.match(refusal({ ttl: { ms: 1, time: 'later' } }).message, /^there is no time 'later'/)
    assert.match(refusal({ ttl: { seconds: 1 } }).message, /the ttl of a join has no option 'seconds'/)
    for (const window of [countWindow(3), globalWindow()])
      assert.match(refusal({ window }).message, /^a join goes by windows of time/)
    assert.match(refusal({ window: { type: 'tumbling', size: 0 } }).message, /size/)
    assert.match(refusal({ window: tumbling({ size: 1 }), allowedLateness: -1 }).message, /allowedLateness/)
    assert.match(refusal({ betwen: [0, 1] }).message, /did you mean 'between'/)
    assert.match(refusal({ between: [0, 1], late: '' }).message, /late records/)
  })
})

suite('the options of a temporal join', (test) => {
  test('are recorded', () => {
    const env = new RecordingEnvironment()
    const [a, b] = streams(env)
    const isDelete = (n: number): boolean => n < 0
    const options: TemporalJoinOptions<number, 'left'> = {
      type: 'left',
      time: 'processing',
      isDelete,
      name: 'rows',
    }
    a.temporalJoin(b, add, options)
    assert.equal(env.lastPlain, {
      id: 'n4',
      kind: 'temporalJoin',
      inputs: [a.id, b.id],
      keyed: true,
      type: 'left',
      time: 'processing',
      late: 'late',
      name: 'rows',
      onError: 'fail',
    })
    assert.equal(env.given, { join: add, isDelete })
    env
      .fromBatch([1])
      .connect(env.fromBatch([2]))
      .keyBy((n) => n)
      .temporalJoin((left, right) => left + right)
    const { kind, type, time } = env.lastPlain
    assert.equal([kind, type, time], ['temporalJoin', 'inner', 'event'])
  })

  test('are refused where they can never work', () => {
    assert.match(temporalRefusal({ type: 'full' }).message, /no temporal join of type 'full'/)
    assert.match(temporalRefusal({ time: 'now' }).message, /no time 'now'/)
    assert.match(temporalRefusal({ isDelete: true }).message, /isDelete must be a function/)
    assert.match(temporalRefusal({ time: 'processing', late: 'x' }).message, /no record is too late/)
    assert.match(temporalRefusal({ window: 1 }).message, /no option 'window'/)
    const env = new RecordingEnvironment()
    const [a] = streams(env)
    const error = thrown(() => a.temporalJoin(untyped(env.fromBatch([1])), add))
    assert.match(error.message, /^temporalJoin expects a keyed stream/)
    const three = env.fromBatch([1]).connect(env.fromBatch([2]), env.fromBatch([3]))
    assert.match(thrown(() => three.keyBy((n) => n).temporalJoin(untyped(add))).message, /two inputs, got 3/)
  })
})
