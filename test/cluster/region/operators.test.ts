import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { customWatermarks, type DataStream, END, type PullSource } from '../../../src/index.ts'
import { collectingSink } from '../../../src/testing/index.ts'
import { type TimedItem, WATERMARK } from '../../../src/testing/index.ts'
import { inBandWatermarks, recordsOf, timeOf } from '../../../src/testing/timed-source.ts'
import { type Event, type Shape, shapes } from '../../guarantees/support/crashed-shapes.ts'
import { seeded } from '../../guarantees/support/run.ts'
import { disturbances, runDisturbed } from '../../support/cluster/disturbances.ts'
import { RecordingEnvironment, RegionRunner } from '../../support/cluster/region-runner.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'

const seed = Number(process.env['MILLRACE_SEED'] ?? 20_260)
const numRuns = Number(process.env['MILLRACE_RUNS'] ?? 4)

type Item = TimedItem<Event>

interface Input {
  readonly events: readonly Event[]
  readonly items: readonly Item[]
}

/** Events out of order, and watermarks. @param late whether events come behind watermarks now and then */
function randomInput(random: () => number, first: number, late: boolean): Input {
  const integer = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1))
  const disorder = integer(0, 12)
  const promised = late ? Math.min(disorder, 3) : disorder
  const events: Event[] = []
  const items: Item[] = []
  let time = 0
  let seen = -1
  for (let i = integer(20, 80); i > 0; i--) {
    time += integer(0, 4)
    const at = Math.max(late ? 0 : seen + 1, time - integer(0, disorder))
    const event = { key: integer(0, 3), n: first + events.length, at, seen }
    events.push(event)
    items.push({ value: event, at })
    if (integer(0, 2) > 0 || time - promised - 1 <= seen) continue
    seen = time - promised - 1
    items.push(WATERMARK(seen))
  }
  return { events, items }
}

/** A list that is read a few items at a time, and that goes on where it stood. */
const listed = (items: readonly Item[]) =>
  class implements PullSource<Item> {
    #next = 0

    async next(): Promise<Item | typeof END> {
      if (this.#next % 4 === 3) await turn()
      return items[this.#next++] ?? END
    }

    snapshot(): number {
      return this.#next
    }

    restore(next: unknown): void {
      this.#next = next as number
    }
  }

function timed(env: RecordingEnvironment, { items }: Input, name: string): DataStream<Event> {
  return env
    .fromSource(listed(items), { parallelism: 1, name: `${name} source` })
    .assignTimestamps(timeOf, customWatermarks(inBandWatermarks), { parallelism: 1, name: `${name} time` })
    .flatMap<Event>(recordsOf, { parallelism: 1, name })
}

/** Runs a shape in regions that are taken over, once into `collect()` and once into a sink with transactions. */
function takenOver(shape: Shape, parallelism: number, late: boolean): Promise<void> {
  const given = fc.record({
    seed: fc.nat(),
    where: disturbances(8, 25),
    chunkSize: fc.integer({ min: 1, max: 5 }),
  })
  return fc.assert(
    fc.asyncProperty(given, async ({ seed: own, where, chunkSize }) => {
      const random = seeded(own)
      const inputs = [randomInput(random, 0, late), randomInput(random, 1000, late)] as const
      const env = new RecordingEnvironment('taken over', { parallelism, chunkSize, edgeCapacity: 1 })
      const [left, right] = [timed(env, inputs[0], 'left'), timed(env, inputs[1], 'right')]
      right.sink(() => {})
      const out = shape.build(left, right, env)
      out.collect()
      const sink = collectingSink<string>({ transactional: true })
      out.sink(sink)
      const runner = await RegionRunner.of(env)
      try {
        await runDisturbed(runner, where)
        const expected = [...shape.expected(inputs[0].events, inputs[1].events)].sort()
        assert.equal([...(runner.received[0] as string[])].sort(), expected)
        assert.equal([...sink.values].sort(), expected, 'in the sink')
      } finally {
        await runner.close()
      }
    }),
    { seed, numRuns, endOnFailure: true },
  )
}

suite(
  'regions: operators',
  (test) => {
    for (const shape of shapes) {
      test(`${shape.name}: as it would have been, wherever it is taken over`, () =>
        takenOver(shape, 2, false))
      if (shape.late !== true) continue
      test(`${shape.name}: so with records that come late`, () => takenOver(shape, 1, true))
    }
  },
  { timeout: 60_000 },
)
