import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { InvalidGraphError } from '../../src/errors/invalid-graph-error.ts'
import { type Logger, silentLogger } from '../../src/functions/logger.ts'
import { boundedOutOfOrderness, monotonousTimestamps } from '../../src/functions/watermark-strategy.ts'
import { countWindow, globalWindow, session, sliding, tumbling } from '../../src/functions/window-assigner.ts'
import { continuous, early, onCount, onWatermark, purging } from '../../src/functions/window-trigger.ts'
import type { Window } from '../../src/functions/window.ts'
import { marbles, TestEnvironment } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'
import {
  type Shown,
  sortedShown,
  type TimedRecord,
  WindowOracle,
} from '../runtime/operators/support/window-oracle.ts'
import { show } from '../runtime/operators/support/window-bench.ts'
import { bookOf, createEnvironment, failureOf, rejectionOf } from './jobs.ts'

const ids = (records: readonly TimedRecord[]): number[] => records.map(({ id }) => id)
const assigners = fc.constantFrom(
  tumbling({ size: 7, offset: 2 }),
  sliding({ size: 9, every: 4 }),
  session({ gap: 3 }),
)
const drafts = fc.array(
  fc.record({ key: fc.integer({ min: 0, max: 4 }), time: fc.integer({ min: -40, max: 40 }) }),
  { maxLength: 80 },
)

suite('windows in a job', (test) => {
  test(
    'at any parallelism show what a batch by window would, of records in bounds',
    { timeout: 60_000 },
    async () => {
      const behind = 6
      await fc.assert(
        fc.asyncProperty(
          assigners,
          drafts,
          fc.constantFrom(1, 2, 3),
          async (assigner, given, parallelism) => {
            const records: TimedRecord[] = given
              .map(({ key, time }, id) => ({ id, key, time, comes: time + ((id * 5) % (behind + 1)) }))
              .sort((a, b) => a.comes - b.comes)
            const oracle = new WindowOracle(assigner)
            for (const record of records) oracle.record(record)
            oracle.watermark(Infinity)

            const env = createEnvironment({ parallelism, chunkSize: 4 })
            const shown = env
              .fromBatch(records, { parallelism: 1 })
              .assignTimestamps(({ time }) => time, boundedOutOfOrderness(behind))
              .keyBy(({ key }) => key)
              .window(assigner)
              .process<Shown>((window, ctx, out) => show(ids(window), ctx, out))
              .collect()
            await env.submit({ autostop: true })
            assert.equal(sortedShown(shown.values), sortedShown(oracle.shown))
          },
        ),
        { numRuns: 60 },
      )
    },
  )

  test('with one subtask are exact for late records too', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(assigners, drafts, fc.constantFrom(0, 5), async (assigner, given, allowedLateness) => {
        const behind = 4
        const records = given.map((draft, id) => ({ ...draft, id }))
        const oracle = new WindowOracle(assigner, allowedLateness)
        let latest = -Infinity
        for (const record of records) {
          oracle.record(record)
          latest = Math.max(latest, record.time)
          oracle.watermark(latest - behind - 1)
        }
        oracle.watermark(Infinity)

        const env = createEnvironment()
        const result = env
          .fromBatch(records)
          .assignTimestamps(({ time }) => time, boundedOutOfOrderness(behind))
          .keyBy(({ key }) => key)
          .window(assigner, { allowedLateness })
          .process<Shown>((window, ctx, out) => show(ids(window), ctx, out))
        const shown = result.collect()
        const late = result.sideOutput<TimedRecord>('late').collect()
        await env.submit({ autostop: true })
        assert.equal(sortedShown(shown.values), sortedShown(oracle.shown))
        assert.equal(ids(late.values), oracle.late)
      }),
      { numRuns: 60 },
    )
  })

  test('feed windows behind them: results have the time of their window', async () => {
    const env = createEnvironment()
    const perMinute = env
      .fromBatch(Array.from({ length: 300 }, (_, second) => second * 1000))
      .assignTimestamps((time) => time, monotonousTimestamps())
      .keyBy((time) => time % 2000)
      .window(tumbling({ size: 60_000 }))
      .count()
    const inAll = perMinute
      .window(tumbling({ size: 120_000 }))
      .aggregate({
        create: () => 0,
        add: (sum, { count }) => sum + count,
        result: (sum, { start, key }) => ({ start, sum, key }),
      })
      .collect()
    await env.submit({ autostop: true })
    assert.equal(inAll.values, [
      { start: 0, sum: 120, key: undefined },
      { start: 120_000, sum: 120, key: undefined },
      { start: 240_000, sum: 60, key: undefined },
    ])
  })

  test('of every kind feed windows behind them at the end of the input', async () => {
    const env = createEnvironment()
    const timed = env
      .fromBatch([1, 2, 3, 14, 15])
      .assignTimestamps((time) => time, monotonousTimestamps())
      .keyBy(() => 'all')
    const all = { trigger: onWatermark() }
    const results = [timed.window(countWindow(2)), timed.window(globalWindow(), all)].map((windows) => {
      const counts = windows
        .count()
        .window(tumbling({ size: 10 }))
        .count()
      return { counts: counts.collect(), late: counts.sideOutput('late').collect() }
    })
    await env.submit({ autostop: true })
    const shown = results.map(({ counts }) => counts.values.map(({ start, count }) => [start, count]))
    // Counts of two, at 2 and at 14; the rest, 15, at the end.
    assert.equal(shown, [
      [
        [0, 1],
        [10, 2],
      ],
      [[10, 1]],
    ])
    assert.equal(
      results.map(({ late }) => late.values),
      [[], []],
    )
  })

  test('drop late records with their books in order, and warn once per subtask', async () => {
    const warnings: string[] = []
    const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) }
    logger.child = () => logger
    const env = createEnvironment({ logger })
    env
      .fromBatch([1, 30, 2, 3, 31])
      .assignTimestamps((time) => time, monotonousTimestamps())
      .window(tumbling({ size: 10 }))
      .count({ name: 'tens' })
      .sink(() => {})
    const result = await env.submit({ autostop: true })
    assert.equal(bookOf(result, 'tens'), { in: 5, handled: 3, dropped: 2, out: 2 })
    assert.is(warnings.filter((warning) => warning.includes("'tens'")).length, 1)
  })

  test('by event time are refused on a stream that has none, with what to do', async () => {
    for (const [assigner, options] of [
      [tumbling({ size: 1 }), {}],
      [globalWindow(), { trigger: continuous(5) }],
    ] as const) {
      const env = createEnvironment()
      env.fromBatch([1]).window(assigner, options).count().collect()
      const error = await rejectionOf(env.submit({ autostop: true }))
      assert.instance(error, InvalidGraphError)
      assert.match((error as Error).message, /assignTimestamps[\s\S]*time: 'processing'/)
    }
    const env = createEnvironment()
    const counts = env
      .fromBatch([1, 2, 3])
      .window(globalWindow(), { trigger: purging(onCount(2)) })
      .count()
      .collect()
    await env.submit({ autostop: true })
    assert.equal(
      counts.values.map(({ count }) => count),
      [2, 1],
    )
  })

  test('when a function for a window fails, so does the job, or the policy holds', async () => {
    const create = (onError: 'fail' | 'skip') => {
      const env = createEnvironment()
      const values = env
        .fromBatch([1, 2, 3])
        .assignTimestamps((time) => time, monotonousTimestamps())
        .keyBy((n) => n)
        .window(tumbling({ size: 10 }))
        .reduce(
          (n) => n,
          (n) => {
            if (n === 2) throw new Error('not two')
            return n
          },
          { onError, name: 'fussy' },
        )
        .collect()
      return { env, values }
    }
    const failing = create('fail')
    const error = await failureOf(failing.env.submit({ autostop: true }))
    assert.is(error.operator, 'fussy')
    assert.is((error.cause as Error).message, 'not two')
    const skipping = create('skip')
    const result = await skipping.env.submit({ autostop: true })
    assert.equal(skipping.values.values, [1, 3])
    assert.equal(bookOf(result, 'fussy'), { in: 3, handled: 3, out: 2, errors: 1 })
  })

  test('emit on side outputs, and take their time', async () => {
    const env = createEnvironment()
    const pairs = env
      .fromBatch([1, 2, 3, 4, 5])
      .window(countWindow(2))
      .process<number>(async (records, _ctx, out) => {
        await new Promise((resolve) => setImmediate(resolve))
        if (records.length < 2) void out.side('odd', records[0])
        else for (const record of records) await out.emit(record * 10)
      })
    const values = pairs.collect()
    const odd = pairs.sideOutput<number>('odd').collect()
    await env.submit({ autostop: true })
    assert.equal(values.values, [10, 20, 30, 40])
    assert.equal(odd.values, [5])
  })
})

suite('windows by the clock, in a job', (test) => {
  test('fire in the millisecond in which they end, and at the end of the input', () =>
    marbles(({ env, cold, expectStream }) => {
      const source = cold('ab---c-d--e-|')
      const windows = env.fromObservable(source).window(tumbling({ size: 5 }), { time: 'processing' })
      const texts = windows.reduce((a, b) => a + b)
      expectStream(texts).toBe('-----x----y-(z|)', { x: 'ab', y: 'cd', z: 'e' })
    }))

  test('sessions fire when nothing has come for their gap', () =>
    marbles(({ env, cold, expectStream }) => {
      const source = cold('a-b----c---------|')
      const windows = env.fromObservable(source).window(session({ gap: 4 }), { time: 'processing' })
      expectStream(windows.reduce((a, b) => a + b)).toBe('------x----y-----|', { x: 'ab', y: 'c' })
    }))

  test('early firings come behind other operators of their chain', async () => {
    const env = new TestEnvironment()
    const seen: Window[] = []
    env
      .fromInterval(10, { count: 10 })
      .map((n) => n)
      .assignTimestamps((n) => n, monotonousTimestamps())
      .map((n) => n)
      .window(tumbling({ size: 100 }), { trigger: early(25) })
      .count()
      .sink((window) => void seen.push(window))
    await env.run()
    assert.equal(
      seen.map(({ firing, pane }) => `${firing} ${pane}`),
      ['early 0', 'early 1', 'early 2', 'on-time 3'],
    )
  })
})
