import { Subject } from 'rxjs'
import * as assert from 'uvu/assert'
import type { LocalEnvironment } from '../../src/environment/local-environment.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import { assertBooksBalance, createEnvironment, deferred, never, rest, until } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'
import { statuses, ticking } from './observed.ts'

suite('stop()', (test) => {
  test('ends the input: what is in flight drains, what is held back is flushed', async () => {
    const env = createEnvironment()
    const { stream } = ticking(env)
    const seen = stream.collect()
    const count = stream.count().collect()
    const sum = stream
      .keyBy((n) => n % 2)
      .reduce((a, b) => a + b, { parallelism: 2 })
      .collect()
    const batches = stream.batch(1_000_000).collect()
    const written: number[][] = []
    stream.sink((batch) => void written.push(batch), { batch: { size: 1_000_000 } })
    const ends: number[] = []
    stream
      .map({ map: (n: number) => n, end: (out) => void out.emit(-1), close: () => void ends.push(0) })
      .sink((n) => void (n === -1 && ends.push(n)))
    const status = statuses(env)
    const handle = await env.submit()
    await until(() => seen.values.length > 5)
    await handle.stop()
    const total = seen.values.length
    const result = await handle.result
    assert.is(result.status, 'stopped')
    assert.equal(status, ['pending', 'running', 'stopping', 'stopped'])
    assert.equal(count.values, [total])
    assert.is(sum.values.length, 2)
    assert.is(sum.values[0]! + sum.values[1]!, (total * (total - 1)) / 2)
    assert.is(batches.values.flat().length, total)
    assert.is(written.flat().length, total)
    assert.equal(ends, [-1, 0], 'end() emits, then close()')
    assertBooksBalance(env.graph, result)
  })

  test('waits for calls in flight', async () => {
    const env = createEnvironment({ stopTimeout: 5_000 })
    const gates = [deferred<number>(), deferred<number>(), deferred<number>()]
    let called = 0
    const { stream } = ticking(env)
    const seen = stream.map(() => gates[called++]!.promise, { concurrency: 3 }).collect()
    const handle = await env.submit()
    await until(() => called === 3)
    const stopped = handle.stop()
    await rest()
    assert.is(handle.status, 'stopping')
    gates.forEach(({ resolve }, index) => resolve(index))
    await stopped
    assert.equal(seen.values, [0, 1, 2])
    assert.is(called, 3)
    assertBooksBalance(env.graph, await handle.result)
  })

  test('does not wait for the next record of a source, and still flushes', async () => {
    const sources: Record<string, (env: LocalEnvironment) => DataStream<number>> = {
      'a pull function': (env) => {
        let given = 0
        return env.fromSource(() => (given < 3 ? given++ : never<number>()))
      },
      'an async generator': (env) =>
        env.fromBatch(async function* () {
          yield* [0, 1, 2]
          await never()
        }),
      'an async generator shared by subtasks': (env) =>
        env.fromBatch(
          async function* () {
            yield* [0, 1, 2]
            await never()
          },
          { parallelism: 2 },
        ),
      'an Observable': (env) => {
        const subject = new Subject<number>()
        setImmediate(() => [0, 1, 2].forEach((n) => subject.next(n)))
        return env.fromObservable(subject)
      },
      'a web stream': (env) =>
        env.fromReadable(
          () =>
            new ReadableStream<number>({
              start: (controller) => [0, 1, 2].forEach((n) => controller.enqueue(n)),
            }) as never,
        ),
    }
    for (const [what, create] of Object.entries(sources)) {
      const env = createEnvironment({ stopTimeout: 20 })
      const stream = create(env)
      const seen = stream.collect()
      const counts = stream
        .keyBy((n) => n)
        .count({ parallelism: 2 })
        .collect()
      const handle = await env.submit()
      await until(() => seen.values.length === 3)
      await handle.stop()
      const result = await handle.result
      assert.is(result.status, 'stopped', what)
      assert.is(counts.values.length, 3, `${what}: ${JSON.stringify(result.nodes)}`)
      assertBooksBalance(env.graph, result)
    }
  })

  test('keeps a record that the source has given but the job has not taken yet', async () => {
    const env = createEnvironment()
    const next = deferred<number>()
    let asked = 0
    const seen = env.fromSource(() => (asked++, next.promise)).collect()
    const handle = await env.submit()
    await until(() => asked === 1)
    // After the job's own reaction to the promise, and before its next turn.
    const stopped = next.promise.then(() => handle.stop())
    next.resolve(7)
    await stopped
    assert.equal(seen.values, [7])
    assertBooksBalance(env.graph, await handle.result)
  })

  test('aborts the signal of a source, so that a pending next can give up', async () => {
    const env = createEnvironment()
    const aborted = deferred()
    const calls: string[] = []
    env
      .fromSource({
        next: (ctx) => {
          ctx.signal.addEventListener('abort', () => aborted.resolve(), { once: true })
          return never<number>()
        },
        close: () => void calls.push('close'),
      })
      .collect()
    const handle = await env.submit()
    await rest()
    await handle.stop()
    await aborted.promise
    assert.equal(calls, ['close'])
    assert.is(handle.status, 'stopped')
  })
})
