import * as assert from 'uvu/assert'
import { END } from '../../../src/functions/user-functions.ts'
import {
  assertBooksBalance,
  bookOf,
  cancellationOf,
  createEnvironment,
  failureOf,
  rest,
  until,
} from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

suite('sink and print', (test) => {
  test('takes a function, an object or a class; several hang on one stream', async () => {
    const env = createEnvironment()
    const log: string[] = []
    class Writer {
      open(): void {
        log.push('open')
      }
      write(n: number): void {
        log.push(`class ${n}`)
      }
      close(): void {
        log.push('close')
      }
    }
    env
      .fromBatch([1])
      .sink((n) => void log.push(`function ${n}`))
      .sink({ write: (n) => void log.push(`object ${n}`) })
      .sink(Writer)
      .map((n) => n + 1)
      .sink((n) => void log.push(`mapped ${n}`))
    await env.submit({ autostop: true })
    assert.equal(log.sort(), ['class 1', 'close', 'function 1', 'mapped 2', 'object 1', 'open'])
  })

  test('print writes each record with console.log', async ({ cleanup }) => {
    const env = createEnvironment()
    const lines: unknown[][] = []
    const { log } = console
    cleanup(() => (console.log = log))
    console.log = (...line: unknown[]) => void lines.push(line)
    env
      .fromBatch([{ a: 1 }])
      .print()
      .print({ prefix: 'x' })
    await env.submit({ autostop: true })
    assert.equal(lines.sort(), [[{ a: 1 }], ['x', { a: 1 }]].sort())
  })
})

suite('collect', (test) => {
  test('can be looked at while the job runs, and is new for each job', async () => {
    const env = createEnvironment()
    const seen = env.fromSource(() => new Promise<number>((resolve) => setImmediate(resolve, 1))).collect()
    const handle = await env.submit()
    await until(() => seen.values.length > 2)
    await handle.stop()
    const { values } = seen
    const again = await env.submit()
    await again.stop()
    assert.is.not(seen.values, values)
  })
})

suite('toAsyncIterable', (test) => {
  test('hands the records to one loop, in order, then ends', async () => {
    const env = createEnvironment()
    const rows = env.fromBatch(numbers(3000)).toAsyncIterable({ capacity: 10 })
    const submitted = env.submit({ autostop: true })
    const seen: number[] = []
    for await (const row of rows) seen.push(row)
    assert.equal(seen, numbers(3000))
    assertBooksBalance(env.graph, await submitted)
  })

  test('holds the job back while nobody reads', async () => {
    const env = createEnvironment({ chunkSize: 4 })
    let given = 0
    const rows = env.fromSource(() => (given < 1000 ? given++ : END)).toAsyncIterable({ capacity: 5 })
    const submitted = env.submit({ autostop: true })
    await rest()
    const before = given
    await rest()
    assert.is(given, before)
    assert.ok(given < 100, `${given} were given`)
    const read: number[] = []
    for await (const row of rows) read.push(row)
    assert.equal(read, numbers(1000))
    await submitted
  })

  test('that is left early cancels its branch, and the source that nobody else reads', async () => {
    const env = createEnvironment()
    const log: string[] = []
    let given = 0
    const rows = env
      .fromSource({ next: () => given++, close: () => void log.push('close') })
      .toAsyncIterable()
    const submitted = env.submit({ autostop: true })
    const seen: number[] = []
    for await (const row of rows) {
      seen.push(row)
      if (seen.length === 3) break
    }
    assertBooksBalance(env.graph, await submitted)
    assert.equal(seen, [0, 1, 2])
    assert.equal(log, ['close'])
  })

  test('rejects where the job fails, after the records that came before', async () => {
    const env = createEnvironment()
    const rows = env
      .fromBatch(function* () {
        yield* [1, 2]
        throw new Error('boom')
      })
      .toAsyncIterable()
    const failed = failureOf(env.submit({ autostop: true }))
    const seen: number[] = []
    try {
      for await (const row of rows) seen.push(row)
      assert.unreachable()
    } catch (error) {
      assert.match((error as Error).message, 'boom')
    }
    await failed
    assert.equal(seen, [1, 2])
  })

  test('without a reader does not hold up a cancel', async () => {
    const env = createEnvironment({ stopTimeout: 60_000 })
    let given = 0
    env.fromSource(() => given++).toAsyncIterable({ capacity: 5 })
    const handle = await env.submit()
    await until(() => given >= 5)
    await rest()
    await handle.cancel()
    assertBooksBalance(env.graph, (await cancellationOf(handle.result)).result)
  })

  test('whose reader comes before the job waits for it, and reads the next job after the first', async () => {
    const env = createEnvironment()
    const rows = env.fromBatch(() => [1, 2]).toAsyncIterable()
    const read = async (): Promise<number[]> => {
      const seen: number[] = []
      for await (const row of rows) seen.push(row)
      return seen
    }
    const first = read()
    await rest()
    await env.submit({ autostop: true })
    assert.equal(await first, [1, 2])
    const submitted = env.submit({ autostop: true })
    assert.equal(await read(), [1, 2])
    await submitted
  })
})

suite('progress$ and metrics$', (test) => {
  test('tell where the job is, what edges hold, what operators count; and complete with it', async () => {
    const env = createEnvironment()
    let given = 0
    env
      .fromSource(() => (given < 10 ? given++ : new Promise<typeof END>(() => {})))
      .map((n, { metrics }) => (metrics.count('seen'), metrics.gauge('last', n), n), {
        name: 'map',
      })
      .rebalance()
      .sink(() => {}, { parallelism: 2, name: 'out' })
    const handle = await env.submit()
    await until(() => given === 10)
    await rest()
    const log: string[] = []
    handle.progress$.subscribe({
      next: ({ status, read, written, nodes }) => log.push(`${status} ${read} ${written} ${nodes.length}`),
      complete: () => log.push('complete'),
    })
    const snapshots: unknown[] = []
    handle.metrics$.subscribe(({ custom, edges }) =>
      snapshots.push(
        custom['n1'],
        edges.map(({ sent }) => sent),
      ),
    )
    assert.equal(log, ['running 10 10 4'])
    assert.equal(snapshots, [{ seen: 10, last: 9 }, [10]])
    await handle.stop()
    await rest()
    assert.equal(log.slice(1), ['stopped 10 10 4', 'complete'])
    assert.is(bookOf(await handle.result, 'out').handled, 10)
  })

  test('of a job that is over give the last snapshot, and leave nothing behind', async () => {
    const env = createEnvironment()
    env.fromBatch([1, 2]).collect()
    const handle = await env.submit()
    await handle.drained
    const subscription = handle.progress$.subscribe()
    subscription.unsubscribe()
    await handle.stop()
    const last: number[] = []
    let completed = 0
    handle.progress$.subscribe({ next: ({ read }) => last.push(read), complete: () => completed++ })
    assert.ok(last.length > 0 && last.every((read) => read === 2))
    assert.is(completed, 1)
  })
})
