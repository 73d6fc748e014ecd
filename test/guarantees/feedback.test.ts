import * as assert from 'uvu/assert'
import type { DataStream, EnvironmentOptions } from '../../src/index.ts'
import { LoopOverflowError } from '../../src/errors/overflow-errors.ts'
import { suite } from '../support/suite.ts'
import { environment, range, run, runToFailure, sameRecords, tiny, turn } from './support/run.ts'

type Numbers = DataStream<number>

const everySize: readonly EnvironmentOptions[] = [{}, tiny, { chunkSize: 3, edgeCapacity: 2, parallelism: 3 }]

/** Counts every record down to 0 by ones; `body` is what it goes through each time. */
async function countDown(
  options: EnvironmentOptions,
  body: (stream: Numbers) => Numbers,
  future = {},
): Promise<readonly number[]> {
  const env = environment(options)
  const again = env.fromFuture<number>('again', future)
  const next = body(env.fromBatch(range(20)).union(again)).map((v) => v - 1)
  next.filter((v) => v > 0).fillFuture(again)
  const out = next.filter((v) => v <= 0).collect()
  await run(env)
  return out.values
}

const zeros = [-1, ...range(19).map(() => 0)]

suite('guarantees: feedback', (test) => {
  const bodies: Readonly<Record<string, (stream: Numbers) => Numbers>> = {
    'that converges': (s) => s.map((v) => v),
    'with a concurrent call inside': (s) => s.map((v) => turn().then(() => v), { concurrency: 4 }),
    'with one call at a time inside': (s) => s.map(async (v) => (v % 3 === 0 ? turn().then(() => v) : v)),
    'with subtasks inside': (s) =>
      s
        .map((v) => v, { parallelism: 3 })
        .rebalance()
        .map((v) => v, { parallelism: 2 }),
    'with a batch inside, which waits for more than there is': (s) => s.batch(64).flatMap((batch) => batch),
    'with keys inside': (s) => s.keyBy((v) => v % 3).map((v) => v, { parallelism: 2 }),
    'with a lazy flatMap inside': (s) =>
      s.flatMap(async function* (v) {
        await turn()
        yield v
      }),
    'with a process inside': (s) => s.process<number>(async (v, _ctx, out) => (await turn(), out.emit(v))),
    'with a fork and a union inside': (s) => s.filter((v) => v % 2 === 0).union(s.filter((v) => v % 2 !== 0)),
    'with two batches inside': (s) =>
      s
        .batch(5)
        .flatMap((batch) => batch)
        .batch(64)
        .flatMap((batch) => batch),
  }
  for (const [name, body] of Object.entries(bodies)) {
    test(`a loop ${name} ends`, async () => {
      for (const options of everySize) {
        for (const future of [{}, { admit: 1 }, { admit: 2, capacity: 60 }]) {
          sameRecords(await countDown(options, body, future), zeros, JSON.stringify([options, future]))
        }
      }
    })
  }

  test('a reduce inside a loop is flushed whenever the loop is otherwise empty', async () => {
    for (const options of everySize) {
      const env = environment(options)
      const again = env.fromFuture<number>('again')
      // Each round adds up what there is and sends half of it round, until nothing is left.
      const sums = env
        .fromBatch([3, 5, 8])
        .union(again)
        .reduce((a, b) => a + b)
      sums
        .map((v) => Math.floor(v / 2))
        .filter((v) => v > 0)
        .fillFuture(again)
      const seen = sums.collect()
      await run(env)
      assert.equal(seen.values, [16, 8, 4, 2, 1])
    }
  })

  test('a keyed reduce inside a loop', async () => {
    for (const options of everySize.slice(0, 2)) {
      const env = environment(options)
      const again = env.fromFuture<number>('again')
      const sums = env
        .fromBatch(range(12, 1))
        .union(again)
        .keyBy((v) => v % 2)
        .reduce((a, b) => a + b)
      sums
        .map((v) => Math.floor(v / 4))
        .filter((v) => v > 0)
        .fillFuture(again)
      const seen = sums.collect()
      await run(env)
      // 36 (odd ones) and 42 (even ones), then 9 and 10, then 2 and 2.
      sameRecords(seen.values, [36, 42, 9, 10, 4, 1])
    }
  })

  test('a loop that drops everything ends', async () => {
    for (const options of everySize) {
      const env = environment(options)
      const again = env.fromFuture<number>('again')
      const next = env.fromBatch(range(20)).union(again)
      next.filter(() => false).fillFuture(again)
      const seen = next.collect()
      await run(env)
      sameRecords(seen.values, range(20))
    }
  })

  test('a loop without any record ends', async () => {
    const env = environment()
    const again = env.fromFuture<number>('again')
    const next = env.fromBatch<number>([]).union(again)
    next.map((v) => v).fillFuture(again)
    next.sink(() => {})
    await run(env)
  })

  test('a loop that multiplies its records fails', async () => {
    for (const options of everySize) {
      const env = environment(options)
      const again = env.fromFuture<number>('again', { capacity: 500 })
      const next = env
        .fromBatch([1])
        .union(again)
        .flatMap((v) => [v, v])
      next.fillFuture(again)
      next.sink(() => {})
      const error = await runToFailure(env)
      assert.match(error.message, `'again' holds more than 500 records`)
      assert.instance(error.cause, LoopOverflowError)
    }
  })

  test('a loop of two futures, one inside the other', async () => {
    for (const options of everySize) {
      const env = environment(options)
      const outer = env.fromFuture<number>('outer')
      const inner = env.fromFuture<number>('inner')
      const entry = env.fromBatch([37, 58, 6]).union(outer)
      const stepped = entry.union(inner).map((v) => v - 1)
      stepped.filter((v) => v % 10 !== 0).fillFuture(inner)
      const tens = stepped.filter((v) => v % 10 === 0)
      tens.filter((v) => v > 0).fillFuture(outer)
      const seen = tens.collect()
      await run(env)
      sameRecords(seen.values, [30, 20, 10, 0, 50, 40, 30, 20, 10, 0, 0])
    }
  })

  test('two loops that share an operator', async () => {
    for (const options of everySize) {
      const env = environment(options)
      const evens = env.fromFuture<number>('evens')
      const odds = env.fromFuture<number>('odds')
      const next = env
        .fromBatch(range(10))
        .union(evens, odds)
        .map((v) => v - 1)
      next.filter((v) => v > 0 && v % 2 === 0).fillFuture(evens)
      next.filter((v) => v > 0 && v % 2 === 1).fillFuture(odds)
      const seen = next.collect()
      await run(env)
      sameRecords(seen.values, [-1, ...range(10).flatMap((v) => range(v))])
    }
  })

  test('a loop behind a loop', async () => {
    for (const options of everySize) {
      const env = environment(options)
      let stream: Numbers = env.fromBatch(range(10))
      for (const name of ['one', 'two']) {
        const again = env.fromFuture<number>(name, { admit: 2 })
        const next = stream.union(again).map((v) => v + 1)
        next.filter((v) => v % 4 !== 0).fillFuture(again)
        stream = next.filter((v) => v % 4 === 0)
      }
      const seen = stream.collect()
      await run(env)
      sameRecords(
        seen.values,
        range(10).map((v) => Math.floor(v / 4) * 4 + 8),
      )
    }
  })

  test('a future filled by a stream that is not downstream of it is that stream', async () => {
    for (const options of everySize) {
      const env = environment(options)
      const later = env.fromFuture<number>('later')
      const seen = later.map((v) => v + 1).collect()
      env
        .fromBatch(range(20))
        .map((v) => v * 2)
        .fillFuture(later)
      await run(env)
      sameRecords(
        seen.values,
        range(20).map((v) => 2 * v + 1),
      )
    }
  })

  test('a member that wants no more does not keep the loop from ending', async () => {
    for (const options of everySize) {
      const env = environment(options)
      const again = env.fromFuture<number>('again')
      const next = env
        .fromBatch([5, 6, 7])
        .union(again)
        .map((v) => v - 1)
        .filter((v) => v > 0)
      const few = next.filter((v) => v % 2 === 0).take(2)
      few.union(next.filter((v) => v % 2 === 1)).fillFuture(again)
      const seen = few.collect()
      await run(env)
      assert.is(seen.values.length, 2)
    }
  })

  test('a loop that a take cuts off ends', async () => {
    for (const options of everySize) {
      const env = environment(options)
      const again = env.fromFuture<number>('again')
      const next = env
        .fromBatch([1])
        .union(again)
        .map((v) => v + 1)
      next.fillFuture(again)
      const seen = next.take(100).collect()
      const stopped = env.submit()
      const job = await stopped
      while (seen.values.length < 100) await turn()
      await job.stop({ drain: false })
      assert.equal(seen.values, range(100, 2))
    }
  })

  test('dead letters are sent round again', async () => {
    for (const options of everySize) {
      const env = environment(options)
      const again = env.fromFuture<number>('again')
      const seen = env
        .fromBatch(range(10))
        .union(again)
        .map(
          (v) => {
            if (v % 2 === 1) throw new Error('odd')
            return v
          },
          { onError: 'dead-letter' },
        )
        .collect()
      env
        .deadLetters<number>()
        .map((letter) => letter.record + 101)
        .fillFuture(again)
      await run(env)
      sameRecords(
        seen.values,
        range(10).map((v) => (v % 2 === 1 ? v + 101 : v)),
      )
    }
  })

  test('admits records from outside only while there is room, however large a chunk', async () => {
    for (const [admit, chunkSize] of [
      [1, 1],
      [4, 1],
      [4, 8],
      [16, 3],
    ] as const) {
      const env = environment({ chunkSize, edgeCapacity: 1 })
      let inside = 0
      let most = 0
      const again = env.fromFuture<number>('again', { admit })
      const entered = env.fromBatch(range(200, 1).map((v) => (v % 5) + 1)).union(again)
      const next = entered
        .tap((v) => {
          if (v > 0) most = Math.max(most, ++inside)
        })
        .map(async (v) => (v % 2 === 0 ? turn().then(() => v - 1) : v - 1))
        .tap(() => void inside--)
      next.filter((v) => v > 0).fillFuture(again)
      next.filter((v) => v <= 0).sink(() => turn())
      await run(env)
      // One more may be in hand.
      assert.ok(most <= admit + 1, `${most} inside, where ${admit} were to be admitted`)
    }
  })
})
