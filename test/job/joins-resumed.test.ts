import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  boundedOutOfOrderness,
  END,
  type JoinOptions,
  type LocalEnvironment,
  MemoryCheckpointStore,
  type PullSource,
  tumbling,
} from '../../src/index.ts'
import type { Collected } from '../../src/functions/collect-buffer.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import type { KeyedStream } from '../../src/stream/keyed-stream.ts'
import { suite } from '../support/suite.ts'
import { createEnvironment, turn } from './jobs.ts'

interface Event {
  readonly id: number
  readonly key: number
  readonly time: number
}

/** A list that can be read again from anywhere, and lets the event loop turn now and then. */
class ListSource implements PullSource<Event> {
  readonly #list: readonly Event[]
  #at = 0

  constructor(list: readonly Event[]) {
    this.#list = list
  }

  async next(): Promise<Event | typeof END> {
    await turn()
    return this.#list[this.#at++] ?? END
  }

  snapshot(): number {
    return this.#at
  }

  restore(at: number): void {
    this.#at = at
  }
}

const list = (count: number, step: number): Event[] =>
  Array.from({ length: count }, (_, id) => ({ id, key: id % 3, time: id * step + ((id * 7) % 5) }))

const pair = (left?: Event, right?: Event): string => `${left?.id ?? '-'}+${right?.id ?? '-'}`

type Stream = KeyedStream<Event, number, never>
type Build = (a: Stream, b: Stream) => DataStream<string, never>

const by =
  (options: JoinOptions): Build =>
  (a, b) =>
    a.join(b, pair, { ...options, type: 'full', parallelism: 2 })

const builds: readonly Build[] = [
  by({ between: [-6, 9] }),
  by({ ttl: { ms: 8 } }),
  by({ window: tumbling({ size: 10 }) }),
  (a, b) => a.temporalJoin(b, pair, { type: 'left', parallelism: 2 }),
]

const record = (env: LocalEnvironment, build: Build): Collected<string> => {
  const [a, b] = [list(40, 3), list(30, 4)].map((records) =>
    env
      .fromSource(new ListSource(records))
      .assignTimestamps(({ time }) => time, boundedOutOfOrderness(5))
      .keyBy(({ key }) => key),
  ) as unknown as [Stream, Stream]
  return build(a, b).collect()
}

suite('a join that goes on from a savepoint', (test) => {
  test('pairs what it would have paired in one go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...builds), fc.integer({ min: 1, max: 28 }), async (build, turns) => {
        const whole = createEnvironment()
        const expected = record(whole, build)
        await whole.submit({ autostop: true })

        const checkpoints = { store: new MemoryCheckpointStore() }
        const before = createEnvironment({ checkpoints, stopTimeout: 1000 })
        const first = record(before, build)
        const job = await before.submit()
        for (let i = 0; i < turns; i++) await turn()
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
