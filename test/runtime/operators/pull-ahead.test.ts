import * as assert from 'uvu/assert'
import { marbles } from '../../../src/testing/index.ts'
import { assertBooksBalance, bookOf, createEnvironment, failureOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { rest, turn } from '../../support/turns.ts'

const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, n) => n + from)

suite('flatMap with calls that overlap', (test) => {
  test('runs asynchronous generators side by side, and keeps their order', () =>
    marbles(({ env, delay, expectStream }) => {
      // Each pulls `a` after 10 ms and `b` after 20; in turn they would take 60.
      const out = env.fromBatch(['a', 'd', 'g']).flatMap(
        async function* (first) {
          for (const n of range(2)) {
            await delay(10)
            yield String.fromCharCode(first.charCodeAt(0) + n)
          }
        },
        { concurrency: 3 },
      )
      expectStream(out).toBe('10ms a 9ms (bdegh|)')
    }))

  test('runs no more than it is told', () =>
    marbles(({ env, delay, expectStream }) => {
      const out = env.fromBatch(['a', 'b', 'c']).flatMap(
        async function* (letter) {
          await delay(10)
          yield letter
        },
        { concurrency: 2 },
      )
      expectStream(out).toBe('10ms (ab)- 5ms (c|)')
    }))

  test('gives first what comes first where order does not matter', () =>
    marbles(({ env, delay, expectStream }) => {
      const out = env.fromBatch([30, 10, 20]).flatMap(
        async function* (ms) {
          await delay(ms)
          yield ms
        },
        { concurrency: 3, ordered: false },
      )
      expectStream(out).toBe('10ms a 9ms b 9ms (c|)', { a: 10, b: 20, c: 30 })
    }))

  test('takes what a promise brings as well', async () => {
    const env = createEnvironment()
    const letters = async function* (n: number): AsyncGenerator<string> {
      yield `a${n}`
      await turn()
      yield `b${n}`
    }
    const seen = env
      .fromBatch(range(3))
      .flatMap(async (n) => (await turn(), letters(n)), { name: 'letters', concurrency: 2 })
      .collect()
    const result = await env.submit({ autostop: true })
    assert.equal(seen.values, ['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
    assert.equal(bookOf(result, 'letters'), { in: 3, handled: 3, out: 6 })
  })

  test('pulls ahead so far and no further', async () => {
    const env = createEnvironment()
    const pulled = [0, 0, 0]
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    const counting = async function* (n: number): AsyncGenerator<number> {
      if (n === 0) await gate
      while (pulled[n]! < 1000) yield pulled[n]!++
    }
    const seen = env.fromBatch(range(3)).flatMap(counting, { concurrency: 3 }).collect()
    const submitted = env.submit({ autostop: true })
    await rest()
    assert.equal(pulled, [0, 32, 32])
    open()
    await submitted
    assert.equal(seen.values, [...range(1000), ...range(1000), ...range(1000)])
  })

  test('pulls plain generators in their turn only', async () => {
    const env = createEnvironment()
    const log: string[] = []
    const spread = function* (n: number): Generator<number> {
      log.push(`begin ${n}`)
      yield n
      yield n
      log.push(`end ${n}`)
    }
    env
      .fromBatch(range(3))
      .flatMap(spread, { concurrency: 3 })
      .sink(async () => void (await turn()))
    await env.submit({ autostop: true })
    assert.equal(
      log,
      range(3).flatMap((n) => [`begin ${n}`, `end ${n}`]),
    )
  })

  test('returns every generator when nobody wants more', async () => {
    const env = createEnvironment()
    let pulled = 0
    const returned: number[] = []
    const endless = async function* (n: number): AsyncGenerator<number> {
      try {
        for (;;) {
          pulled++
          yield n
        }
      } finally {
        returned.push(n)
      }
    }
    const seen = env.fromBatch(range(3)).flatMap(endless, { concurrency: 3 }).take(40).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, Array<number>(40).fill(0))
    await rest()
    assert.equal([...returned].sort(), [0, 1, 2])
    assert.ok(pulled < 40 + 3 * 200, `${pulled} were pulled`)
  })

  test('returns every generator when the job is cancelled', async () => {
    const env = createEnvironment()
    const returned: number[] = []
    const waiting = async function* (n: number, ctx: { signal: AbortSignal }): AsyncGenerator<number> {
      try {
        yield n
        await new Promise((_, reject) =>
          ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error)),
        )
      } finally {
        returned.push(n)
      }
    }
    env
      .fromBatch(range(3))
      .flatMap(waiting, { concurrency: 3 })
      .sink(() => {})
    const job = await env.submit()
    await rest()
    await job.cancel()
    assert.equal([...returned].sort(), [0, 1, 2])
  })

  test('a failure comes behind what was yielded before it, and is one of the operator', async () => {
    for (const onError of ['skip', 'dead-letter'] as const) {
      const env = createEnvironment()
      const failing = async function* (n: number): AsyncGenerator<number> {
        yield n
        await turn()
        if (n === 1) throw new Error('one')
        yield n
      }
      const seen = env.fromBatch(range(3)).flatMap(failing, { name: 'it', concurrency: 3, onError }).collect()
      const letters = env.deadLetters().collect()
      const result = await env.submit({ autostop: true })
      assert.equal(seen.values, [0, 0, 1, 2, 2])
      assert.equal(
        letters.values.map(({ record }) => record),
        onError === 'skip' ? [] : [1],
      )
      assert.is(bookOf(result, 'it').errors, 1)
      assertBooksBalance(env.graph, result)
    }
  })

  test('a generator that fails before it yields is called again where the policy says so', async () => {
    const env = createEnvironment()
    let calls = 0
    const seen = env
      .fromBatch(['x'])
      .flatMap(
        async function* (letter) {
          await turn()
          if (++calls < 3) throw new Error('not yet')
          yield letter
        },
        { name: 'it', concurrency: 2, onError: { retry: { attempts: 2 } } },
      )
      .collect()
    const result = await env.submit({ autostop: true })
    assert.equal(seen.values, ['x'])
    assert.is(bookOf(result, 'it').errors, 2)
  })

  test('its first result must come within the timeout', async () => {
    const env = createEnvironment()
    env
      .fromBatch([1])
      .flatMap(
        async function* (n, { signal }) {
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          yield n
        },
        { name: 'it', concurrency: 2, timeout: 1 },
      )
      .sink(() => {})
    const { message } = await failureOf(env.submit({ autostop: true }))
    assert.match(message, /took longer than 1 ms/)
  })

  test('one generator of a key runs at a time', async () => {
    const env = createEnvironment()
    let running = 0
    let most = 0
    const seen = env
      .fromBatch(range(6))
      .keyBy(() => 'all')
      .flatMap(
        async function* (n) {
          most = Math.max(most, ++running)
          yield n
          await turn()
          yield n
          running--
        },
        { concurrency: 3 },
      )
      .collect()
    await env.submit({ autostop: true })
    assert.is(most, 1)
    assert.equal(
      seen.values,
      range(6).flatMap((n) => [n, n]),
    )
  })
})
