import * as assert from 'uvu/assert'
import { END } from '../../src/functions/user-functions.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite } from '../support/suite.ts'
import { fail } from './failing.ts'
import { assertBooksBalance, bookOf, createEnvironment, failureOf } from './jobs.ts'

suite('records given before a throw', (test) => {
  test('are delivered, and the record is not tried again', async () => {
    for (const concurrency of [1, 3]) {
      for (const asynchronous of [false, true]) {
        const env = createEnvironment()
        const from = env.fromBatch([1, 2, 3])
        const onError = { retry: { attempts: 3 }, then: 'dead-letter' } as const
        const calls: number[] = []
        const generate = function* (n: number): Generator<number> {
          calls.push(n)
          yield n * 10
          if (n === 2) fail()
          yield n * 10 + 1
        }
        const generateLater = async function* (n: number): AsyncGenerator<number> {
          await Promise.resolve()
          yield* generate(n)
        }
        const flat = from
          .flatMap(asynchronous ? generateLater : generate, { name: 'flat', concurrency, onError })
          .collect()
        const processed = from
          .process<number>(
            async (n, _, out) => {
              calls.push(n)
              void out.emit(n * 10)
              if (asynchronous) await Promise.resolve()
              if (n === 2) fail()
              void out.emit(n * 10 + 1)
            },
            { name: 'process', concurrency, onError },
          )
          .collect()
        const letters = env.deadLetters<number>().collect()
        const result = await env.submit({ autostop: true })
        const what = `concurrency ${concurrency}, ${asynchronous ? 'asynchronous' : 'synchronous'}`
        assert.equal(flat.values, [10, 11, 20, 30, 31], what)
        assert.equal(processed.values, [10, 11, 20, 30, 31], what)
        assert.equal(calls.sort(), [1, 1, 2, 2, 3, 3], what)
        assert.equal(
          letters.values.map(({ record, operator, attempts }) => [record, operator, attempts]).sort(),
          [
            [2, 'flat', 1],
            [2, 'process', 1],
          ],
          what,
        )
        assert.equal(bookOf(result, 'flat'), { in: 3, handled: 2, deadLettered: 1, out: 5, errors: 1 }, what)
        assert.equal(bookOf(result, 'process'), bookOf(result, 'flat'), what)
        assertBooksBalance(env.graph, result)
      }
    }
  })

  test('a process that throws before it emits is tried again', async () => {
    const env = createEnvironment()
    let calls = 0
    const seen = env
      .fromBatch([1])
      .process<number>(
        (n, _, out) => {
          if (calls++ < 2) fail()
          void out.emit(n)
        },
        { onError: { retry: { attempts: 2 } } },
      )
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1])
    assert.is(calls, 3)
  })
})

suite('dead letters', (test) => {
  test('that nobody reads are counted, and the last are in the error of the job', async () => {
    const env = createEnvironment()
    env
      .fromBatch(Array.from({ length: 30 }, (_, n) => n))
      .map(() => fail(), { name: 'op', onError: 'dead-letter' })
      .collect()
    env
      .fromSource(
        (() => {
          let asked = 0
          return () => (++asked > 100 ? fail() : Promise.resolve(asked))
        })(),
      )
      .sink(() => {})
    const { deadLetters, result } = await failureOf(env.submit({ autostop: true }))
    assert.is(bookOf(result, 'op').deadLettered, 30)
    assert.equal(
      deadLetters.map(({ record }) => record),
      Array.from({ length: 16 }, (_, n) => n + 14),
    )
  })

  test('of a batch are one per record', async () => {
    const env = createEnvironment()
    const written: number[][] = []
    env.fromBatch([1, 2, 3, 4, 5]).sink((batch) => void (batch.includes(3) ? fail() : written.push(batch)), {
      name: 'op',
      batch: { size: 2 },
      onError: 'dead-letter',
    })
    const letters = env.deadLetters<number>().collect()
    const result = await env.submit({ autostop: true })
    assert.equal(written, [[1, 2], [5]])
    assert.equal(
      letters.values.map(({ record }) => record),
      [3, 4],
    )
    assert.equal(bookOf(result, 'op'), { in: 5, handled: 3, deadLettered: 2, errors: 1 })
  })

  test('tell when they were given up', async () => {
    const clock = new ManualClock()
    const env = createEnvironment({ clock })
    env.fromBatch([1]).map(fail, { name: 'op', onError: 'dead-letter' }).collect()
    const letters = env.deadLetters().collect()
    await env.submit({ autostop: true })
    const { at, nodeId } = letters.values[0]!
    assert.is(at, clock.now())
    assert.is(nodeId, env.graph.nodes.find(({ name }) => name === 'op')!.id)
  })

  test('are replayed through a future until they pass', async () => {
    const env = createEnvironment()
    const again = env.fromFuture<number>('again')
    const tries = new Map<number, number>()
    const seen = env
      .fromBatch([1, 2, 3, 4])
      .union(again)
      .map(
        (n) => {
          const count = (tries.get(n) ?? 0) + 1
          tries.set(n, count)
          return count < n ? fail() : n
        },
        { name: 'op', onError: 'dead-letter' },
      )
      .collect()
    env
      .deadLetters<number>()
      .map(({ record }) => record)
      .fillFuture(again)
    const result = await env.submit({ autostop: true })
    assert.equal([...seen.values].sort(), [1, 2, 3, 4])
    assert.equal([...tries.values()].sort(), [1, 2, 3, 4])
    assert.equal(bookOf(result, 'op'), { in: 10, handled: 4, deadLettered: 6, out: 4, errors: 6 })
    assert.is(result.status, 'completed')
  })

  test('come from every subtask and every operator', async () => {
    const env = createEnvironment({ parallelism: 3 })
    env
      .fromBatch(Array.from({ length: 20 }, (_, n) => n))
      .map((n) => (n % 2 ? fail() : n), { name: 'a', onError: 'dead-letter' })
      .map(async (n) => (n % 4 ? fail() : n), { name: 'b', onError: 'dead-letter', concurrency: 2 })
      .sink((n) => void (n % 8 ? fail() : n), { name: 'c', onError: 'dead-letter' })
    const letters = env.deadLetters<number>().collect()
    const result = await env.submit({ autostop: true })
    const by = (name: string): number => letters.values.filter(({ operator }) => operator === name).length
    assert.equal([by('a'), by('b'), by('c')], [10, 5, 2])
    assert.is(letters.values.length, 17)
    assertBooksBalance(env.graph, result)
  })
})

suite('the error policy of a source', (test) => {
  test('is to fail: what it throws ends the job, and it is asked no more', async () => {
    const env = createEnvironment()
    let asked = 0
    const seen = env.fromSource(() => (++asked === 3 ? fail() : asked < 10 ? asked : END)).collect()
    await failureOf(env.submit({ autostop: true }))
    assert.is(asked, 3)
    assert.equal(seen.values, [1, 2])
  })
})
