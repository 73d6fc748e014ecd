import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Collected } from '../../src/functions/collect-buffer.ts'
import {
  boundedOutOfOrderness,
  type Collector,
  END,
  listState,
  type LocalEnvironment,
  mapState,
  MemoryCheckpointStore,
  type PullSource,
  reducingState,
  valueState,
} from '../../src/index.ts'
import { PAUSE, TestEnvironment, testSource } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'
import { createEnvironment, failureOf, turn } from './jobs.ts'

interface Event {
  readonly id: number
  readonly key: number
  readonly time: number
}

const list: readonly Event[] = Array.from({ length: 60 }, (_, id) => ({
  id,
  key: id % 3,
  time: id * 3 + ((id * 7) % 11),
}))

/** A list that can be read again from anywhere, and lets the event loop turn now and then. */
class ListSource implements PullSource<Event> {
  #at = 0

  async next(): Promise<Event | typeof END> {
    await turn()
    return list[this.#at++] ?? END
  }

  snapshot(): number {
    return this.#at
  }

  restore(at: number): void {
    this.#at = at
  }
}

type Build = (env: LocalEnvironment) => Collected<string>

const keyedEvents = (env: LocalEnvironment) =>
  env
    .fromSource(new ListSource())
    .assignTimestamps(({ time }) => time, boundedOutOfOrderness(11))
    .keyBy(({ key }) => key)

/** All kinds of state, and timers that look at it and set others. */
const stateAndTimers: Build = (env) =>
  keyedEvents(env)
    .process(
      {
        state: {
          count: valueState({ n: 0 }),
          recent: listState<number>({ ttl: { ms: 30, time: 'event' } }),
          byParity: mapState<string, number>(),
          latest: reducingState<number>(Math.max),
        },
        process({ id, time }, { state, timers }) {
          state.count.update((count) => void count.n++)
          state.recent.add(id)
          const parity = id % 2 === 0 ? 'even' : 'odd'
          state.byParity.set(parity, (state.byParity.get(parity) ?? 0) + 1)
          state.latest.add(id)
          timers.atEventTime(time + 40)
          timers.deleteEventTime(time + 31)
          if (id % 5 === 0) timers.atEventTime(time + 9, 'fifth')
        },
        onTimer({ time, tag }, { key, state, timers }, out: Collector<string>) {
          const { count, recent, byParity, latest } = state
          void out.emit(
            JSON.stringify([
              key,
              time,
              tag,
              count.get(),
              recent.get(),
              [...byParity.entries()],
              latest.get(),
            ]),
          )
          if (tag === 'fifth') timers.atEventTime(time + 100)
        },
      },
      { parallelism: 2 },
    )
    .collect()

/** State in calls that overlap. */
const overlapping: Build = (env) =>
  keyedEvents(env)
    .map(
      {
        state: { ids: valueState<readonly number[]>([]) },
        map: async ({ id }, { state }) => {
          await turn()
          state.ids.update((ids) => void ids.push(id))
          return state.ids.get().join(' ')
        },
      },
      { concurrency: 4, ordered: false },
    )
    .collect()

/** State that is the function's own. */
class Numbered {
  #n = 0
  readonly #log: string[] = []
  open(): void {
    this.#log.push(`opened with ${this.#n}`)
  }
  map({ id }: Event): string {
    return `${id} is number ${this.#n++}`
  }
  snapshot(): unknown {
    return { n: this.#n }
  }
  async restore({ n }: { n: number }): Promise<void> {
    await turn()
    assert.equal(this.#log, [])
    this.#n = n
  }
}
const own: Build = (env) => env.fromSource(new ListSource()).map(Numbered).collect()

suite('keyed state and timers that go on from a savepoint', (test) => {
  test('do what they would have done in one go', { timeout: 60_000 }, async () => {
    const turns = fc.integer({ min: 1, max: 58 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(stateAndTimers, overlapping, own), turns, async (build, count) => {
        const whole = createEnvironment()
        const expected = build(whole)
        await whole.submit({ autostop: true })

        const checkpoints = { store: new MemoryCheckpointStore() }
        const before = createEnvironment({ checkpoints, stopTimeout: 1000 })
        const first = build(before)
        const job = await before.submit()
        for (let i = 0; i < count; i++) await turn()
        const { location } = await job.stop({ savepoint: true })

        const after = createEnvironment({ checkpoints })
        const second = build(after)
        await after.submit({ autostop: true, resume: { savepoint: location } })
        assert.equal([...first.values, ...second.values].sort(), [...expected.values].sort())
      }),
      { numRuns: 40 },
    )
  })

  test('fire the processing-time timers that are past, and wait for the others', async () => {
    const checkpoints = { store: new MemoryCheckpointStore() }
    const build = (env: TestEnvironment, items: readonly (number | ReturnType<typeof PAUSE>)[]) =>
      env
        .fromSource<number>(testSource<number>(items, { clock: env.clock }))
        .keyBy(() => 'k')
        .process({
          process: (n, { timers }) => {
            if (n > 0) for (const time of [n, n + 100]) timers.atProcessingTime(time)
          },
          onTimer: ({ time }, ctx, out: Collector<string>) => void out.emit(`${time} at ${ctx.now()}`),
        })
        .collect()
    const before = new TestEnvironment('job', { checkpoints })
    build(before, [20, PAUSE(Infinity)])
    const job = await before.submit()
    await before.clock.advance(5)
    const { location } = await before.clock.run(job.stop({ savepoint: true }))

    const after = new TestEnvironment('job', { checkpoints })
    await after.clock.advance(50)
    const seen = build(after, [20, PAUSE(100), 0])
    await after.clock.run(after.submit({ autostop: true, resume: { savepoint: location } }))
    assert.equal(seen.values, ['20 at 50', '120 at 120'])
  })

  test('an object with state of its own is refused to several subtasks', async () => {
    const env = createEnvironment({ parallelism: 2 })
    env
      .fromBatch([1, 2])
      .map({ map: (n) => n, snapshot: () => 1 }, { name: 'shared' })
      .collect()
    assert.match((await failureOf(env.submit({ autostop: true }))).message, /shared by several subtasks/)
  })
})
