import * as assert from 'uvu/assert'
import { delay } from 'rxjs'
import type { DataStream } from '../../src/stream/data-stream.ts'
import { suite } from '../support/suite.ts'
import {
  assertBooksBalance,
  bookOf,
  cancellationOf,
  createEnvironment,
  failureOf,
  nodeNamed,
  turn,
  until,
} from './jobs.ts'

const soon = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(resolve, value))

type Append = (from: DataStream<number>) => unknown

/** Pipelines that hold records in every place where they can be held. */
const pipelines: Record<string, Append> = {
  'a fused chain': (from) =>
    from
      .map((n) => n)
      .filter((n) => n % 3 > 0)
      .map((n) => (n % 5 ? n : undefined))
      .flatMap((n) => [n, n])
      .collect(),
  'an asynchronous call in a chain': (from) =>
    from
      .map((n) => n)
      .map((n) => soon(n))
      .flatMap((n) => [n, n])
      .map((n) => soon(n))
      .sink(() => soon(0)),
  'concurrent calls': (from) =>
    from
      .map((n) => soon(n), { concurrency: 7 })
      .map((n) => soon(n), { concurrency: 3, ordered: false })
      .filter((n) => soon(n % 2 > 0), { concurrency: 4 })
      .sink(() => soon(0), { concurrency: 5 }),
  'a concurrent flatMap': (from) =>
    from
      .flatMap(
        async function* (n) {
          yield n
          yield await soon(n)
        },
        { concurrency: 3 },
      )
      .sink(() => soon(0)),
  'a concurrent process': (from) =>
    from
      .process<number>(
        async (n, _, out) => {
          await out.emit(n)
          await out.emit(await soon(n))
        },
        { concurrency: 3 },
      )
      .collect(),
  'edges between subtasks': (from) =>
    from
      .map((n) => n, { parallelism: 3 })
      .keyBy((n) => n % 5)
      .scan((a, b) => a + b, 0, { parallelism: 2 })
      .broadcast()
      .map((n) => soon(n), { parallelism: 2 })
      .rebalance()
      .sink(() => soon(0), { parallelism: 3, concurrency: 2 } as never),
  'keyed concurrent calls': (from) =>
    from
      .keyBy((n) => n % 3)
      .map((n) => soon(n), { concurrency: 6, parallelism: 2 })
      .collect(),
  batches: (from) =>
    from
      .batch(4)
      .map((batch) => soon(batch.length))
      .sink(() => {}, { batch: { size: 3 } }),
  'batches that take time': (from) =>
    from
      .batch({ size: 4, interval: 1_000 })
      .flatMap((batch) => batch)
      .sink(() => soon(0), { batch: { size: 3, interval: 1_000 }, concurrency: 2 }),
  'several branches': (from) => {
    from.sink(() => soon(0))
    from.map((n) => soon(n), { concurrency: 2 }).collect()
    from.union(from.filter((n) => n % 2 > 0)).collect()
    return from
      .keyBy((n) => n % 7)
      .join(
        from.keyBy((n) => n % 7),
        (a, b) => a + b,
      )
      .take(1_000)
      .collect()
  },
  'operators of RxJS': (from) => from.pipe(delay(0)).collect(),
  'an operator with an end': (from) =>
    from
      .map(
        { map: (n: number) => (n % 2 ? n : undefined), end: (out) => void out.emit(-1) },
        { concurrency: 4 },
      )
      .map({ map: (n: number) => (n % 3 ? n : undefined), end: (out) => void out.emit(-1) })
      .collect(),
}

/** Jobs are ended after so many records of the source, so that each place is hit. */
const moments = [1, 2, 3, 5, 8, 13, 21, 40, 100]

for (const [what, append] of Object.entries(pipelines)) {
  suite(`the books of ${what}`, (test) => {
    test('balance in a job that completes', async () => {
      for (const count of [0, 1, 10, 100]) {
        const env = createEnvironment({ chunkSize: 8 })
        append(env.fromBatch(Array.from({ length: count }, (_, n) => n)))
        const result = await env.submit({ autostop: true })
        assert.is(nodeNamed(result, 'source-1').out, count)
        assertBooksBalance(env.graph, result)
      }
    })

    for (const end of ['cancelled', 'stopped at once', 'stopped', 'failed'] as const) {
      test(`balance in a job that is ${end}, wherever it is`, async () => {
        for (const moment of moments) {
          const env = createEnvironment({ stopTimeout: 2_000, chunkSize: 8 })
          let given = 0
          append(env.fromSource(() => (given % 3 === 0 ? Promise.resolve(given++) : given++)))
          if (end === 'failed') {
            env
              .fromSource(() => turn())
              .sink(() => {
                if (given >= moment) throw new Error('enough')
              })
          }
          const submitted = env.submit({ autostop: true })
          submitted.catch(() => {})
          await until(() => given >= moment)
          if (end === 'cancelled') {
            await env.cancel()
            assertBooksBalance(env.graph, (await cancellationOf(submitted)).result)
          } else if (end === 'failed') {
            assertBooksBalance(env.graph, (await failureOf(submitted)).result)
          } else {
            await env.stop({ drain: end === 'stopped' })
            const result = await submitted
            assert.is(result.status, 'stopped')
            assertBooksBalance(env.graph, result)
            if (end !== 'stopped') continue
            for (const node of result.nodes) assert.is(node.unfinished + node.failed, 0, node.name)
          }
        }
      })
    }
  })
}

suite('the fate of a record', (test) => {
  test('that a batch had gathered when the job was cancelled is unfinished', async () => {
    const env = createEnvironment()
    let given = 0
    const source = env.fromSource(() => (given < 5 ? given++ : new Promise<number>(() => {})))
    source.batch({ size: 100 }, { name: 'batch' }).collect()
    source.sink(() => {}, { name: 'sink', batch: { size: 100 } })
    const handle = await env.submit()
    await until(() => given === 5)
    await turn()
    await handle.cancel()
    const { result } = await cancellationOf(handle.result)
    assert.equal(bookOf(result, 'batch'), { in: 5, unfinished: 5 })
    assert.equal(bookOf(result, 'sink'), { in: 5, unfinished: 5 })
  })

  test('that a mapper with an end maps to undefined is dropped, concurrent or not', async () => {
    for (const concurrency of [1, 4]) {
      const env = createEnvironment()
      const seen = env
        .fromBatch([1, 2, 3, 4])
        .map(
          { map: (n: number) => (n % 2 ? n : undefined), end: (out) => void out.emit(0) },
          { name: 'op', concurrency },
        )
        .collect()
      const result = await env.submit({ autostop: true })
      assert.equal(seen.values, [1, 3, 0])
      assert.equal(bookOf(result, 'op'), { in: 4, handled: 2, dropped: 2, out: 3 })
    }
  })

  test('that is undefined or falsy is a record like others, but for a map', async () => {
    const env = createEnvironment()
    const values = [undefined, null, 0, '', false, Number.NaN]
    const source = env.fromBatch(values)
    const all = source.collect()
    const mapped = source.map((value) => value, { name: 'map' }).collect()
    const filtered = source.filter(() => true).collect()
    const flat = source.flatMap((value) => [value]).collect()
    const concurrent = source.map((value) => value, { concurrency: 2 }).collect()
    const result = await env.submit({ autostop: true })
    assert.equal(all.values, values)
    assert.equal(filtered.values, values)
    assert.equal(flat.values, values)
    assert.equal(mapped.values, values.slice(1))
    assert.equal(concurrent.values, values.slice(1))
    assert.equal(bookOf(result, 'map'), { in: 6, handled: 5, dropped: 1, out: 5 })
  })
})
