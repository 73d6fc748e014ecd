import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { environment, range, run, sameRecords, tiny, turn, turns } from './support/run.ts'

/** Each line: what counts as one key. */
const classes: readonly (readonly unknown[])[] = [
  [0, -0],
  [1],
  [-1],
  [1.5],
  [2 ** 31, 2 ** 31],
  [2 ** 40],
  [NaN, Number('x')],
  [Infinity],
  [''],
  ['0'],
  ['1'],
  ['null'],
  ['n', 'n'],
  [false],
  [true],
  [null],
  [undefined],
  [0n],
  [1n, BigInt('1')],
  [[]],
  [
    [1, 'a'],
    [1, 'a'],
  ],
  [['1', 'a']],
  [[[1], 'a']],
  [[0], [-0]],
  [[undefined]],
  [[null]],
  [[NaN], [NaN]],
  [{}],
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  [{ a: 1 }, Object.assign(Object.create(null), { a: 1 })],
  [{ a: '1' }],
  [{ a: undefined }],
  [{ a: { b: [1, { c: null }] } }, { a: { b: [1, { c: null }] } }],
  [new Date(5), new Date(5)],
  [Symbol.for('s'), Symbol.for('s')],
]

/** A filter or a tap on a keyed stream, and how it runs. */
const passing = fc.record({
  kind: fc.constantFrom('filter' as const, 'tap' as const),
  parallelism: fc.constantFrom(1, 2, 3, 5),
  concurrency: fc.constantFrom(1, 3),
  ordered: fc.boolean(),
  /** Read by somebody else as well, so that the chain is cut behind it. */
  shared: fc.boolean(),
})

interface Keyed {
  readonly key: unknown
  readonly index: number
}
const records: readonly Keyed[] = range(5).flatMap(() =>
  classes.flatMap((keys, index) => keys.map((key) => ({ key, index }))),
)

suite('guarantees: keys', (test) => {
  test('the same key, by value, always reaches the same subtask, from whichever it comes', async () => {
    for (const parallelism of [1, 2, 5]) {
      for (const upstream of [1, 3]) {
        const env = environment({ chunkSize: 3 })
        const home = new Map<number, Set<number>>()
        env
          .fromBatch(records, { parallelism: upstream })
          .keyBy(({ key }) => key)
          .sink(
            ({ index }, ctx) => {
              home.set(index, (home.get(index) ?? new Set()).add(ctx.subtaskIndex))
            },
            { parallelism },
          )
        await run(env)
        assert.is(home.size, classes.length)
        for (const [index, subtasks] of home) assert.is(subtasks.size, 1, `class ${index}`)
        if (parallelism > 1) assert.is(new Set([...home.values()].flatMap((s) => [...s])).size, parallelism)
      }
    }
  })

  test('count, aggregate, scan, dedupe and join keep one state per key', async () => {
    for (const parallelism of [1, 3]) {
      const env = environment({ chunkSize: 2, edgeCapacity: 1 })
      const keyed = env.fromBatch(records).keyBy(({ key }) => key)
      const counts = keyed.count({ parallelism }).collect()
      const sums = keyed
        .aggregate(
          {
            create: () => ({ index: -1, count: 0 }),
            add: (_a, { index }) => ({ index, count: _a.count + 1 }),
            result: (a) => a,
          },
          { parallelism },
        )
        .collect()
      const scanned = keyed.scan((n) => n + 1, 0, { parallelism }).collect()
      const first = keyed.dedupe({ parallelism }).collect()
      const joined = keyed.join(keyed, (l, r) => [l.index, r.index], { parallelism }).collect()
      await run(env)
      const sizes = classes.map((keys) => keys.length * 5)
      assert.is(counts.values.length, classes.length)
      sameRecords(
        counts.values.map(([, count]) => count),
        sizes,
      )
      sameRecords(
        sums.values,
        sizes.map((count, index) => ({ index, count })),
      )
      sameRecords(
        scanned.values,
        sizes.flatMap((size) => range(size, 1)),
      )
      sameRecords(
        first.values.map(({ index }) => index),
        range(classes.length),
      )
      sameRecords(
        joined.values,
        sizes.flatMap((size, index) => range(size * size).map(() => [index, index])),
      )
    }
  })

  test('an operator sees the key it was given', async () => {
    const env = environment({ parallelism: 2 })
    const wrong: unknown[] = []
    env
      .fromBatch(records)
      .keyBy(({ key }) => key)
      .tap(({ key }, ctx) => {
        if (!Object.is(key, ctx.key)) wrong.push(key)
      })
      .map(
        async ({ key }, ctx) => {
          await turn()
          if (!Object.is(key, ctx.key)) wrong.push(key)
        },
        { concurrency: 4 },
      )
      .sink(() => {})
    await run(env)
    assert.equal(wrong, [])
  })

  test('behind filters and taps, a key stays what it was, and where it was', async () => {
    const all = fc.record({
      upstream: fc.constantFrom(1, 3),
      parallelism: fc.constantFrom(1, 2, 3, 5),
      steps: fc.array(passing, { minLength: 1, maxLength: 4 }),
      chunkSize: fc.constantFrom(1, 4, 1024),
      keys: fc.array(fc.nat(8), { maxLength: 60 }),
    })
    await fc.assert(
      fc.asyncProperty(all, async ({ upstream, parallelism, steps, chunkSize, keys }) => {
        const env = environment({ chunkSize, edgeCapacity: 1 })
        const homes = steps.map(() => new Map<number, Set<number>>())
        let stream = env
          .fromBatch(
            keys.map((key, n) => ({ key, n })),
            { parallelism: upstream },
          )
          .keyBy(({ key }) => key)
        for (const [at, { kind, shared, ...options }] of steps.entries()) {
          const look = async (key: number, told: number, subtask: number): Promise<boolean> => {
            assert.is(told, key)
            homes[at]!.set(key, (homes[at]!.get(key) ?? new Set()).add(subtask))
            if (options.concurrency > 1) await turns(key % 2)
            return key !== at
          }
          stream =
            kind === 'filter'
              ? stream.filter(({ key }, ctx) => look(key, ctx.key, ctx.subtaskIndex), options)
              : stream.tap(({ key }, ctx) => look(key, ctx.key, ctx.subtaskIndex), options)
          if (shared) stream.union(env.fromBatch<Keyed>([]) as never).sink(() => {})
        }
        const counts = stream.count({ parallelism }).collect()
        const latest = stream.scan((_, { n }) => n, -1, { parallelism }).collect()
        await run(env)
        const removed = new Set(steps.flatMap(({ kind }, at) => (kind === 'filter' ? [at] : [])))
        const left = keys.flatMap((key, n) => (removed.has(key) ? [] : [{ key, n }]))
        const expected = new Map<number, number>()
        for (const { key } of left) expected.set(key, (expected.get(key) ?? 0) + 1)
        sameRecords(counts.values, [...expected])
        sameRecords(
          latest.values,
          left.map(({ n }) => n),
        )
        for (const home of homes) for (const subtasks of home.values()) assert.is(subtasks.size, 1)
      }),
      { numRuns: 60 },
    )
  })

  test('a key that chance has given is asked for once', async () => {
    for (const parallelism of [1, 3]) {
      const env = environment({ parallelism, chunkSize: 3 })
      let turn = 0
      const keyed = env
        .fromBatch(range(60))
        .keyBy(() => turn++ % 6)
        .filter((_, ctx) => ctx.key !== 0)
        .tap(() => {})
      const counts = keyed.count().collect()
      await run(env)
      assert.is(turn, 60)
      sameRecords(
        counts.values,
        range(5, 1).map((key) => [key, 10]),
      )
    }
  })

  for (const kind of ['map', 'filter', 'flatMap', 'process', 'sink'] as const) {
    test(`of one key one call of ${kind} is in flight, of several as many as may be`, async () => {
      for (const ordered of [true, false]) {
        for (const parallelism of [1, 2]) {
          const env = environment({ chunkSize: 4, edgeCapacity: 1 })
          const busy = new Map<number, number>()
          const order = new Map<number, number[]>()
          let most = 0
          let flying = 0
          let rivals = 0
          const call = async (v: number, key: number): Promise<void> => {
            busy.set(key, (busy.get(key) ?? 0) + 1)
            if (busy.get(key)! > 1) rivals++
            order.set(key, [...(order.get(key) ?? []), v])
            most = Math.max(most, ++flying)
            await turns((v % 3) + 1)
            flying--
            busy.set(key, busy.get(key)! - 1)
          }
          const options = { concurrency: 4, ordered, parallelism }
          const keyed = env.fromBatch(range(60)).keyBy((v) => v % 6)
          if (kind === 'map') keyed.map((v, ctx) => call(v, ctx.key).then(() => v), options).sink(() => {})
          else if (kind === 'filter')
            keyed.filter((v, ctx) => call(v, ctx.key).then(() => true), options).sink(() => {})
          else if (kind === 'flatMap')
            keyed.flatMap((v, ctx) => call(v, ctx.key).then(() => [v, v]), options).sink(() => {})
          else if (kind === 'sink') keyed.sink((v, ctx) => call(v, ctx.key), options)
          else {
            keyed
              .process<number>(async (v, ctx, out) => {
                void out.emit(v)
                await call(v, ctx.key)
                void out.emit(v)
              }, options)
              .sink(() => {})
          }
          await run(env)
          assert.is(rivals, 0, 'two calls for one key at a time')
          assert.ok(most > 1, 'keys do not wait for each other')
          for (const [key, values] of order)
            assert.equal(
              values,
              range(10).map((n) => n * 6 + key),
            )
        }
      }
    })
  }

  test('a retried call keeps its key to itself', async () => {
    const env = environment(tiny)
    const calls: string[] = []
    const failed = new Set<number>()
    env
      .fromBatch(range(6))
      .keyBy(() => 'one')
      .map(
        async (v) => {
          calls.push(`${v}`)
          await turn()
          if (failed.has(v) || v % 2 === 0) return v
          failed.add(v)
          throw new Error('once')
        },
        { concurrency: 3, onError: { retry: { attempts: 2 } } },
      )
      .sink(() => {})
    await run(env)
    assert.equal(calls, ['0', '1', '1', '2', '3', '3', '4', '5', '5'])
  })

  test('what cannot be a key is refused alike with one subtask and with several', async () => {
    class Thing {
      readonly a = 1
    }
    const circle: unknown[] = []
    circle.push(circle)
    for (const key of [() => 1, new Thing(), Symbol('s'), new Map(), circle, [() => 1]]) {
      for (const parallelism of [1, 2]) {
        for (const wait of [false, true]) {
          const env = environment({ parallelism })
          const counts = env
            .fromBatch(range(4))
            .map((v) => (wait ? Promise.resolve(v) : v))
            .keyBy((v) => (v === 2 ? key : v), { onError: 'skip' })
            .count()
            .collect()
          const result = await run(env)
          const told = `${String(typeof key)} ${parallelism} ${wait}`
          assert.is(counts.values.length, 3, told)
          assert.is(result.nodes.find(({ kind }) => kind === 'keyBy')!.dropped, 1, told)
        }
      }
    }
  })
})
