import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  boundedOutOfOrderness,
  InvalidGraphError,
  type JoinOptions,
  type LocalEnvironment,
  monotonousTimestamps,
  session,
  tumbling,
} from '../../src/index.ts'
import { END, PAUSE, TestEnvironment, type TestItem, testSource } from '../../src/testing/index.ts'
import type { KeyedStream } from '../../src/stream/keyed-stream.ts'
import { suite } from '../support/suite.ts'
import { assertBooksBalance, bookOf, createEnvironment, rejectionOf } from './jobs.ts'

interface Event {
  readonly id: number
  readonly key: number
  readonly time: number
}

const BEHIND = 5

const events = fc
  .array(
    fc.record({
      key: fc.integer({ min: 0, max: 4 }),
      time: fc.integer({ min: 0, max: 60 }),
      delay: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 60 },
  )
  .map((drafts) =>
    drafts
      .map(({ key, time, delay }, id) => ({ id, key, time, comes: time + delay * BEHIND }))
      .sort((a, b) => a.comes - b.comes)
      .map(({ id, key, time }): Event => ({ id, key, time })),
  )

const keyed = (env: LocalEnvironment, records: readonly Event[]): KeyedStream<Event, number, never> =>
  env
    .fromBatch(records)
    .assignTimestamps((event) => event.time, boundedOutOfOrderness(BEHIND))
    .keyBy((event) => event.key) as never

const pair = (left?: Event, right?: Event): string => `${left?.id ?? '-'}+${right?.id ?? '-'}`

/** All pairs of one key that meet, and who is left alone, as the type lets them through. */
function oracle(
  lefts: readonly Event[],
  rights: readonly Event[],
  type: string,
  meets: (left: Event, right: Event) => boolean,
): string[] {
  const meet = (left: Event, right: Event): boolean => left.key === right.key && meets(left, right)
  const pairs = lefts.flatMap((left) =>
    rights.filter((right) => meet(left, right)).map((right) => pair(left, right)),
  )
  const left = type === 'inner' ? [] : lefts.filter((own) => !rights.some((other) => meet(own, other)))
  const right = type === 'full' ? rights.filter((own) => !lefts.some((other) => meet(other, own))) : []
  return [...pairs, ...left.map((own) => pair(own)), ...right.map((own) => pair(undefined, own))].sort()
}

type Kind = readonly [options: JoinOptions, meets: (left: Event, right: Event) => boolean]

const kinds: readonly Kind[] = [
  [{ between: [-4, 9] }, ({ time: l }, { time: r }) => r >= l - 4 && r <= l + 9],
  [{ between: [3, 12] }, ({ time: l }, { time: r }) => r >= l + 3 && r <= l + 12],
  [{ between: [-12, -3] }, ({ time: l }, { time: r }) => r >= l - 12 && r <= l - 3],
  [{ ttl: { ms: 7 } }, ({ time: l }, { time: r }) => Math.abs(l - r) <= 7],
  [
    { window: tumbling({ size: 10 }) },
    ({ time: l }, { time: r }) => Math.floor(l / 10) === Math.floor(r / 10),
  ],
]

suite('joins by event time', (test) => {
  test('give what joins of all records at once give, on any number of subtasks', async () => {
    const types = fc.constantFrom('inner' as const, 'left' as const, 'full' as const)
    const shapes = fc.record({
      parallelism: fc.integer({ min: 1, max: 3 }),
      chunkSize: fc.constantFrom(1, 7, 512),
    })
    await fc.assert(
      fc.asyncProperty(
        events,
        events,
        fc.constantFrom(...kinds),
        types,
        shapes,
        async (a, b, kind, type, shape) => {
          const [options, meets] = kind
          const env = createEnvironment({ chunkSize: shape.chunkSize })
          const joined = keyed(env, a)
            .join(keyed(env, b), pair, { ...options, type, parallelism: shape.parallelism })
            .collect()
          const result = await env.submit({ autostop: true })
          assert.equal([...joined.values].sort(), oracle(a, b, type, meets))
          assertBooksBalance(env.graph, result)
        },
      ),
      { numRuns: 120 },
    )
  })

  test('meet the row of their time', async () => {
    await fc.assert(
      fc.asyncProperty(events, events, fc.integer({ min: 1, max: 3 }), async (a, b, parallelism) => {
        const env = createEnvironment({ chunkSize: 5 })
        const joined = keyed(env, a)
          .temporalJoin(keyed(env, b), pair, {
            type: 'left',
            parallelism,
            isDelete: ({ id }) => id % 4 === 0,
          })
          .collect()
        await env.submit({ autostop: true })
        const expected = a.map((left) => {
          let row: Event | undefined
          for (const right of b) {
            if (right.key === left.key && right.time <= left.time && right.time >= (row?.time ?? -1))
              row = right
          }
          return pair(left, row === undefined || row.id % 4 === 0 ? undefined : row)
        })
        assert.equal([...joined.values].sort(), expected.sort())
      }),
      { numRuns: 80 },
    )
  })

  test('have times that windows behind them go by, in the same chain', async () => {
    const env = createEnvironment()
    const a = keyed(env, [
      { id: 1, key: 0, time: 3 },
      { id: 2, key: 0, time: 14 },
      { id: 3, key: 0, time: 30 },
    ])
    const b = keyed(env, [
      { id: 4, key: 0, time: 8 },
      { id: 5, key: 0, time: 12 },
    ])
    const counts = a
      .join(b, pair, { between: [-5, 5], type: 'left' })
      .keyBy(() => 'all')
      .window(tumbling({ size: 10 }))
      .count()
      .collect()
    await env.submit({ autostop: true })
    // 1+4 at 8, 2+5 at 14, and 3 alone when that is certain, at 35.
    assert.equal(
      counts.values.map(({ start, count }) => [start, count]),
      [
        [0, 1],
        [10, 1],
        [30, 1],
      ],
    )
  })

  /** The last record comes when the watermark of those before it is through. */
  const lastComesLate = (env: TestEnvironment, records: readonly Event[]): KeyedStream<Event, number> => {
    const items: TestItem<Event>[] = [...records.slice(0, -1), PAUSE(10), ...records.slice(-1), END]
    return env
      .fromSource(testSource<Event>(items, { clock: env.clock }))
      .assignTimestamps((event) => event.time, boundedOutOfOrderness(BEHIND))
      .keyBy((event) => event.key) as never
  }

  test('put late records on a side output, and count those that nobody reads', async () => {
    const late = { id: 9, key: 0, time: 1 }
    const records = [{ id: 1, key: 0, time: 50 }, { id: 2, key: 0, time: 90 }, late]
    const kinds: JoinOptions[] = [{ between: [0, 1] }, { ttl: { ms: 5 } }, { window: session({ gap: 5 }) }]
    for (const options of kinds) {
      for (const read of [true, false]) {
        const env = new TestEnvironment()
        const a = lastComesLate(env, records)
        const joined = a.join(a, pair, { ...options, name: 'join' })
        const seen = read ? joined.sideOutput<Event>('late').collect() : undefined
        joined.collect()
        const result = await env.run()
        assert.is(seen?.values.length ?? bookOf(result, 'join').dropped, 2)
        if (seen !== undefined) assert.equal(seen.values, [late, late])
        assertBooksBalance(env.graph, result)
      }
    }
  })

  test('name the side output as they are told', async () => {
    const env = new TestEnvironment()
    const a = lastComesLate(env, [
      { id: 1, key: 0, time: 90 },
      { id: 2, key: 0, time: 1 },
    ])
    const joined = a.temporalJoin(keyed(env, [{ id: 3, key: 0, time: 95 }]) as never, pair, {
      late: 'missed',
    })
    const missed = joined.sideOutput<Event>('missed').collect()
    joined.collect()
    await env.run()
    assert.equal(
      missed.values.map(({ id }) => id),
      [2],
    )
  })

  test('are refused at submit on streams without event time', async () => {
    const build: ((a: KeyedStream<Event, number>, b: KeyedStream<Event, number>) => unknown)[] = [
      (a, b) => a.join(b, pair, { between: [0, 1], name: 'join' }).collect(),
      (a, b) => a.join(b, pair, { ttl: { ms: 1 }, name: 'join' }).collect(),
      (a, b) => a.join(b, pair, { window: tumbling({ size: 1 }), name: 'join' }).collect(),
      (a, b) => a.temporalJoin(b, pair, { name: 'join' }).collect(),
    ]
    for (const [i, join] of build.entries()) {
      const env = createEnvironment()
      join(keyed(env, []) as never, env.fromBatch<Event>([]).keyBy(({ key }) => key) as never)
      const error = (await rejectionOf(env.submit({ autostop: true }))) as InvalidGraphError
      assert.instance(error, InvalidGraphError)
      assert.is(error.operator, 'join')
      assert.match(error.remedy!, 'assignTimestamps')
      assert.is(error.remedy!.includes('processing'), i === 1 || i === 3)
    }
  })

  test('go on behind a call that threw, where the policy says so', async () => {
    const env = createEnvironment()
    const a = keyed(
      env,
      [1, 2, 3, 4].map((id) => ({ id, key: id, time: id })),
    )
    const fn = (left: Event): number => {
      if (left.id === 2) throw new Error('two')
      return left.id
    }
    const joined = a
      .join(keyed(env, []), fn, { between: [0, 1], type: 'left', onError: 'skip', name: 'join' })
      .collect()
    const result = await env.submit({ autostop: true })
    assert.equal([...joined.values].sort(), [1, 3, 4])
    assert.is(bookOf(result, 'join').errors, 1)
  })
})

suite('joins by the clock', (test) => {
  const source = (env: TestEnvironment, items: readonly unknown[]): KeyedStream<string, string> =>
    env
      .fromSource(testSource<string>([...items, END] as never, { clock: env.clock }))
      .keyBy((text) => text[0]!) as never

  test('forget records after their time to live', async () => {
    const env = new TestEnvironment()
    const left = source(env, ['a1', PAUSE(50), 'b1', PAUSE(101), 'a2'])
    const right = source(env, [PAUSE(99), 'a-right', PAUSE(60), 'b-late'])
    const seen = left
      .join(right, (l, r, key) => `${key} ${l ?? '-'} ${r ?? '-'} ${env.clock.frame}`, {
        ttl: { ms: 100, time: 'processing' },
        type: 'full',
      })
      .collect()
    await env.run()
    assert.equal(seen.values, ['a a1 a-right 99', 'b b1 - 150', 'a a2 a-right 151', 'b - b-late 159'])
    assert.equal(env.clock.pending, [])
  })

  test('meet the row as it is', async () => {
    const env = new TestEnvironment()
    const left = source(env, ['a1', PAUSE(10), 'a2', PAUSE(10), 'a3', PAUSE(10), 'a4'])
    const rows = source(env, [PAUSE(5), 'a first', PAUSE(10), 'a second', PAUSE(10), 'a!'])
    const seen = left
      .temporalJoin(rows, (l, row) => `${l} ${row ?? '-'}`, {
        type: 'left',
        time: 'processing',
        isDelete: (row) => row.endsWith('!'),
      })
      .collect()
    await env.run()
    assert.equal(seen.values, ['a1 -', 'a2 a first', 'a3 a second', 'a4 -'])
  })

  test('need no event time, and keep what there is', async () => {
    const env = createEnvironment()
    const timed = (times: readonly number[]): KeyedStream<number, number> =>
      env
        .fromBatch(times)
        .assignTimestamps((time) => time, monotonousTimestamps())
        .keyBy(() => 0) as never
    const seen = timed([1, 2])
      .join(timed([5]), (l, r) => l + r, { ttl: { ms: 1000, time: 'processing' } })
      .map((sum, { timestamp }) => [sum, timestamp])
      .collect()
    await env.submit({ autostop: true })
    assert.equal([...seen.values].sort(), [
      [6, 5],
      [7, 5],
    ])
  })
})
