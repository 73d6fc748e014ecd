import { Readable } from 'node:stream'
import * as assert from 'uvu/assert'
import { END } from '../../src/functions/user-functions.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite } from '../support/suite.ts'
import { assertBooksBalance, bookOf, createEnvironment, until } from './jobs.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
const byNumber = (a: number, b: number): number => a - b

suite('fromBatch', (test) => {
  test('reads whatever can be iterated, in order', async () => {
    const inputs: Record<string, () => unknown> = {
      'an array': () => numbers(3000),
      'a set': () => new Set(numbers(3000)),
      'a generator': function* () {
        yield* numbers(3000)
      },
      'an async generator': async function* () {
        yield* numbers(3000)
      },
      'an async iterable that gives at once': () => ({
        [Symbol.asyncIterator]: () => {
          let n = 0
          return {
            next: () => Promise.resolve(n < 3000 ? { done: false, value: n++ } : { done: true, value: 0 }),
          }
        },
      }),
      'an iterator that mixes promises and values': () => ({
        [Symbol.asyncIterator]: () => {
          let n = 0
          const step = (): unknown => (n < 3000 ? { done: false, value: n++ } : { done: true, value: 0 })
          return { next: () => (n % 3 === 0 ? Promise.resolve(step()) : step()) }
        },
      }),
    }
    for (const [what, create] of Object.entries(inputs)) {
      for (const parallelism of [1, 3]) {
        const env = createEnvironment()
        const seen = env.fromBatch<number>(create as never, { parallelism }).collect({ parallelism: 1 })
        const result = await env.submit({ autostop: true })
        const values = parallelism === 1 ? seen.values : [...seen.values].sort(byNumber)
        assert.equal(values, numbers(3000), `${what}, parallelism ${parallelism}`)
        assert.is(bookOf(result, 'source-1').out, 3000)
        assertBooksBalance(env.graph, result)
      }
    }
    const env = createEnvironment()
    const seen = env.fromBatch('abc').collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, ['a', 'b', 'c'])
  })

  test('calls a function for each job, and waits where it returns a promise', async () => {
    const env = createEnvironment()
    let called = 0
    const seen = env.fromBatch((async () => (called++, [called])) as never).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1])
    await env.submit({ autostop: true })
    assert.equal(seen.values, [2])
  })

  test('spreads a short input over all subtasks', async () => {
    const env = createEnvironment({ parallelism: 3 })
    const by = new Map<number, number>()
    env.fromBatch(numbers(12)).sink((_, { subtaskIndex }) => {
      by.set(subtaskIndex, (by.get(subtaskIndex) ?? 0) + 1)
    })
    await env.submit({ autostop: true })
    assert.equal([...by.keys()].sort(), [0, 1, 2])
  })

  test('never calls next of a shared iterator while another call is under way', async () => {
    const env = createEnvironment()
    let inside = 0
    let given = 0
    const iterable = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          assert.is(inside++, 0)
          await new Promise((resolve) => setImmediate(resolve))
          inside--
          return given < 20 ? { done: false as const, value: given++ } : { done: true as const, value: 0 }
        },
      }),
    }
    const seen = env.fromBatch(iterable, { parallelism: 4 }).collect({ parallelism: 1 })
    await env.submit({ autostop: true })
    assert.equal([...seen.values].sort(byNumber), numbers(20))
  })

  test('does not read on once it is over, and returns the iterator that is not', async () => {
    const env = createEnvironment()
    const calls: string[] = []
    const iterator = {
      next: () => (calls.push('next'), { done: calls.length > 3, value: 0 }),
      return: () => (calls.push('return'), { done: true, value: 0 }),
    }
    env.fromBatch({ [Symbol.iterator]: () => iterator }).collect()
    await env.submit({ autostop: true })
    assert.equal(calls, ['next', 'next', 'next', 'next'], 'one that has ended is not returned')
    calls.length = -0
    const other = createEnvironment()
    other
      .fromBatch({ [Symbol.iterator]: () => iterator })
      .take(2)
      .collect()
    await other.submit({ autostop: true })
    assert.equal(calls, ['next', 'next', 'return'])
  })
})

suite('fromSource', (test) => {
  test('pulls a function until it returns END; null and undefined are data', async () => {
    const env = createEnvironment()
    const values = [1, null, undefined, Promise.resolve(2), Promise.resolve(null), END]
    let asked = 0
    const seen = env.fromSource(() => values[asked++] as never).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, null, undefined, 2, null])
    assert.is(asked, 6)
  })

  test('END may come by a promise', async () => {
    const env = createEnvironment()
    let asked = 0
    const seen = env.fromSource(async () => (asked++ < 3 ? asked : END)).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 2, 3])
  })

  test('an object is opened and closed once per subtask, a class is made for each', async () => {
    const calls: string[] = []
    class Source {
      #left = 2
      constructor() {
        calls.push('new')
      }
      open(ctx: { subtaskIndex: number; parallelism: number }): void {
        calls.push(`open ${ctx.subtaskIndex} of ${ctx.parallelism}`)
      }
      next(ctx: { subtaskIndex: number }): number | typeof END {
        return this.#left-- > 0 ? ctx.subtaskIndex : END
      }
      close(): void {
        calls.push('close')
      }
    }
    const env = createEnvironment()
    const seen = env.fromSource<number>(Source, { parallelism: 2 }).collect({ parallelism: 1 })
    await env.submit({ autostop: true })
    assert.equal([...seen.values].sort(), [0, 0, 1, 1])
    assert.equal(calls.sort(), ['close', 'close', 'new', 'new', 'open 0 of 2', 'open 1 of 2'])
    calls.length = 0
    const object = createEnvironment()
    object.fromSource<number>(new Source(), { parallelism: 2 }).collect()
    await object.submit({ autostop: true })
    assert.equal(calls.sort(), ['close', 'close', 'new', 'open 0 of 2', 'open 1 of 2'])
  })

  test('has services, a logger, a clock and metrics', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    env.registerService('ids', () => ({ next: () => 7 }))
    let asked = 0
    const seen = env
      .fromSource<unknown>(
        async (ctx) => {
          if (asked++ > 0) return END
          ctx.metrics.count('asked')
          return [await ctx.callService('ids', 'next'), ctx.now(), typeof ctx.logger.info, ctx.operator]
        },
        { name: 'in' },
      )
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [[7, clock.now(), 'function', 'in']])
  })
})

suite('fromReadable', (test) => {
  test('reads a stream of Node, and destroys it when it is stopped or cancelled', async () => {
    const env = createEnvironment()
    const seen = env.fromReadable<number>(() => Readable.from(numbers(100))).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, numbers(100))
    for (const end of ['stop', 'cancel'] as const) {
      const endless = new Readable({ objectMode: true, read() {} })
      endless.push(1)
      const open = createEnvironment()
      const read = open.fromReadable<number>(endless).collect()
      const handle = await open.submit()
      await until(() => read.values.length === 1)
      await handle[end]()
      assert.ok(endless.destroyed, end)
      assert.equal(read.values, [1])
    }
  })

  test('reads a web stream, and cancels it when nobody reads any more', async () => {
    const env = createEnvironment()
    let cancelled = 0
    let given = 0
    const stream = (): ReadableStream<number> =>
      new ReadableStream<number>({
        pull: (controller) => controller.enqueue(given++),
        cancel: () => void cancelled++,
      })
    const seen = env
      .fromReadable<number>(stream as never)
      .take(3)
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [0, 1, 2])
    assert.is(cancelled, 1)
  })

  test('destroys a stream of Node that is left early', async () => {
    const env = createEnvironment()
    const readable = Readable.from(numbers(1000))
    env.fromReadable(readable).take(1).collect()
    await env.submit({ autostop: true })
    assert.ok(readable.destroyed)
  })
})

suite('fromInterval', (test) => {
  test('counts in the job’s own time, and leaves no timer', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const at: number[] = []
    const start = clock.now()
    env.fromInterval(10, { count: 3 }).sink((n, ctx) => void at.push(n, ctx.now() - start))
    const submitted = env.submit({ autostop: true })
    await clock.advance(30)
    await submitted
    assert.equal(at, [0, 10, 1, 20, 2, 30])
    assert.is(clock.waiting, 0)
  })

  test('without a count goes on until it is stopped', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    const seen = env.fromInterval(10).collect()
    const handle = await env.submit()
    await clock.advance(50)
    await handle.stop()
    assert.equal(seen.values, [0, 1, 2, 3, 4])
    assert.is(clock.waiting, 0)
  })

  test('of count 0 gives nothing', async () => {
    const env = createEnvironment()
    const seen = env.fromInterval(10, { count: 0 }).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [])
  })
})
