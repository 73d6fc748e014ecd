import process from 'node:process'
import { deserialize, serialize } from 'node:v8'
import * as assert from 'uvu/assert'
import { isClass } from '../../src/services/service-source.ts'
import { MillraceError } from '../../src/errors/millrace-error.ts'
import type { OperatorContext } from '../../src/functions/context.ts'
import { type ClassOf, END, type End, type PullSource } from '../../src/functions/user-functions.ts'
import { MetricRegistry } from '../../src/runtime/metrics/metric-registry.ts'
import { CallContext } from '../../src/runtime/task/call-context.ts'
import type { Clock } from '../../src/time/clock.ts'
import { realClock } from '../../src/time/real-clock.ts'
import { createEnvironment, failureOf, until } from '../job/jobs.ts'
import { createScope } from '../runtime/task/support/parts.ts'
import { suite, type TestContext } from '../support/suite.ts'

/** A source as `fromSource` takes it. */
export type AnySource<T> = ClassOf<PullSource<T>> | PullSource<T>

/** The outside world made ready, and a source that reads it. */
export interface SourceUnderTest<T> {
  readonly source: AnySource<T>
  /** What it gives, in order, as `comparable` shows it; at least three. */
  readonly expected: readonly unknown[]
  /** Makes a record comparable; default the record. */
  readonly comparable?: (record: T) => unknown
  /** Whether the end comes by itself behind these. If not, nothing comes, for ever. */
  readonly ends: boolean
  /** What the other side holds open for it, such as connections; default nothing. */
  readonly held?: () => number | Promise<number>
}

export interface SourceContract<T> {
  /** Called for each test. What it opens, `cleanup` of the test closes. */
  readonly ready: (test: TestContext) => Promise<SourceUnderTest<T>>
  /** A source that gives `expected` and then fails with an error of ours. */
  readonly failing: (test: TestContext) => Promise<SourceUnderTest<T>>
  /** Whether a position leads to the very next record; default true. */
  readonly replayable?: boolean
  /** Whether all but the first subtask end at once; default true. */
  readonly single?: boolean
}

/** A source opened by hand, as a subtask would. */
export interface OpenedSource<T> {
  readonly source: PullSource<T>
  readonly metrics: MetricRegistry
  /** A stop, or an abort. */
  readonly stop: AbortController
  readonly ctx: OperatorContext
  next(): Promise<T | End>
  take(count: number): Promise<(T | End)[]>
  close(): Promise<void>
}

export interface OpenOptions {
  readonly clock?: Clock
  readonly subtaskIndex?: number
  /** Default: as many as the index asks for. */
  readonly parallelism?: number
  /** What `snapshot` gave. */
  readonly position?: unknown
}

export async function openSource<T>(
  given: AnySource<T>,
  { clock = realClock, subtaskIndex = 0, parallelism = subtaskIndex + 1, position }: OpenOptions = {},
): Promise<OpenedSource<T>> {
  const source = isClass(given) ? (new given() as PullSource<T>) : given
  const stop = new AbortController()
  const metrics = new MetricRegistry()
  const scope = createScope({
    clock,
    metrics,
    subtaskIndex,
    parallelism,
    signal: stop.signal,
    now: () => clock.now(),
  })
  const ctx = new CallContext(scope) as unknown as OperatorContext
  if (position !== undefined) await source.restore!(deserialize(serialize(position)))
  await source.open?.(ctx)
  const next = async (): Promise<T | End> => source.next(ctx)
  return {
    source,
    metrics,
    stop,
    ctx,
    next,
    async take(count) {
      const records: (T | End)[] = []
      while (records.length < count) records.push(await next())
      return records
    },
    close: async () => source.close?.(),
  }
}

/** What every source of ours promises, whatever it reads. */
export function sourceContract<T>(name: string, contract: SourceContract<T>): void {
  const { replayable = true, single = true } = contract

  suite(`${name}, as a source`, (test) => {
    const begin = async (context: TestContext, what: 'ready' | 'failing' = 'ready') => {
      const under = await contract[what](context)
      const comparable = under.comparable ?? ((record: T): unknown => record)
      const plain = (records: readonly (T | End)[]): unknown[] =>
        records.map((record) => (record === END ? END : comparable(record)))
      const before = process.getActiveResourcesInfo().length
      const assertReleased = async (): Promise<void> => {
        // The other side learns of it by the network.
        if (under.held !== undefined) for (;;) if ((await under.held()) === 0) break
        await until(() => process.getActiveResourcesInfo().length <= before)
      }
      return { ...under, plain, assertReleased, count: under.expected.length }
    }

    test('gives its records in order, and ends only if there are no more', async (context) => {
      const { source, expected, ends, plain, assertReleased, count } = await begin(context)
      const opened = await openSource(source)
      assert.equal(plain(await opened.take(count)), expected)
      if (ends) assert.equal(await opened.take(2), [END, END])
      await opened.close()
      await assertReleased()
    })

    test('is closed without having been asked for anything', async (context) => {
      const { source, assertReleased } = await begin(context)
      const opened = await openSource(source)
      await opened.close()
      await assertReleased()
    })

    test('stopped while it waits, ends at once', async (context) => {
      const { source, assertReleased, count, ends } = await begin(context)
      const opened = await openSource(source)
      await opened.take(count)
      const pending = opened.next()
      if (!ends) assert.is(await settledWithin(pending, 3), false, 'nothing comes any more')
      opened.stop.abort(new Error('stop'))
      assert.is(await pending, END)
      await opened.close()
      await assertReleased()
    })

    test('stopped while its first record is on its way, ends at once', async (context) => {
      const { source, assertReleased } = await begin(context)
      const opened = await openSource(source)
      const pending = opened.next()
      opened.stop.abort(new Error('stop'))
      await pending
      await opened.close()
      await assertReleased()
    })

    test('closed in the middle, gives everything back', async (context) => {
      const { source, assertReleased } = await begin(context)
      const opened = await openSource(source)
      await opened.take(1)
      await opened.close()
      await assertReleased()
    })

    test('closed while a call is pending, gives everything back', async (context) => {
      const { source, assertReleased, count } = await begin(context)
      const opened = await openSource(source)
      await opened.take(count)
      const pending = opened.next()
      await opened.close()
      await pending
      await assertReleased()
    })

    test('that fails, fails behind its last record with an error of ours', async (context) => {
      const { source, expected, plain, assertReleased, count } = await begin(context, 'failing')
      const opened = await openSource(source)
      assert.equal(plain(await opened.take(count)), expected)
      const error: unknown = await opened.next().then(
        () => assert.unreachable('it goes on'),
        (thrown: unknown) => thrown,
      )
      assert.instance(error, MillraceError)
      assert.ok((error as MillraceError).remedy, 'it says what to do')
      await opened.close()
      await assertReleased()
    })

    if (replayable) {
      test('goes on behind any position', async (context) => {
        const { source, expected, ends, plain, assertReleased, count } = await begin(context)
        for (let given = 0; given <= count; given++) {
          const first = await openSource(source)
          await first.take(given)
          const position = first.source.snapshot!()
          await first.close()
          const second = await openSource(source, { position })
          assert.equal(plain(await second.take(count - given)), expected.slice(given), `behind ${given}`)
          if (ends) assert.is(await second.next(), END)
          await second.close()
        }
        await assertReleased()
      })

      test('is not disturbed by being asked where it stands', async (context) => {
        const { source, expected, plain, count } = await begin(context)
        const opened = await openSource(source)
        const records: (T | End)[] = []
        while (records.length < count) {
          opened.source.snapshot!()
          records.push(await opened.next())
        }
        assert.equal(plain(records), expected)
        await opened.close()
      })
    }

    if (single) {
      test('is read by the first subtask alone', async (context) => {
        const { source, assertReleased } = await begin(context)
        const opened = await openSource(source, { subtaskIndex: 1 })
        assert.is(await opened.next(), END)
        await opened.close()
        await assertReleased()
      })
    }

    test('runs in a pipeline, in job after job', async (context) => {
      const { source, expected, ends, plain, assertReleased, count } = await begin(context)
      const env = createEnvironment({ stopTimeout: 5_000, parallelism: single ? 2 : 1 })
      const seen = env.fromSource<T>(source as ClassOf<PullSource<T>>).collect({ parallelism: 1 })
      for (const round of [1, 2]) {
        const handle = await env.submit()
        await until(() => seen.values.length === count)
        if (ends) await handle.drained
        await handle.stop()
        await handle.result
        assert.equal(plain(seen.values), expected, `job ${round}`)
      }
      await assertReleased()
    })

    test('lets go when the job is cancelled', async (context) => {
      const { source, assertReleased, count } = await begin(context)
      const env = createEnvironment({ stopTimeout: 5_000 })
      const seen = env.fromSource<T>(source as ClassOf<PullSource<T>>).collect()
      const handle = await env.submit()
      await until(() => seen.values.length === count)
      await handle.cancel()
      await handle.result.catch(() => {})
      await assertReleased()
    })

    test('lets go when an operator behind it fails', async (context) => {
      const { source, assertReleased } = await begin(context)
      const env = createEnvironment({ stopTimeout: 5_000 })
      env.fromSource<T>(source as ClassOf<PullSource<T>>).sink(() => {
        throw new Error('the sink has failed')
      })
      await failureOf(env.submit({ autostop: true }))
      await assertReleased()
    })

    test('that fails, fails the job', async (context) => {
      const { source, expected, plain, assertReleased } = await begin(context, 'failing')
      const env = createEnvironment({ stopTimeout: 5_000 })
      const seen = env.fromSource<T>(source as ClassOf<PullSource<T>>, { name: 'outside' }).collect()
      const { operator, site } = await failureOf(env.submit({ autostop: true }))
      assert.is(operator, 'outside')
      assert.match(site!.file, 'source-contract')
      assert.equal(plain(seen.values), expected)
      await assertReleased()
    })
  })
}

/** Whether the promise settles within so many turns of the event loop. */
async function settledWithin(promise: Promise<unknown>, turns: number): Promise<boolean> {
  let settled = false
  const note = (): void => {
    settled = true
  }
  promise.then(note, note)
  for (let i = 0; i < turns && !settled; i++) await new Promise((resolve) => setImmediate(resolve))
  return settled
}
