import * as assert from 'uvu/assert'
import { END } from '../../src/functions/user-functions.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import { suite } from '../support/suite.ts'
import { boom, fail, failing } from './failing.ts'
import { assertBooksBalance, createEnvironment, failureOf, never, rejectionOf } from './jobs.ts'

suite('the hooks of an operator', (test) => {
  for (const hook of ['open', 'end', 'close'] as const) {
    for (const [how, thrower] of [
      ['throws', fail],
      ['rejects', () => Promise.reject(boom)],
    ] as const) {
      test(`${hook} ${how}, in any kind of operator`, async () => {
        const appenders: ((from: DataStream<number>) => unknown)[] = [
          (from) => from.map({ map: (n) => n, [hook]: thrower }, { name: 'op' }).collect(),
          (from) => from.map({ map: (n) => n, [hook]: thrower }, { name: 'op', concurrency: 3 }).collect(),
          (from) => from.flatMap({ flatMap: (n) => [n], [hook]: thrower }, { name: 'op' }).collect(),
          (from) => from.process({ process: () => {}, [hook]: thrower }, { name: 'op' }).collect(),
        ]
        if (hook !== 'end') {
          appenders.push((from) => from.sink({ write: () => {}, [hook]: thrower }, { name: 'op' }))
          appenders.push((from) =>
            from.sink({ write: () => {}, [hook]: thrower }, { name: 'op', batch: { size: 2 } }),
          )
        }
        for (const append of appenders) {
          const env = createEnvironment()
          append(env.fromBatch([1, 2, 3]))
          await failing(env, { operator: 'op' })
        }
      })
    }
  }

  test('a class whose constructor throws', async () => {
    class Broken {
      constructor() {
        throw boom
      }
      map(value: number): number {
        return value
      }
    }
    const env = createEnvironment()
    env.fromBatch([1]).map(Broken, { name: 'op' }).collect()
    await failing(env, { operator: 'op' })
  })

  test('what is open is closed again, once, when something else cannot be opened', async () => {
    const env = createEnvironment()
    const calls: string[] = []
    const other = (name: string): { open(): void; map(value: number): number; close(): void } => ({
      open: () => void calls.push(`open ${name}`),
      map: (value) => value,
      close: () => void calls.push(`close ${name}`),
    })
    env
      .fromBatch([1])
      .map(other('a'))
      .map(
        { open: fail, map: (value: number) => value, close: () => void calls.push('close op') },
        { name: 'op' },
      )
      .map(other('b'))
      .collect()
    env.fromBatch([1]).map(other('c')).collect()
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is(error.operator, 'op')
    assert.equal(calls.sort(), ['close a', 'close c', 'open a', 'open c'])
  })

  test('an open that never settles does not keep the failure of another waiting', async () => {
    const env = createEnvironment()
    env
      .fromBatch([1])
      .map({ open: () => never(), map: (value: number) => value })
      .collect()
    env
      .fromBatch([1])
      .map({ open: fail, map: (value: number) => value }, { name: 'op' })
      .collect()
    await failing(env, { operator: 'op' })
  })

  test('a close that hangs is given up after the stop timeout, and named', async () => {
    for (const concurrency of [1, 3]) {
      const env = createEnvironment({ stopTimeout: 5 })
      env
        .fromBatch([1])
        .map({ map: (value: number) => value, close: () => never() }, { name: 'op', concurrency })
        .collect()
      const error = await failureOf(env.submit({ autostop: true }))
      assert.is(error.operator, 'op')
      assert.match(error.message, /close\(\) did not settle within 5 ms/)
    }
    const env = createEnvironment({ stopTimeout: 5 })
    env.fromSource({ next: () => END, close: () => never() }, { name: 'in' }).collect()
    assert.is((await failureOf(env.submit({ autostop: true }))).operator, 'in')
  })

  test('promises that never settle are given up when the job fails elsewhere', async () => {
    const env = createEnvironment({ stopTimeout: 5 })
    const signals: AbortSignal[] = []
    const hang = (_: unknown, { signal }: { signal: AbortSignal }): Promise<number> => {
      signals.push(signal)
      return never()
    }
    const source = env.fromBatch([1, 2, 3, 4])
    source.map(hang).collect()
    source.map(hang, { concurrency: 2 }).collect()
    source.sink(hang)
    source.process(hang as never).collect()
    source
      .flatMap(async function* (value) {
        yield value
        await never()
      })
      .collect()
    let given = 0
    env.fromSource(() => (++given > 50 ? fail() : Promise.resolve(given)), { name: 'in' }).sink(() => {})
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is(error.operator, 'in')
    assert.ok(signals.length >= 4)
    assert.ok(signals.every(({ aborted }) => aborted))
    assertBooksBalance(env.graph, error.result)
  })

  test('promises that reject when the job fails elsewhere are nobody’s unhandled rejection', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    try {
      const env = createEnvironment()
      const rejectOnAbort = (_: number, { signal }: { signal: AbortSignal }): Promise<number> =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
        )
      const source = env.fromBatch([1, 2, 3, 4])
      source.map(rejectOnAbort).collect()
      source.map(rejectOnAbort, { concurrency: 3 }).collect()
      let given = 0
      env.fromSource(() => (++given > 20 ? fail() : Promise.resolve(given)), { name: 'in' }).sink(() => {})
      const handle = await env.submit()
      await handle.drained
      await rejectionOf(handle.result)
      await new Promise((resolve) => setImmediate(resolve))
      assert.equal(unhandled, [])
    } finally {
      process.removeListener('unhandledRejection', note)
    }
  })
})
