import * as assert from 'uvu/assert'
import { bookOf, createEnvironment } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
const soon = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(resolve, value))

suite('map, filter, flatMap and tap', (test) => {
  test('take functions, objects and classes, synchronous or not', async () => {
    const env = createEnvironment()
    class Twice {
      map(n: number): number {
        return n * 2
      }
    }
    const source = env.fromBatch([1, 2, 3])
    const results = [
      source.map((n) => n * 2).collect(),
      source.map((n) => soon(n * 2)).collect(),
      source.map(Twice).collect(),
      source.map(new Twice()).collect(),
      source.map({ map: (n) => soon(n * 2) }, { concurrency: 2 }).collect(),
      source.flatMap((n) => [n * 2]).collect(),
    ]
    await env.submit({ autostop: true })
    for (const { values } of results) assert.equal(values, [2, 4, 6])
  })

  test('a class is made for each subtask', async () => {
    let made = 0
    class Tagging {
      readonly tag = made++
      map(): number {
        return this.tag
      }
    }
    const env = createEnvironment()
    const source = env.fromBatch(numbers(30)).rebalance()
    const tags = source.map(Tagging, { parallelism: 3 }).collect()
    await env.submit({ autostop: true })
    assert.equal([...new Set(tags.values)].sort(), [0, 1, 2])
  })

  test('open comes before the first record, end and close after the last, once per subtask', async () => {
    for (const concurrency of [1, 3]) {
      const log: string[] = []
      const env = createEnvironment()
      const mapper = {
        open: async () => {
          await soon(0)
          log.push('open')
        },
        map: (n: number) => (log.push('map'), n),
        end: () => void log.push('end'),
        close: () => void log.push('close'),
      }
      env.fromBatch(numbers(6), { parallelism: 2 }).map(mapper, { parallelism: 2, concurrency }).collect()
      await env.submit({ autostop: true })
      assert.equal(log.slice(0, 2), ['open', 'open'])
      assert.equal(log.filter((entry) => entry === 'map').length, 6)
      assert.equal([...log].sort().slice(0, 4), ['close', 'close', 'end', 'end'])
      assert.ok(log.lastIndexOf('map') < log.lastIndexOf('end'))
      assert.is(log.at(-1), 'close')
    }
  })

  test('the context tells who, where and when', async () => {
    const env = createEnvironment({ parallelism: 2 })
    const seen = env
      .fromBatch([1, 2])
      .keyBy((n) => `k${n}`)
      .map((n, ctx) => [n, ctx.key, ctx.operator, ctx.parallelism, ctx.subtaskIndex < 2, ctx.timestamp], {
        name: 'mapper',
      })
      .collect()
    await env.submit({ autostop: true })
    assert.equal([...seen.values].sort(), [
      [1, 'k1', 'mapper', 2, true, undefined],
      [2, 'k2', 'mapper', 2, true, undefined],
    ])
  })

  test('a filter passes what is truthy, also by a promise', async () => {
    const env = createEnvironment()
    const source = env.fromBatch([0, 1, 2, 3])
    const odd = source.filter((n) => n % 2 > 0).collect()
    const truthy = source.filter((n) => n as never).collect()
    const later = source.filter((n) => soon(n > 1)).collect()
    const concurrent = source.filter((n) => soon(n > 1), { concurrency: 4 }).collect()
    await env.submit({ autostop: true })
    assert.equal(odd.values, [1, 3])
    assert.equal(truthy.values, [1, 2, 3])
    assert.equal(later.values, [2, 3])
    assert.equal(concurrent.values, [2, 3])
  })

  test('a flatMap takes arrays, iterables, async iterables, and nothing', async () => {
    const env = createEnvironment()
    const source = env.fromBatch([0, 1, 2, 3, 4])
    const spread = (n: number): unknown => {
      const items = numbers(n)
      const generate = async function* (): AsyncGenerator<number> {
        yield* items
      }
      return [undefined, items, new Set(items), items.values(), generate()][n]
    }
    const results = [1, 3].map((concurrency) =>
      source.flatMap(spread as never, { concurrency, name: `flat ${concurrency}` }).collect(),
    )
    const result = await env.submit({ autostop: true })
    for (const { values } of results) assert.equal(values, [0, 0, 1, 0, 1, 2, 0, 1, 2, 3])
    assert.equal(bookOf(result, 'flat 1'), { in: 5, handled: 5, out: 10 })
    assert.equal(bookOf(result, 'flat 3'), { in: 5, handled: 5, out: 10 })
  })

  test('a flatMap is pulled lazily, and its iterator returned when nobody wants more', async () => {
    for (const concurrency of [1, 2]) {
      const env = createEnvironment()
      let yielded = 0
      let returned = 0
      const endless = function* (): Generator<number> {
        try {
          for (;;) yield yielded++
        } finally {
          returned++
        }
      }
      const seen = env.fromBatch([1]).flatMap(endless, { concurrency }).take(5).collect()
      await env.submit({ autostop: true })
      assert.equal(seen.values, [0, 1, 2, 3, 4])
      assert.is(returned, 1)
      assert.ok(yielded < 3000, `${yielded} were pulled`)
    }
  })

  test('a tap leaves the record as it is, waits for its promise, and ignores what it returns', async () => {
    const env = createEnvironment()
    const log: number[] = []
    const seen = env
      .fromBatch([1, 2])
      .tap(async (n) => {
        await soon(0)
        log.push(n)
        return undefined
      })
      .map((n) => (log.push(n * 10), n))
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 2])
    assert.equal(log, [1, 10, 2, 20])
  })

  test('concurrent calls overlap up to the limit, and keep their order unless told', async () => {
    for (const ordered of [true, false]) {
      const env = createEnvironment()
      let inside = 0
      let most = 0
      const seen = env
        .fromBatch(numbers(9))
        .map(
          async (n) => {
            most = Math.max(most, ++inside)
            for (let turns = 9 - n; turns > 0; turns--) await soon(0)
            inside--
            return n
          },
          { concurrency: 3, ordered },
        )
        .collect()
      await env.submit({ autostop: true })
      assert.is(most, 3)
      if (ordered) assert.equal(seen.values, numbers(9))
      else assert.not.equal(seen.values, numbers(9))
      assert.equal([...seen.values].sort(), numbers(9))
    }
  })

  test('on a keyed stream one call per key is under way at a time', async () => {
    const env = createEnvironment()
    const inside = new Set<unknown>()
    let most = 0
    env
      .fromBatch(numbers(30))
      .keyBy((n) => n % 3)
      .map(
        async (n, { key }) => {
          assert.not(inside.has(key))
          inside.add(key)
          most = Math.max(most, inside.size)
          await soon(0)
          inside.delete(key)
          return n
        },
        { concurrency: 8 },
      )
      .collect()
    await env.submit({ autostop: true })
    assert.is(most, 3)
  })

  test('a record is called once, and passes the whole chain before the next enters it', async () => {
    const env = createEnvironment()
    const log: string[] = []
    env
      .fromBatch([1, 2])
      .map((n) => (log.push(`a${n}`), n))
      .filter((n) => (log.push(`b${n}`), true))
      .flatMap((n) => (log.push(`c${n}`), [n, -n]))
      .sink((n) => void log.push(`d${n}`))
    await env.submit({ autostop: true })
    assert.equal(log, ['a1', 'b1', 'c1', 'd1', 'd-1', 'a2', 'b2', 'c2', 'd2', 'd-2'])
  })
})
