import * as assert from 'uvu/assert'
import { TimestampError } from '../../../src/errors/timestamp-error.ts'
import {
  countWindow,
  globalWindow,
  session,
  sliding,
  tumbling,
} from '../../../src/functions/window-assigner.ts'
import {
  anyOf,
  continuous,
  early,
  onCount,
  onProcessingTime,
  onWatermark,
  purging,
  type WindowTrigger,
} from '../../../src/functions/window-trigger.ts'
import type { Collector } from '../../../src/functions/context.ts'
import type { Window, WindowContext } from '../../../src/functions/window.ts'
import { StateTable } from '../../../src/runtime/state/state-table.ts'
import { firingRules } from '../../../src/runtime/windows/firing-rules.ts'
import { LiveWindows } from '../../../src/runtime/windows/live-windows.ts'
import type { Intake } from '../../../src/runtime/windows/intake.ts'
import { windowIntake } from '../../../src/runtime/windows/window-intake.ts'
import { suite } from '../../support/suite.ts'
import { lines, show, windowBench } from './support/window-bench.ts'
import type { Shown } from './support/window-oracle.ts'

const ten = tumbling({ size: 10 })
const byClock = { time: 'processing', trigger: onProcessingTime() } as const
const timesOf = ({ emitted }: { emitted: readonly { time: number }[] }): number[] =>
  emitted.map(({ time }) => time)
const soon = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(resolve, value))

const liveSessions = (gap: number): { windows: LiveWindows; intake: Intake } => {
  const logic = { first: () => 1, add: () => 1, merge: () => 1, result: () => null }
  const windows = new LiveWindows(new StateTable(), logic, {
    firing: firingRules(onWatermark()),
    allowedLateness: 0,
    lag: 1,
    timestampOf: ({ end }) => end - 1,
    now: () => 0,
    scheduled: () => {},
  })
  return { windows, intake: windowIntake(session({ gap }), windows) }
}

suite('tumbling windows by event time', (test) => {
  test('fire when event time has passed them, earliest first, with the time of their last millisecond', async () => {
    const bench = await windowBench({ assigner: ten })
    await bench.record(1, 'a', 0, 12)
    await bench.record(2, 'b', 0, -3)
    await bench.record(3, 'a', 0, 9)
    await bench.record(4, 'a', 0, 0)
    await bench.watermark(8)
    assert.equal(lines(bench), ['b [-10, 0) on-time #0: 2'])
    await bench.watermark(9)
    assert.equal(lines(bench).slice(1), ['a [0, 10) on-time #0: 3 4'])
    await bench.end()
    assert.equal(lines(bench).slice(2), ['a [10, 20) on-time #0: 1'])
    assert.equal(timesOf(bench), [-1, 9, 19])
    assert.is(bench.state.size, 0)
  })

  test('say when they have something to do, so that nobody asks in vain', async () => {
    const bench = await windowBench({ assigner: ten, allowedLateness: 5 })
    assert.is(bench.stage.dueAt, Infinity)
    await bench.record(1, 'a', 0, 12)
    assert.is(bench.stage.dueAt, 19)
    await bench.record(2, 'b', 0, 3)
    assert.is(bench.stage.dueAt, 9)
    await bench.watermark(9)
    assert.is(bench.stage.dueAt, 14)
    await bench.watermark(20)
    assert.is(bench.stage.dueAt, 24)
    await bench.watermark(24)
    assert.is(bench.stage.dueAt, Infinity)
  })

  test('late records go to the side output, or are dropped, counted and warned of once', async () => {
    const read = await windowBench({ assigner: ten, late: 'behind' }, undefined, { sides: true })
    const unread = await windowBench({ assigner: ten })
    for (const bench of [read, unread]) {
      await bench.watermark(9)
      await bench.record(1, 'a', 0, 9)
      await bench.record(2, 'a', 0, 3)
      await bench.record(3, 'a', 0, 10)
      await bench.end()
      assert.equal(lines(bench), ['a [10, 20) on-time #0: 3'])
    }
    assert.equal(read.sides, [
      { tag: 'behind', value: 1, time: 9 },
      { tag: 'behind', value: 2, time: 3 },
    ])
    assert.is(read.book.dropped, 0)
    assert.equal(read.warnings, [])
    assert.is(unread.book.dropped, 2)
    assert.is(unread.metrics.snapshot()['late records'], 2)
    assert.is(unread.warnings.length, 1)
  })

  test('a late record makes its window fire again for as long as lateness is allowed', async () => {
    const bench = await windowBench({ assigner: ten, allowedLateness: 5 }, undefined, { sides: true })
    await bench.record(1, 'a', 0, 1)
    await bench.watermark(9)
    await bench.record(2, 'a', 0, 2)
    await bench.record(3, 'b', 0, 2)
    await bench.watermark(13)
    await bench.record(4, 'a', 0, 4)
    await bench.watermark(14)
    await bench.record(5, 'a', 0, 5)
    assert.equal(lines(bench), [
      'a [0, 10) on-time #0: 1',
      'a [0, 10) late #1: 1 2',
      'b [0, 10) late #0: 3',
      'a [0, 10) late #2: 1 2 4',
    ])
    assert.equal(
      bench.sides.map(({ value }) => value),
      [5],
    )
    assert.is(bench.state.size, 0)
  })

  test('a record without event time is an error that says what to do', async () => {
    const bench = await windowBench({ assigner: ten })
    try {
      await bench.record(1, 'a', 0, NaN)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, TimestampError)
      assert.match((error as Error).message, /assignTimestamps/)
    }
  })

  test('windows of an unkeyed stream have no key', async () => {
    const bench = await windowBench({ assigner: ten, keyed: false })
    await bench.record(1, 'left over', 0, 1)
    await bench.record(2, 'another', 0, 2)
    await bench.end()
    assert.equal(lines(bench), ['undefined [0, 10) on-time #0: 1 2'])
  })
})

suite('sessions', (test) => {
  test('a record between two makes one of them; records a gap apart are two', async () => {
    const bench = await windowBench({ assigner: session({ gap: 5 }) })
    for (const [id, time] of [10, 18, 14, 30, 35, 1].entries()) await bench.record(id, 'a', 0, time)
    await bench.end()
    assert.equal(lines(bench), [
      'a [1, 6) on-time #0: 5',
      'a [10, 23) on-time #0: 0 2 1',
      'a [30, 35) on-time #0: 3',
      'a [35, 40) on-time #0: 4',
    ])
    assert.equal(timesOf(bench), [5, 22, 34, 39])
  })

  test('a record that is late itself is none while its session lives', async () => {
    const bench = await windowBench({ assigner: session({ gap: 5 }) }, undefined, { sides: true })
    await bench.record(0, 'a', 0, 10)
    await bench.watermark(12)
    await bench.record(1, 'a', 0, 6)
    await bench.record(2, 'a', 0, 1)
    await bench.watermark(14)
    assert.equal(lines(bench), ['a [6, 15) on-time #0: 0 1'])
    assert.equal(
      bench.sides.map(({ value }) => value),
      [2],
    )
  })

  test('a session that goes on behind its end fires again when it is over', async () => {
    const bench = await windowBench({ assigner: session({ gap: 5 }), allowedLateness: 10 })
    await bench.record(0, 'a', 0, 10)
    await bench.watermark(15)
    await bench.record(1, 'a', 0, 14)
    await bench.watermark(18)
    await bench.record(2, 'a', 0, 12)
    assert.equal(lines(bench), [
      'a [10, 15) on-time #0: 0',
      'a [10, 19) on-time #1: 0 1',
      'a [10, 19) late #2: 0 1 2',
    ])
  })

  test('of a purging trigger merge what has not been shown', async () => {
    const bench = await windowBench({ assigner: session({ gap: 5 }), trigger: purging(onCount(2)) })
    for (const [id, time] of [0, 1, 8, 4].entries()) await bench.record(id, 'a', 0, time)
    await bench.end()
    assert.equal(lines(bench), ['a [0, 6) early #0: 0 1', 'a [0, 13) early #1: 3 2'])
  })
})

suite('sessions that become one', (test) => {
  /** Times of one key, as they come; what becomes of them under a trigger. */
  const become = async (times: readonly number[], trigger: WindowTrigger): Promise<string[]> => {
    const bench = await windowBench({ assigner: session({ gap: 5 }), trigger })
    for (const [id, time] of times.entries()) await bench.record(id, 'a', 0, time)
    return lines(bench)
  }

  test('count their firings on', async () => {
    assert.equal((await become([8, 9, 0, 4], onCount(1))).at(-1), 'a [0, 14) early #2: 2 3 0 1')
  })

  test('have shown what either has shown', async () => {
    assert.equal(await become([8, 8, 8, 0, 4], onCount(3)), ['a [8, 13) early #0: 0 1 2'])
  })

  test('merge what either holds', async () => {
    const shown = await become([8, 8, 0, 4], purging(onCount(2)))
    assert.equal(shown, ['a [8, 13) early #0: 0 1', 'a [0, 13) early #1: 2 3'])
  })

  test('fire early when the first of them would have', async () => {
    const bench = await windowBench({ assigner: session({ gap: 5 }), trigger: early(100) })
    await bench.record(0, 'a', 0, 8)
    await bench.pass(60)
    await bench.record(1, 'a', 0, 0)
    await bench.record(2, 'a', 0, 4)
    await bench.pass(40)
    assert.equal(lines(bench), ['a [0, 13) early #0: 1 2 0'])
    await bench.pass(100)
    assert.is(bench.emitted.length, 1)
  })

  test('wait in the queue once, however long they get', () => {
    const { windows, intake } = liveSessions(100)
    for (let time = 0; time < 1000; time += 10) void intake('r', 'a', time, time, -Infinity)
    let waiting = 0
    while (windows.ends.take(Infinity) !== undefined) waiting++
    assert.is(waiting, 1)
  })
})

suite('triggers of windows', (test) => {
  test('onCount fires at every so many records, and at the end', async () => {
    const bench = await windowBench({ assigner: ten, trigger: onCount(2) })
    for (const id of [1, 2, 3, 4, 5]) await bench.record(id, 'a', 0, id)
    await bench.watermark(9)
    assert.equal(lines(bench), [
      'a [0, 10) early #0: 1 2',
      'a [0, 10) early #1: 1 2 3 4',
      'a [0, 10) on-time #2: 1 2 3 4 5',
    ])
    assert.equal(timesOf(bench), [9, 9, 9])
  })

  test('purging shows each record once, and nothing where nothing is new', async () => {
    const bench = await windowBench({
      assigner: ten,
      trigger: purging(onCount(2)),
      allowedLateness: 5,
    })
    for (const id of [1, 2, 3, 4]) await bench.record(id, 'a', 0, id)
    await bench.watermark(9)
    await bench.record(5, 'a', 0, 5)
    await bench.end()
    assert.equal(lines(bench), ['a [0, 10) early #0: 1 2', 'a [0, 10) early #1: 3 4', 'a [0, 10) late #2: 5'])
  })

  test('early fires by the clock, counted from the first record that was not shown', async () => {
    const bench = await windowBench({ assigner: ten, trigger: early(100) })
    await bench.record(1, 'a', 0, 1)
    await bench.pass(60)
    await bench.record(2, 'a', 0, 2)
    await bench.pass(39)
    assert.equal(lines(bench), [])
    await bench.pass(1)
    assert.equal(lines(bench), ['a [0, 10) early #0: 1 2'])
    await bench.pass(1000)
    assert.is(bench.emitted.length, 1, 'nothing is new')
    assert.is(bench.clock.timers, 0)
    await bench.record(3, 'a', 0, 3)
    await bench.watermark(9)
    await bench.pass(1000)
    assert.equal(lines(bench).slice(1), ['a [0, 10) on-time #1: 1 2 3'])
    assert.equal(timesOf(bench), [9, 9])
  })

  test('early and onCount: whichever is first', async () => {
    const bench = await windowBench({
      assigner: globalWindow(),
      trigger: purging(anyOf(onCount(3), early(100))),
    })
    for (const id of [1, 2, 3, 4]) await bench.record(id, 'a', 0, NaN)
    await bench.pass(50)
    for (const id of [5, 6]) await bench.record(id, 'a', 0, NaN)
    await bench.pass(50)
    await bench.record(7, 'a', 0, NaN)
    await bench.pass(99)
    assert.is(bench.emitted.length, 2)
    await bench.pass(1)
    await bench.record(8, 'a', 0, NaN)
    await bench.end()
    assert.equal(
      lines(bench).map((line) => line.replace('a [-Infinity, Infinity) ', '')),
      ['early #0: 1 2 3', 'early #1: 4 5 6', 'early #2: 7', 'on-time #3: 8'],
    )
    assert.is(bench.clock.timers, 1, 'one timer, whatever comes')
    await bench.stage.close?.()
    assert.is(bench.clock.timers, 0)
  })

  test('continuous fires when event time passes a multiple, if there is anything new', async () => {
    const bench = await windowBench({ assigner: tumbling({ size: 100 }), trigger: continuous(20) })
    await bench.record(1, 'a', 0, 5)
    await bench.watermark(18)
    assert.equal(lines(bench), [])
    await bench.watermark(19)
    await bench.watermark(70)
    await bench.record(2, 'a', 0, 30)
    assert.is(bench.stage.dueAt, 79, 'the next multiple, not one that is past')
    await bench.record(3, 'a', 0, 75)
    await bench.watermark(79)
    await bench.record(4, 'a', 0, 85)
    await bench.watermark(98)
    await bench.end()
    assert.equal(lines(bench), [
      'a [0, 100) early #0: 1',
      'a [0, 100) early #1: 1 2 3',
      'a [0, 100) on-time #2: 1 2 3 4',
    ])
  })

  test('a long window with many early firings keeps one entry of each kind', async () => {
    const bench = await windowBench({ assigner: tumbling({ size: 1_000_000 }), trigger: continuous(10) })
    for (let time = 0; time < 5000; time += 5) {
      await bench.record(time, 'a', 0, time)
      await bench.watermark(time)
    }
    assert.is(bench.emitted.length, 499)
    await bench.end()
    assert.is(bench.emitted.length, 500)
  })
})

suite('windows by the clock', (test) => {
  test('fire when the clock has passed them, without a record and without event time', async () => {
    const bench = await windowBench({ assigner: ten, ...byClock })
    await bench.pass(3)
    await bench.record(1, 'a', 0, NaN)
    await bench.pass(6)
    await bench.record(2, 'a', 0, NaN)
    assert.equal(lines(bench), [])
    await bench.pass(1)
    assert.equal(lines(bench), ['a [0, 10) on-time #0: 1 2'])
    await bench.record(3, 'a', 0, NaN)
    await bench.watermark(1e9)
    assert.is(bench.emitted.length, 1, 'event time is nothing to them')
    await bench.end()
    assert.equal(lines(bench).slice(1), ['a [10, 20) on-time #0: 3'])
    assert.equal(timesOf(bench), [NaN, NaN])
    await bench.stage.close?.()
    assert.is(bench.clock.timers, 0)
  })

  test('show results with the time of their newest record, or just behind the watermark', async () => {
    const bench = await windowBench({ assigner: ten, ...byClock })
    await bench.record(1, 'a', 0, 500)
    await bench.record(2, 'a', 0, 400)
    await bench.pass(10)
    await bench.record(3, 'a', 0, 600)
    await bench.watermark(700)
    await bench.pass(10)
    await bench.record(4, 'a', 0, 650)
    await bench.end()
    assert.equal(timesOf(bench), [500, 701, 701])
  })

  test('show at the end of the input no time that is behind the watermark', async () => {
    for (const told of [{ assigner: ten, ...byClock }, { assigner: countWindow(5) }]) {
      const bench = await windowBench(told)
      await bench.record(1, 'a', 0, 500)
      await bench.watermark(700)
      await bench.record(2, 'a', 0, 400)
      await bench.end()
      assert.equal(timesOf(bench), [701])
    }
  })

  test('sessions and early firings go by the clock too', async () => {
    const sessions = await windowBench({ assigner: session({ gap: 10 }), ...byClock })
    const repeated = await windowBench({
      assigner: tumbling({ size: 100 }),
      ...byClock,
      trigger: continuous(20),
    })
    for (const bench of [sessions, repeated]) {
      for (const id of [1, 2, 3]) {
        await bench.record(id, 'a', 0, NaN)
        await bench.pass(9)
      }
      await bench.pass(1)
      await bench.pass(100)
    }
    assert.equal(lines(sessions), ['a [0, 28) on-time #0: 1 2 3'])
    assert.equal(lines(repeated), ['a [0, 100) early #0: 1 2 3', 'a [0, 100) on-time #1: 1 2 3'])
  })

  test('what was due while the job was down fires when it goes on', async () => {
    const before = await windowBench({
      assigner: ten,
      ...byClock,
      trigger: anyOf(early(4), onProcessingTime()),
    })
    await before.record(1, 'a', 0, NaN)
    const state = before.state.capture()
    const after = await windowBench(
      { assigner: ten, ...byClock, trigger: anyOf(early(4), onProcessingTime()) },
      undefined,
      { state },
    )
    await after.pass(4)
    await after.pass(100)
    assert.equal(lines(after), ['a [0, 10) early #0: 1', 'a [0, 10) on-time #1: 1'])
  })
})

suite('what becomes of a window', (test) => {
  const sum = (a: number, b: number): number => a + b
  const sums = async (
    given: object,
    logic: 'reduce' | 'aggregate' | 'count',
    assigner = ten,
  ): Promise<unknown[]> => {
    const bench = await windowBench({ assigner, logic }, given)
    for (const n of [1, 2, 3]) await bench.record(n, 'a', 0, n)
    await bench.record(4, 'a', 0, 14)
    await bench.end()
    return bench.values
  }

  test('reduce gives the value, or what its result makes of it', async () => {
    assert.equal(await sums({ reduce: sum }, 'reduce'), [6, 4])
    assert.equal(await sums({ reduce: (a: number, b: number) => soon(a + b) }, 'reduce'), [6, 4])
    const result = (value: number, { start }: Window): string => `${start}: ${value}`
    assert.equal(await sums({ reduce: sum, result }, 'reduce'), ['0: 6', '10: 4'])
    const later = (value: number): Promise<number> => soon(-value)
    assert.equal(await sums({ reduce: sum, result: later }, 'reduce'), [-6, -4])
  })

  test('aggregate takes accumulators that are returned, or changed in place', async () => {
    const returned = { create: () => 0, add: sum, result: (acc: number, { end }: Window) => [acc, end] }
    const inPlace = {
      create: () => ({ sum: 0 }),
      add: (acc: { sum: number }, n: number): void => void (acc.sum += n),
      merge: (acc: { sum: number }, other: { sum: number }): void => void (acc.sum += other.sum),
      result: (acc: { sum: number }, { end }: Window) => [acc.sum, end],
    }
    for (const aggregator of [returned, inPlace])
      assert.equal(await sums(aggregator, 'aggregate'), [
        [6, 10],
        [4, 20],
      ])
    const sessions = await windowBench({ assigner: session({ gap: 5 }), logic: 'aggregate' }, inPlace)
    for (const time of [1, 9, 5]) await sessions.record(time, 'a', 0, time)
    await sessions.end()
    assert.equal(sessions.values, [[15, 14]])
  })

  test('count says of which window', async () => {
    const rest = { key: 'a', firing: 'on-time', pane: 0 }
    assert.equal(await sums({}, 'count'), [
      { ...rest, start: 0, end: 10, count: 3 },
      { ...rest, start: 10, end: 20, count: 1 },
    ])
  })

  test('process may be asynchronous, and emit any number', async () => {
    const given = async (
      ids: readonly number[],
      _ctx: unknown,
      out: { emit(value: unknown): void },
    ): Promise<void> => {
      for (const id of ids) {
        await soon(null)
        out.emit(id)
      }
    }
    const bench = await windowBench({ assigner: ten }, given)
    for (const [id, time] of [1, 2, 11].entries()) await bench.record(id, 'a', 0, time)
    await bench.end()
    assert.equal(bench.values, [0, 1, 2])
    assert.equal(timesOf(bench), [9, 9, 19])
  })

  test('one late record may make several windows fire, each in its time', async () => {
    const later = async (
      ids: readonly number[],
      ctx: WindowContext,
      out: Collector<Shown>,
    ): Promise<void> => {
      await soon(null)
      show(ids, ctx, out)
    }
    for (const given of [show, later]) {
      const assigner = sliding({ size: 10, every: 5 })
      const bench = await windowBench({ assigner, allowedLateness: 100 }, given)
      await bench.watermark(50)
      await bench.record(1, 'a', 0, 7)
      assert.equal(lines(bench), ['a [0, 10) late #0: 1', 'a [5, 15) late #0: 1'])
      assert.equal(timesOf(bench), [9, 14])
    }
  })

  test('the records that process is given do not change when the window gets more', async () => {
    const given: (readonly number[])[] = []
    const keep = (ids: readonly number[]): void => void given.push(ids)
    const bench = await windowBench({ assigner: ten, trigger: onCount(2), allowedLateness: 9 }, keep)
    for (const id of [1, 2, 3]) await bench.record(id, 'a', 0, id)
    await bench.watermark(9)
    await bench.record(4, 'a', 0, 4)
    assert.equal(given, [
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4],
    ])
  })

  test('a record that fails is in none of its windows, and may be tried again', async () => {
    for (const assigner of [ten, sliding({ size: 10, every: 5 }), session({ gap: 5 })]) {
      let callsToFailure = assigner.type === 'sliding' ? 2 : 1
      const reduce = (a: number, b: number): number => {
        if (b === 2 && --callsToFailure === 0) throw new Error('no')
        return a + b
      }
      const bench = await windowBench({ assigner, logic: 'reduce' }, { reduce })
      await bench.record(1, 'a', 0, 6)
      let failed = false
      await bench.record(2, 'a', 0, 7).catch(() => (failed = true))
      assert.ok(failed)
      await bench.record(2, 'a', 0, 7)
      await bench.end()
      assert.equal(new Set(bench.values), new Set([3]), assigner.type)
    }
  })

  test('when a result fails, the windows behind it still fire', async () => {
    const result = (value: number): number => {
      if (value === 2) throw new Error('no')
      return value
    }
    const bench = await windowBench({ assigner: ten, logic: 'reduce' }, { reduce: sum, result })
    for (const n of [1, 2, 3]) await bench.record(n, n, 0, n)
    let failures = 0
    for (let asked = 0; asked < 2; asked++) await bench.watermark(9).catch(() => failures++)
    assert.is(failures, 1)
    assert.equal(bench.values, [1, 3])
  })

  test('hooks of an object are called, also when windows were there before', async () => {
    const calls: string[] = []
    const processor = {
      open: () => void calls.push('open'),
      process: (ids: readonly number[]) => void calls.push(`process ${ids.join(' ')}`),
      close: () => void calls.push('close'),
    }
    const bench = await windowBench({ assigner: ten }, processor)
    await bench.record(1, 'a', 0, 1)
    const again = await windowBench({ assigner: ten }, processor, { state: bench.state.capture() })
    await again.end()
    await again.stage.close?.()
    assert.equal(calls, ['open', 'open', 'process 1', 'close'])
  })
})

suite('the global window', (test) => {
  test('fires by its trigger, and when the input has ended', async () => {
    const bench = await windowBench({ assigner: globalWindow(), trigger: onWatermark() })
    for (const id of [1, 2]) await bench.record(id, 'a', 0, id)
    await bench.watermark(1e12)
    assert.equal(lines(bench), [])
    await bench.end()
    assert.equal(lines(bench), ['a [-Infinity, Infinity) on-time #0: 1 2'])
    assert.is(bench.state.size, 0)
  })
})

suite('a million windows at once', (test) => {
  test('fire one by one, as they are taken', async () => {
    let results = 0
    const result = (value: number): number => {
      results++
      return value
    }
    const bench = await windowBench({ assigner: ten, logic: 'reduce' }, { reduce: Math.max, result })
    for (let key = 0; key < 1000; key++) await bench.stage.call(key, key, 0, 5)
    const outputs = bench.stage.advance?.(9) as Iterable<number>
    const iterator = outputs[Symbol.iterator]()
    for (let taken = 1; taken <= 3; taken++) {
      assert.equal(iterator.next(), { done: false, value: taken - 1 })
      assert.is(results, taken)
    }
    assert.is(bench.state.size, 997)
  })

  test('that show nothing give the loop its turn in between', async () => {
    const bench = await windowBench({ assigner: ten, trigger: purging(onCount(1)) })
    for (let key = 0; key < 1000; key++) await bench.record(key, key, 0, 5)
    assert.is(bench.emitted.length, 1000)
    let asked = 0
    while ((bench.stage.dueAt ?? Infinity) <= 9) {
      const outputs = bench.stage.advance?.(9) as Iterable<number>
      assert.equal([...outputs], [])
      asked++
    }
    assert.is(asked, 4)
    assert.is(bench.state.size, 0)
  })
})
