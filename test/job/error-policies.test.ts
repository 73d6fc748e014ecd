import * as assert from 'uvu/assert'
import type { LocalEnvironment } from '../../src/environment/local-environment.ts'
import { TerminalError } from '../../src/errors/terminal-error.ts'
import type { ErrorPolicy } from '../../src/functions/error-policy.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import type { StandardSchema } from '../../src/functions/standard-schema.ts'
import type { Collected } from '../../src/functions/collect-buffer.ts'
import { suite } from '../support/suite.ts'
import { assertBooksBalance, bookOf, createEnvironment, failureOf } from './jobs.ts'

const items = [1, 2, 3, 4, 5, 6]

/** Calls made for each record. */
type Calls = Map<number, number>

interface Options {
  readonly name: string
  readonly onError: ErrorPolicy
}

/** An operator whose function throws as `act` says; what comes out of it, as a number per record. */
type Operator = (from: DataStream<number>, act: (n: number) => number, options: Options) => Collected<unknown>

const later = async (act: () => number): Promise<number> => {
  await Promise.resolve()
  return act()
}

const written = (sink: (write: (n: number) => void) => unknown): Collected<number> => {
  const values: number[] = []
  sink((n) => void values.push(n))
  return { values }
}

const operators: Record<string, Operator> = {
  map: (from, act, options) => from.map(act, options).collect(),
  'map, asynchronous': (from, act, options) => from.map((n) => later(() => act(n)), options).collect(),
  'map, concurrent': (from, act, options) =>
    from.map((n) => later(() => act(n)), { ...options, concurrency: 3 }).collect(),
  'map, concurrent, unordered': (from, act, options) =>
    from.map((n) => later(() => act(n)), { ...options, concurrency: 3, ordered: false }).collect(),
  'map, concurrent, synchronous': (from, act, options) =>
    from.map(act, { ...options, concurrency: 3 }).collect(),
  'map, with an end': (from, act, options) => from.map({ map: act, end: () => {} }, options).collect(),
  'map, with an end, concurrent': (from, act, options) =>
    from.map({ map: act, end: () => {} }, { ...options, concurrency: 3 }).collect(),
  'map, in several subtasks': (from, act, options) =>
    from.map((n) => later(() => act(n)), { ...options, parallelism: 3 }).collect(),
  'map, after others': (from, act, options) =>
    from
      .map((n) => n)
      .filter(() => true)
      .flatMap((n) => [n])
      .map(act, options)
      .filter(async () => true)
      .collect(),
  'map, on a keyed stream, concurrent': (from, act, options) =>
    from
      .keyBy((n) => n % 2)
      .map((n) => later(() => act(n)), { ...options, concurrency: 3 })
      .collect(),
  filter: (from, act, options) => from.filter((n) => act(n) > 0, options).collect(),
  'filter, concurrent': (from, act, options) =>
    from.filter(async (n) => act(n) > 0, { ...options, concurrency: 2 }).collect(),
  flatMap: (from, act, options) => from.flatMap((n) => [act(n)], options).collect(),
  'flatMap, concurrent': (from, act, options) =>
    from.flatMap((n) => later(() => act(n)).then((m) => [m]), { ...options, concurrency: 3 }).collect(),
  tap: (from, act, options) => from.tap(act, options).collect(),
  process: (from, act, options) =>
    from.process<number>((n, _, out) => void out.emit(act(n)), options).collect(),
  'process, asynchronous': (from, act, options) =>
    from
      .process<number>(async (n, _, out) => {
        await out.emit(await later(() => act(n)))
      }, options)
      .collect(),
  'process, concurrent': (from, act, options) =>
    from
      .process<number>(async (n, _, out) => void out.emit(await later(() => act(n))), {
        ...options,
        concurrency: 3,
      })
      .collect(),
  sink: (from, act, options) => written((write) => from.sink((n) => write(act(n)), options)),
  'sink, concurrent': (from, act, options) =>
    written((write) =>
      from.sink(async (n) => write(await later(() => act(n))), { ...options, concurrency: 3 }),
    ),
  'sink, in batches of one': (from, act, options) =>
    written((write) => from.sink(([n]) => write(act(n!)), { ...options, batch: { size: 1 } })),
  keyBy: (from, act, options) =>
    from
      .keyBy(act, options)
      .scan((_, n) => n, 0)
      .collect(),
  scan: (from, act, options) => from.scan((_, n) => act(n), 0, options).collect(),
  'scan, asynchronous': (from, act, options) =>
    from.scan((_, n) => later(() => act(n)), 0, options).collect(),
  validate: (from, act, options) => {
    const schema: StandardSchema<number> = {
      '~standard': { version: 1, vendor: 'test', validate: (n) => ({ value: act(n as number) }) },
    }
    return from.validate(schema, options).collect()
  },
  comap: (from, act, options) =>
    from
      .connect(from.filter(() => false))
      .comap([act, act], options)
      .collect(),
  join: (from, act, options) =>
    from
      .keyBy((n) => n)
      .join(
        from.keyBy((n) => n),
        (n) => act(n),
        options,
      )
      .collect(),
}

/** Emitting what a join has matched is not repeated: its partners have been passed on already. */
const unrepeatable = new Set(['join'])

const attempt = (
  append: Operator,
  onError: ErrorPolicy,
  /** Record 2 fails always, record 4 fails twice. */
): { env: LocalEnvironment; calls: Calls; seen: Collected<unknown> } => {
  const env = createEnvironment()
  const calls: Calls = new Map()
  const act = (n: number): number => {
    const count = (calls.get(n) ?? 0) + 1
    calls.set(n, count)
    if (n === 2 || (n === 4 && count <= 2)) throw new Error(`no ${n}`)
    return n
  }
  return { env, calls, seen: append(env.fromBatch(items), act, { name: 'op', onError }) }
}

const sorted = ({ values }: Collected<unknown>): unknown[] => [...values].sort()
const called = (calls: Calls): number[] => items.map((n) => calls.get(n) ?? 0)

for (const [what, append] of Object.entries(operators)) {
  suite(`error policies of ${what}`, (test) => {
    const retries = !unrepeatable.has(what)
    const afterRetries = retries ? [1, 3, 4, 5, 6] : [1, 3, 5, 6]
    const givenUp = retries ? 1 : 2

    test('skip', async () => {
      const { env, calls, seen } = attempt(append, 'skip')
      const result = await env.submit({ autostop: true })
      assert.equal(sorted(seen), [1, 3, 5, 6])
      assert.equal(called(calls), [1, 1, 1, 1, 1, 1])
      const { dropped, errors } = bookOf(result, 'op')
      assert.equal([dropped, errors], [2, 2])
      assertBooksBalance(env.graph, result)
    })

    test('dead-letter, with somebody who reads them', async () => {
      const { env, calls, seen } = attempt(append, 'dead-letter')
      const letters = env.deadLetters<number>().collect()
      const result = await env.submit({ autostop: true })
      assert.equal(sorted(seen), [1, 3, 5, 6])
      assert.equal(called(calls), [1, 1, 1, 1, 1, 1])
      const told = letters.values.map(({ record, operator, error, attempts }) => [
        record,
        operator,
        (error as Error).message,
        attempts,
      ])
      assert.equal(told.sort(), [
        [2, 'op', 'no 2', 1],
        [4, 'op', 'no 4', 1],
      ])
      const { deadLettered, errors } = bookOf(result, 'op')
      assert.equal([deadLettered, errors], [2, 2])
      assertBooksBalance(env.graph, result)
    })

    test('retry, then dead-letter that nobody reads', async () => {
      const { env, calls, seen } = attempt(append, { retry: { attempts: 3 }, then: 'dead-letter' })
      const result = await env.submit({ autostop: true })
      assert.equal(sorted(seen), afterRetries)
      assert.equal(called(calls), retries ? [1, 4, 1, 3, 1, 1] : [1, 1, 1, 1, 1, 1])
      const { deadLettered, errors } = bookOf(result, 'op')
      assert.equal([deadLettered, errors], [givenUp, retries ? 6 : 2])
      assertBooksBalance(env.graph, result)
    })

    test('retry with a backoff, then skip', async () => {
      const { env, calls, seen } = attempt(append, { retry: { attempts: 2, backoff: 0.01 }, then: 'skip' })
      const result = await env.submit({ autostop: true })
      assert.equal(sorted(seen), afterRetries)
      assert.equal(called(calls), retries ? [1, 3, 1, 3, 1, 1] : [1, 1, 1, 1, 1, 1])
      assert.is(bookOf(result, 'op').dropped, givenUp)
      assertBooksBalance(env.graph, result)
    })

    test('none absorbs a TerminalError', async () => {
      const policies: ErrorPolicy[] = ['skip', 'dead-letter', { retry: { attempts: 3 }, then: 'skip' }]
      for (const onError of policies) {
        const env = createEnvironment()
        const calls: number[] = []
        const act = (n: number): number => {
          calls.push(n)
          if (n === 2) throw new Error('no more', { cause: new TerminalError('out of credit') })
          return n
        }
        append(env.fromBatch(items), act, { name: 'op', onError })
        const { operator, message } = await failureOf(env.submit({ autostop: true }))
        assert.is(operator, 'op')
        assert.match(message, 'no more')
        assert.is(calls.filter((n) => n === 2).length, 1)
      }
    })

    test('retry, then fail', async () => {
      const { env, calls } = attempt(append, { retry: { attempts: 1 } })
      const { operator, record, cause, message, result } = await failureOf(env.submit({ autostop: true }))
      assert.is(operator, 'op')
      assert.ok(record?.includes('2'), record)
      assert.is((cause as Error).message, 'no 2')
      if (retries) {
        assert.match(message, 'after 2 attempts')
        assert.is(calls.get(2), 2)
      }
      assert.is(bookOf(result, 'op').failed, 1)
      assertBooksBalance(env.graph, result)
    })
  })
}
