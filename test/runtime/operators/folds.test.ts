import * as assert from 'uvu/assert'
import { createEnvironment } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
const soon = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(resolve, value))
/** Keys that are easily taken for one another, or for none. */
const keys = [
  0,
  -0,
  '',
  '0',
  false,
  null,
  undefined,
  Number.NaN,
  0n,
  [0],
  ['0'],
  { a: 1, b: [2] },
  { b: [2], a: 1 },
]

suite('reduce, aggregate, count and scan', (test) => {
  test('without a key there is one result, at the end', async () => {
    const env = createEnvironment({ parallelism: 3 })
    const source = env.fromBatch(numbers(100))
    const sum = source.reduce((a, b) => a + b).collect()
    const later = source.reduce((a, b) => soon(a + b)).collect()
    const mean = source
      .aggregate({
        create: () => ({ sum: 0, count: 0 }),
        add: (acc, n) => {
          acc.sum += n
          acc.count++
        },
        result: ({ sum, count }) => sum / count,
      })
      .collect()
    const count = source.count().collect()
    const running = env
      .fromBatch([1, 2, 3])
      .scan((a, b) => a + b, 10)
      .collect()
    await env.submit({ autostop: true })
    assert.equal(sum.values, [4950])
    assert.equal(later.values, [4950])
    assert.equal(mean.values, [49.5])
    assert.equal(count.values, [100])
    assert.equal(running.values, [11, 13, 16])
  })

  test('of an empty input: nothing for reduce and scan, an empty result for aggregate and count', async () => {
    const env = createEnvironment()
    const source = env.fromBatch<number>([])
    const results = [
      source.reduce((a, b) => a + b).collect(),
      source.scan((a, b) => a + b, 0).collect(),
      source.aggregate({ create: () => 7, add: (a) => a, result: (a) => a }).collect(),
      source.count().collect(),
      source
        .keyBy((n) => n)
        .count()
        .collect(),
    ]
    await env.submit({ autostop: true })
    assert.equal(
      results.map(({ values }) => values),
      [[], [], [7], [0], []],
    )
  })

  test('with a key there is one result per key, whatever the key is, in any number of subtasks', async () => {
    for (const parallelism of [1, 3]) {
      const env = createEnvironment()
      const keyed = env.fromBatch([...keys, ...keys]).keyBy((key) => key)
      const counts = keyed.count({ parallelism }).collect({ parallelism: 1 })
      const results = keyed
        .aggregate({ create: () => 0, add: (n) => n + 1, result: (n, key) => [key, n] }, { parallelism })
        .collect({ parallelism: 1 })
      const reduced = keyed.reduce((a) => a, { parallelism }).collect()
      await env.submit({ autostop: true })
      // 0 and -0 are one key, and so are objects of equal content.
      assert.is(counts.values.length, 11)
      assert.is(reduced.values.length, 11)
      assert.is(
        counts.values.reduce((sum, [, n]) => sum + n, 0),
        26,
      )
      assert.is(results.values.length, 11)
      const nan = counts.values.find(([key]) => Number.isNaN(key))
      assert.is(nan?.[1], 2)
      assert.ok(counts.values.some(([key, n]) => key === undefined && n === 2))
    }
  })

  test('scan gives every key a seed of its own, by a function', async () => {
    const env = createEnvironment()
    const seen = env
      .fromBatch(['a', 'b', 'a', 'a', 'b'])
      .keyBy((letter) => letter)
      .scan<string[]>(
        (list, letter) => [...list, letter],
        () => [],
      )
      .map((list) => list.join(''))
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, ['a', 'b', 'aa', 'aaa', 'bb'])
  })

  test('an asynchronous scan takes one record at a time', async () => {
    const env = createEnvironment()
    const seen = env
      .fromBatch(numbers(20))
      .scan((sum, n) => soon(sum + n), 0)
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values.at(-1), 190)
    assert.is(seen.values.length, 20)
  })

  test('undefined is an accumulator like others', async () => {
    const env = createEnvironment()
    const seen = env
      .fromBatch([1, 2])
      .scan<number | undefined>(() => undefined, 0)
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [undefined, undefined])
  })
})

suite('dedupe', (test) => {
  test('passes the first record of each value, or of each key', async () => {
    const env = createEnvironment()
    const source = env.fromBatch([1, 2, 1, 3, 2])
    const values = source.dedupe().collect()
    const byParity = source.dedupe((n) => n % 2).collect()
    const structured = env
      .fromBatch([{ a: 1 }, { a: 1 }, [1], [1]])
      .dedupe()
      .collect()
    const falsy = env
      .fromBatch([0, '', false, null, undefined, Number.NaN, 0, '', Number.NaN])
      .dedupe()
      .collect()
    await env.submit({ autostop: true })
    assert.equal(values.values, [1, 2, 3])
    assert.equal(byParity.values, [1, 2])
    assert.equal(structured.values, [{ a: 1 }, [1]])
    assert.equal(falsy.values, [0, '', false, null, undefined, Number.NaN])
  })

  test('with a capacity forgets the key that it saw first', async () => {
    const env = createEnvironment()
    const seen = env
      .fromBatch([1, 2, 1, 3, 1, 2])
      .dedupe((n) => n, { capacity: 2 })
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 2, 3, 1, 2])
  })
})

suite('join', (test) => {
  const left = [
    { id: 1, l: 'a' },
    { id: 1, l: 'b' },
    { id: 2, l: 'c' },
  ]
  const right = [
    { id: 1, r: 'x' },
    { id: 3, r: 'y' },
    { id: 1, r: 'z' },
  ]

  test('pairs each record with each of the same key; left and full let others through', async () => {
    for (const parallelism of [1, 2]) {
      const env = createEnvironment()
      const a = env.fromBatch(left).keyBy(({ id }) => id)
      const b = env.fromBatch(right).keyBy(({ id }) => id)
      const inner = a.join(b, (x, y, key) => `${x.l}${y.r}${key}`, { parallelism }).collect()
      const outer = a.join(b, (x, y) => `${x.l}${y?.r ?? '-'}`, { type: 'left', parallelism }).collect()
      const full = a
        .join(b, (x, y) => `${x?.l ?? '-'}${y?.r ?? '-'}`, { type: 'full', parallelism })
        .collect()
      await env.submit({ autostop: true })
      assert.equal([...inner.values].sort(), ['ax1', 'az1', 'bx1', 'bz1'])
      assert.equal([...outer.values].sort(), ['ax', 'az', 'bx', 'bz', 'c-'])
      assert.equal([...full.values].sort(), ['-y', 'ax', 'az', 'bx', 'bz', 'c-'])
    }
  })

  test('drops what the function gives undefined for, and waits for its promise', async () => {
    const env = createEnvironment()
    const a = env.fromBatch(numbers(4)).keyBy(() => 'all')
    const b = env.fromBatch([10]).keyBy(() => 'all')
    const seen = a.join(b, (x, y) => soon(x % 2 ? x + y : undefined)).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [11, 13])
  })

  test('of a stream with itself pairs each record once per input', async () => {
    const env = createEnvironment()
    const a = env.fromBatch([1, 2]).keyBy(() => 0)
    const seen = a.join(a, (x, y) => `${x}${y}`).collect()
    await env.submit({ autostop: true })
    assert.equal([...seen.values].sort(), ['11', '12', '21', '22'])
  })
})

suite('union, concat and comap', (test) => {
  test('a union has all records, each stream in its order; twice is twice', async () => {
    const env = createEnvironment()
    const a = env.fromBatch(numbers(500))
    const b = env.fromBatch(numbers(500).map((n) => n + 500))
    const seen = a.union(b, a).collect()
    await env.submit({ autostop: true })
    assert.is(seen.values.length, 1500)
    assert.equal(
      seen.values.filter((n) => n >= 500),
      numbers(500).map((n) => n + 500),
    )
  })

  test('concat reads the next stream when the one before has ended', async () => {
    const env = createEnvironment()
    let given = 0
    const slow = env.fromSource(() => (given < 5 ? soon(given++) : (Symbol.for('millrace.end') as never)))
    const fast = env.fromBatch(numbers(3000).map((n) => n + 5))
    const seen = slow.concat(fast, env.fromBatch([3005])).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, numbers(3006))
  })

  test('comap has a function or a method for each input', async () => {
    const log: string[] = []
    class Merge {
      open(): void {
        log.push('open')
      }
      map0(n: number): string {
        return `n${n}`
      }
      async map1(s: string): Promise<string | undefined> {
        return s === 'skip' ? undefined : `s${s}`
      }
      map2(b: boolean): string {
        return `b${b}`
      }
      end(out: { emit(value: never): unknown }): void {
        out.emit('end' as never)
      }
      close(): void {
        log.push('close')
      }
    }
    for (const concurrency of [1, 2]) {
      log.length = 0
      const env = createEnvironment()
      const streams = env.fromBatch([1]).connect(env.fromBatch(['a', 'skip']), env.fromBatch([true]))
      const byFunctions = streams
        .comap([(n) => `n${n}`, (s) => s.length, (b) => [b]], { concurrency })
        .collect()
      const byClass = streams.comap(Merge, { concurrency }).collect()
      await env.submit({ autostop: true })
      assert.equal([...byFunctions.values].sort(), [1, 4, 'n1', [true]].sort())
      assert.equal([...byClass.values].sort(), ['btrue', 'end', 'n1', 'sa'])
      assert.is(byClass.values.at(-1), 'end')
      assert.equal(log, ['open', 'close'])
    }
  })

  test('a keyed comap sees the key, and records of one key meet in one subtask', async () => {
    const env = createEnvironment()
    const where = new Map<unknown, Set<number>>()
    const note = (_: unknown, ctx: { key: unknown; subtaskIndex: number }): void => {
      where.set(ctx.key, (where.get(ctx.key) ?? new Set()).add(ctx.subtaskIndex))
    }
    env
      .fromBatch(numbers(20))
      .connect(env.fromBatch(numbers(20).map(String)))
      .keyBy([(n) => n, Number])
      .comap([note, note], { parallelism: 3 })
      .collect()
    await env.submit({ autostop: true })
    assert.is(where.size, 20)
    for (const [key, subtasks] of where) assert.is(subtasks.size, 1, String(key))
  })
})
