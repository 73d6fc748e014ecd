import * as assert from 'uvu/assert'
import { z } from 'zod'
import { SchemaError } from '../../../src/errors/schema-error.ts'
import type { Collector } from '../../../src/functions/context.ts'
import {
  assertBooksBalance,
  cancellationOf,
  createEnvironment,
  failureOf,
  rest,
  until,
} from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
const soon = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(resolve, value))

suite('validate', (test) => {
  const schema = z.object({ id: z.coerce.number(), tag: z.string().default('none') })

  test('passes what the schema makes of a record', async () => {
    const env = createEnvironment()
    const seen = env
      .fromBatch([{ id: '7' }, { id: 8, tag: 'x', extra: 1 }])
      .validate(schema)
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [
      { id: 7, tag: 'none' },
      { id: 8, tag: 'x' },
    ])
  })

  test('fails with the issues and their paths, or sets the record aside', async () => {
    const env = createEnvironment()
    const bad = { id: 'x', tag: 3 }
    env.fromBatch([bad]).validate(schema, { name: 'check' }).collect()
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is(error.operator, 'check')
    assert.instance(error.cause, SchemaError)
    assert.match(error.message, /id: .*; tag: /)
    assert.is((error.cause as SchemaError).issues.length, 2)

    const other = createEnvironment()
    const seen = other
      .fromBatch([{ id: 1 }, bad])
      .validate(schema, { onError: 'dead-letter' })
      .collect()
    const letters = other.deadLetters().collect()
    await other.submit({ autostop: true })
    assert.equal(seen.values, [{ id: 1, tag: 'none' }])
    assert.is(letters.values[0]!.record, bad)
  })

  test('waits for a schema that is asynchronous', async () => {
    const env = createEnvironment()
    const unique = z.number().refine((n) => soon(n > 1))
    const seen = env.fromBatch([1, 2, 3]).validate(unique, { onError: 'skip' }).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [2, 3])
  })
})

suite('process', (test) => {
  test('emits none, one or many, on the main output and on the side', async () => {
    const env = createEnvironment()
    const main = env.fromBatch(numbers(6)).process<number>((n, _, out) => {
      if (n === 0) return
      void out.emit(n)
      if (n % 2) void out.emit(-n)
      void out.side(n % 3 ? 'rest' : 'third', n)
      void out.side('nobody reads this', n)
    })
    const seen = main.collect()
    const third = main.sideOutput<number>('third').collect()
    const rest = main
      .sideOutput<number>('rest')
      .map((n) => n * 10)
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, -1, 2, 3, -3, 4, 5, -5])
    assert.equal(third.values, [3])
    assert.equal(rest.values, [10, 20, 40, 50])
  })

  test('a side output may be read twice, and alone', async () => {
    const env = createEnvironment()
    const split = env.fromBatch([1, 2]).process<number>((n, _, out) => void out.side('s', n))
    const a = split.sideOutput<number>('s').collect()
    const b = split
      .sideOutput<number>('s')
      .map((n) => n + 1)
      .collect()
    await env.submit({ autostop: true })
    assert.equal(a.values, [1, 2])
    assert.equal(b.values, [2, 3])
  })

  test('end may emit, also on the side, and asynchronously', async () => {
    for (const concurrency of [1, 2]) {
      const env = createEnvironment()
      const main = env.fromBatch([1]).process<number>(
        {
          process: (n, _, out) => void out.emit(n),
          end: async (out) => {
            await soon(0)
            await out.emit(2)
            await soon(0)
            void out.side('s', 3)
          },
        },
        { concurrency },
      )
      const seen = main.collect()
      const side = main.sideOutput('s').collect()
      await env.submit({ autostop: true })
      assert.equal(seen.values, [1, 2])
      assert.equal(side.values, [3])
    }
  })

  test('what a synchronous call emits beyond its buffer is an error that says what to do', async () => {
    const env = createEnvironment()
    const gush = (_: number, __: unknown, out: { emit(n: number): unknown }): void => {
      for (let n = 0; n < 100_000; n++) void out.emit(n)
    }
    env.fromBatch([1]).process<number>(gush, { name: 'gusher' }).collect()
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is((error.cause as { code: string }).code, 'ERR_EMIT_OVERFLOW')
    assert.is(error.operator, 'gusher')
    assert.ok(error.remedy)
  })

  test('one that awaits its emits may emit without end', async () => {
    const env = createEnvironment()
    const count = env
      .fromBatch([1])
      .process<number>(async (_, __, out) => {
        for (let n = 0; n < 100_000; n++) await out.emit(n)
      })
      .count()
      .collect()
    await env.submit({ autostop: true })
    assert.equal(count.values, [100_000])
  })

  test('one that waits for room is let go when the job is cancelled, or when nobody reads on', async () => {
    const append = [
      (out: Collector<number>, n: number) => out.emit(n),
      (out: Collector<number>, n: number) => out.side('s', n),
    ]
    for (const concurrency of [1, 2]) {
      for (const emit of append) {
        const env = createEnvironment({ stopTimeout: 60_000, chunkSize: 8 })
        let emitted = 0
        const main = env.fromBatch([1, 2]).process<number>(
          async (_, __, out) => {
            for (;;) await emit(out, emitted++)
          },
          { concurrency },
        )
        let stuck = 0
        const slow = (_: number, { signal }: { signal: AbortSignal }): Promise<void> => {
          stuck++
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
        }
        main.sink(slow)
        main.sideOutput<number>('s').sink(slow)
        const handle = await env.submit()
        await until(() => stuck === 1)
        await rest()
        await handle.cancel()
        assertBooksBalance(env.graph, (await cancellationOf(handle.result)).result)
      }
      const env = createEnvironment({ stopTimeout: 60_000 })
      const seen = env
        .fromBatch([1])
        .process<number>(
          async (n, _, out) => {
            for (;;) await out.emit(n)
          },
          { concurrency },
        )
        .take(2000)
        .count()
        .collect()
      await env.submit({ autostop: true })
      assert.equal(seen.values, [2000])
    }
  })
})
