import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  boundedOutOfOrderness,
  countWindow,
  END,
  globalWindow,
  type KeyedStream,
  type LocalEnvironment,
  MemoryCheckpointStore,
  onCount,
  type PullSource,
  purging,
  session,
  sliding,
  tumbling,
  type WindowedStream,
} from '../../src/index.ts'
import type { Collected } from '../../src/functions/collect-buffer.ts'
import { suite } from '../support/suite.ts'
import { createEnvironment, turn } from './jobs.ts'

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

type Build = (keyed: KeyedStream<Event, number, never>) => WindowedStream<Event, number, never>

const builds: readonly Build[] = [
  (keyed) => keyed.window(tumbling({ size: 20 }), { allowedLateness: 10 }),
  (keyed) => keyed.window(sliding({ size: 20, every: 8 })),
  (keyed) => keyed.window(session({ gap: 10 })),
  (keyed) => keyed.window(tumbling({ size: 40 }), { trigger: onCount(2) }),
  (keyed) => keyed.window(countWindow(5, 2)),
  (keyed) => keyed.window(globalWindow(), { trigger: purging(onCount(4)) }),
]

const record = (env: LocalEnvironment, build: Build): Collected<string> => {
  const keyed = env
    .fromSource(new ListSource())
    .assignTimestamps(({ time }) => time, boundedOutOfOrderness(7))
    .keyBy(({ key }) => key)
  return build(keyed as never)
    .process<string>(
      (events, { window }, out) =>
        void out.emit(`${JSON.stringify(window)}: ${events.map(({ id }) => id).join(' ')}`),
      { parallelism: 2 },
    )
    .collect()
}

suite('windows that go on from a savepoint', (test) => {
  test('show what they would have shown in one go', { timeout: 60_000 }, async () => {
    const turns = fc.integer({ min: 1, max: 58 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...builds), turns, async (build, count) => {
        const whole = createEnvironment()
        const expected = record(whole, build)
        await whole.submit({ autostop: true })

        const checkpoints = { store: new MemoryCheckpointStore() }
        const before = createEnvironment({ checkpoints, stopTimeout: 1000 })
        const first = record(before, build)
        const job = await before.submit()
        for (let i = 0; i < count; i++) await turn()
        const { location } = await job.stop({ savepoint: true })

        const after = createEnvironment({ checkpoints })
        const second = record(after, build)
        await after.submit({ autostop: true, resume: { savepoint: location } })
        assert.equal([...first.values, ...second.values].sort(), [...expected.values].sort())
      }),
      { numRuns: 40 },
    )
  })
})
