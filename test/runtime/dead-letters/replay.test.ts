import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { fixedDelay } from '../../../src/functions/restart-strategy.ts'
import type { ValueState } from '../../../src/functions/keyed-state.ts'
import { valueState } from '../../../src/functions/state-descriptors.ts'
import { END } from '../../../src/functions/user-functions.ts'
import { monotonousTimestamps } from '../../../src/functions/watermark-strategy.ts'
import type { JobResult } from '../../../src/job/job-result.ts'
import { MemoryCheckpointStore } from '../../../src/storage/memory-checkpoint-store.ts'
import type { DataStream } from '../../../src/stream/data-stream.ts'
import { suite } from '../../support/suite.ts'
import { Desk, Tap } from './put-back.ts'

const later = (turns: number): Promise<void> =>
  turns <= 0
    ? Promise.resolve()
    : new Promise((resolve) => setImmediate(resolve)).then(() => later(turns - 1))

/** Fails for every third record until it is given up so often, and then lets it through. */
const flaky = (failures: number): ((n: number) => number) => {
  const tries = new Map<number, number>()
  return (n) => {
    const tried = tries.get(n) ?? 0
    tries.set(n, tried + 1)
    if (n % 3 === 0 && tried < failures) throw new Error(`not yet ${n}`)
    return n
  }
}

const options = { name: 'flaky', onError: 'dead-letter' } as const

type Shape = (numbers: DataStream<number>, call: (n: number) => number) => DataStream<number>

const shapes: Readonly<Record<string, Shape>> = {
  'at the source': (numbers, call) => numbers.map(call, options).map((n) => n),
  'behind others': (numbers, call) =>
    numbers
      .map((n) => n)
      .filter(() => true)
      .map(call, options),
  'behind a channel': (numbers, call) => numbers.rebalance().map(call, { ...options, parallelism: 2 }),
  keyed: (numbers, call) =>
    numbers.keyBy((n) => n % 5).process((n, _, out) => out.emit(call(n)), { ...options, parallelism: 2 }),
  'with promises': (numbers, call) => numbers.map(async (n) => later(n % 3).then(() => call(n)), options),
  'several outputs': (numbers, call) => numbers.flatMap((n) => [call(n)], options),
  'several outputs, one by one': (numbers, call) =>
    numbers.flatMap(async function* (n) {
      await later(1)
      yield call(n)
    }, options),
  'calls that overlap': (numbers, call) =>
    numbers.map(async (n) => later(n % 4).then(() => call(n)), { ...options, concurrency: 4 }),
  'calls that overlap, out of order': (numbers, call) =>
    numbers.flatMap(async (n) => later(n % 4).then(() => [call(n)]), {
      ...options,
      concurrency: 4,
      ordered: false,
    }),
}

const booksOf = ({ nodes }: JobResult, name: string): JobResult['nodes'][number] =>
  nodes.find((node) => node.name === name)!

suite('records that are put back', (test) => {
  for (const [name, shape] of Object.entries(shapes)) {
    test(`${name}: go through exactly once, and the books balance`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 3 }),
          fc.boolean(),
          fc.integer({ min: 1, max: 4 }),
          async (count, failures, checkpointed, turns) => {
            const desk = new Desk('test', { chunkSize: 4 })
            const tap = new Tap(count)
            const seen: number[] = []
            shape(desk.fromSource(tap.next, { name: 'numbers' }), flaky(failures)).sink(
              (n) => void seen.push(n),
            )
            const unlucky = Math.ceil(count / 3)
            desk.onLetter = (_, number) => void later(number % turns).then(() => desk.putBack(number))
            // More records come meanwhile, so that some are read between those that are put back.
            const job = await desk.begin(
              checkpointed ? { store: new MemoryCheckpointStore(), interval: 1, minPause: 0 } : null,
            )
            while (desk.entered.length < unlucky * failures || desk.settled.length < desk.entered.length) {
              if (job.status !== 'pending' && job.status !== 'running') break
              await later(1)
            }
            tap.close()
            const result = await job.result
            assert.equal(
              seen.toSorted((a, b) => a - b),
              Array.from({ length: count }, (_, n) => n),
            )
            const { deadLettered, out, ...book } = booksOf(result, 'flaky')
            assert.equal([deadLettered, out], [unlucky * failures, count])
            assert.is(book.in, count + unlucky * failures)
            assert.is(book.in, out + deadLettered)
            assert.is(desk.letters.length, unlucky * failures)
            assert.equal([...desk.settled].sort(), [...desk.entered].sort())
            assert.equal(desk.refused, [])
            const times = desk.letters.map(({ replay }) => replay?.times ?? 0)
            assert.is(Math.max(...times), failures - 1)
          },
        ),
        { numRuns: 12 },
      )
    })
  }

  test('come back to the subtask that refused them, with their key and event time', async () => {
    const desk = new Desk('test')
    const tap = new Tap(9)
    const homes = new Map<number, Set<number>>()
    const seen: string[] = []
    let mended = false
    desk
      .fromSource(tap.next)
      .assignTimestamps((n) => 1000 + n, monotonousTimestamps())
      .keyBy((n) => n % 3)
      .process(
        (n, ctx, out) => {
          homes.set(n, (homes.get(n) ?? new Set()).add(ctx.subtaskIndex))
          if (!mended) throw new Error('no')
          void out.emit(n)
          seen.push(`${ctx.key} at ${ctx.timestamp}`)
        },
        { ...options, parallelism: 3 },
      )
      .sink(() => {})
    const job = await desk.begin()
    while (desk.letters.length < 9) await later(1)
    assert.equal(
      desk.letters
        .map(({ record, key, eventTime, final, after }) => [record, key, eventTime, final, after])
        .sort(),
      Array.from({ length: 9 }, (_, n) => [n, n % 3, 1000 + n, null, 0]),
    )
    mended = true
    desk.putBack(...desk.letters.keys())
    while (desk.entered.length < 9) await later(1)
    tap.close()
    await job.result
    assert.equal(seen.sort(), Array.from({ length: 9 }, (_, n) => `${n % 3} at ${1000 + n}`).sort())
    assert.ok([...homes.values()].every(({ size }) => size === 1))
  })

  test('are refused where there is no such operator, or it has ended', async () => {
    const desk = new Desk('test')
    const tap = new Tap(3)
    const other = new Tap()
    desk
      .fromSource(tap.next)
      .map(flaky(Infinity), options)
      .sink(() => {})
    desk.fromSource(other.next).sink(() => {})
    const job = await desk.begin()
    while (desk.letters.length < 1) await later(1)
    desk.letters.push({ ...desk.letters[0]!, nodeId: 'n99' }, { ...desk.letters[0]!, subtask: 7 })
    desk.putBack(1, 2)
    assert.equal(desk.refused, [1, 2])
    tap.close()
    while (desk.refused.length < 3) {
      await later(1)
      desk.putBack(0)
    }
    other.close()
    const { deadLettered } = booksOf(await job.result, 'flaky')
    assert.is(deadLettered, desk.letters.length - 2)
    assert.equal(desk.refused, [1, 2, 0])
  })

  test('have no record to put back where none was read', async () => {
    const desk = new Desk('test')
    desk
      .fromBatch([1])
      .assignTimestamps((n) => n, monotonousTimestamps())
      .keyBy((n) => n)
      .process(
        {
          process: (_, { timers }) => timers.atEventTime(1000),
          onTimer() {
            throw new Error('no')
          },
        },
        options,
      )
      .sink(() => {})
    await (
      await desk.begin()
    ).result
    assert.equal(
      desk.letters.map(({ record, final }) => [record, final]),
      [[undefined, 'no-record']],
    )
  })

  test('are not kept where the program reads them', async () => {
    const desk = new Desk('test')
    const read: unknown[] = []
    desk
      .fromBatch([0, 1])
      .map(flaky(1), options)
      .sink(() => {})
    desk.deadLetters<number>().sink(({ record }) => void read.push(record))
    await (
      await desk.begin()
    ).result
    assert.equal([read, desk.letters.length], [[0], 0])
  })

  test('are not refused where they wait while the job is restarted, as they are handed in again', async () => {
    const desk = new Desk('test', { restart: fixedDelay({ attempts: 1, delay: 1 }) })
    const tap = new Tap(2)
    desk
      .fromSource(tap.next)
      .map(
        (n) => {
          if (n === 0) throw new Error('no')
          // There is no room for another call.
          return new Promise<number>(() => {})
        },
        { ...options, concurrency: 2 },
      )
      .sink(() => {})
    const job = await desk.begin()
    while (desk.letters.length < 1) await later(1)
    tap.give(2)
    await later(5)
    desk.putBack(0)
    await later(5)
    assert.equal(desk.entered, [])
    job.crash(new Error('crash'))
    // Nobody is there to take it, and nobody has to refuse it.
    desk.putBack(0)
    while (desk.origins.length < 2) await later(1)
    assert.equal([desk.refused, desk.entered], [[], []])
    await job.cancel()
    await job.result.catch(() => {})
  })

  test('count exactly once in state that checkpoints keep, however often the job is restarted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (crashes, overlaps) => {
          const desk = new Desk('test', { restart: fixedDelay({ attempts: 10, delay: 1 }), chunkSize: 2 })
          const source = new Rounds(12)
          const totals = new Map<number, number>()
          const keeper = new Keeper(desk)
          let mended = false
          desk
            .fromSource(source)
            .map(
              (n) => {
                if (n % 3 === 0 && !mended) throw new Error('no')
                return n
              },
              { ...options, ...(overlaps && { concurrency: 3 }) },
            )
            .keyBy((n) => n)
            .map({
              state: { seen: valueState(0) },
              map(n: number, { state }: { state: { seen: ValueState<number> } }) {
                state.seen.update((count) => count + 1)
                totals.set(n, state.seen.get())
              },
            })
            .sink(() => {})
          const job = await desk.begin({ store: new MemoryCheckpointStore(), interval: 1, minPause: 0 })
          while (keeper.replaying.size + keeper.kept.size < 4) await later(1)
          mended = true
          for (const turns of crashes) {
            keeper.replayAll()
            await later(turns)
            job.crash(new Error('crash'))
            await later(20)
          }
          while (keeper.replaying.size + keeper.kept.size > 0) {
            keeper.replayAll()
            await later(1)
          }
          source.last = true
          await job.result
          totals.delete(-1)
          assert.equal(desk.refused, [])
          // Once in the first round, be it put back or read again, and once in the last.
          assert.equal(
            [...totals].sort(([a], [b]) => a - b),
            Array.from({ length: 12 }, (_, n) => [n, 2]),
          )
        },
      ),
      { numRuns: 25 },
    )
  })
})

/** Gives so many numbers, then -1 again and again, and at last the numbers once more. */
class Rounds {
  last = false
  readonly #count: number
  #at = 0
  /** Where it begins when it is opened. */
  #from = 0

  constructor(count: number) {
    this.#count = count
  }

  async next(): Promise<number | typeof END> {
    await later(1)
    if (this.#at === 2 * this.#count) return END
    return this.#at < this.#count || this.last ? this.#at++ % this.#count : -1
  }

  snapshot(): number {
    return this.#at
  }

  restore(at: unknown): void {
    this.#from = at as number
  }

  open(): void {
    this.#at = this.#from
    this.#from = 0
  }
}

/** Keeps letters as a job server does: forgets those whose records come again, and hands in again what is not settled. */
class Keeper {
  readonly kept = new Set<number>()
  readonly replaying = new Set<number>()
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
    desk.onLetter = (_, number) => this.kept.add(number)
    desk.onSettled = (numbers) => {
      for (const number of numbers) this.replaying.delete(number)
      desk.job?.letters!.confirm(numbers)
    }
    desk.onBegun = ({ checkpoint, settled }) => {
      for (const number of settled) this.replaying.delete(number)
      for (const letters of [this.kept, this.replaying])
        for (const number of letters) if (desk.letters[number]!.after >= checkpoint!) letters.delete(number)
      desk.putBack(...this.replaying)
    }
  }

  replayAll(): void {
    const numbers = [...this.kept]
    this.kept.clear()
    for (const number of numbers) this.replaying.add(number)
    this.#desk.putBack(...numbers)
  }
}
