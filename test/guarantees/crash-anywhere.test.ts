import * as assert from 'uvu/assert'
import { fixedDelay, InvalidArgumentError, MemoryCheckpointStore } from '../../src/index.ts'
import {
  BARRIER,
  collectingSink,
  CRASH,
  crashAtBarrier,
  crashAtRecord,
  type CrashPoint,
  faultPlan,
  PAUSE,
  seeded,
  type SeededRun,
  TestEnvironment,
  type TestItem,
  testSource,
  type TimedItem,
  type TransactionalCollectingSink,
  WATERMARK,
} from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'
import { type Event, type Shape, shapes } from './support/crashed-shapes.ts'

const runs = Number(process.env['MILLRACE_RUNS'] ?? 60)

type Item = TestItem<TimedItem<Event>>

interface Input {
  readonly events: readonly Event[]
  readonly items: readonly Item[]
}

/**
 * Events out of order, watermarks, and whatever happens meanwhile.
 * @param late whether events come behind watermarks now and then.
 */
function randomInput({ integer }: SeededRun, first: number, late: boolean): Input {
  const disorder = integer(0, 12)
  const promised = late ? Math.min(disorder, 3) : disorder
  const events: Event[] = []
  const items: Item[] = []
  let time = 0
  let seen = -1
  for (let i = integer(0, 30); i > 0; i--) {
    time += integer(0, 4)
    const at = Math.max(late ? 0 : seen + 1, time - integer(0, disorder))
    const event = { key: integer(0, 3), n: first + events.length, at, seen }
    events.push(event)
    items.push({ value: event, at })
    if (integer(0, 2) === 0 && time - promised - 1 > seen) {
      seen = time - promised - 1
      items.push(WATERMARK(seen))
    }
    if (integer(0, 3) === 0) items.push(PAUSE(integer(1, 3)))
    if (integer(0, 7) === 0) items.push(BARRIER)
    if (integer(0, 14) === 0) items.push(CRASH)
  }
  return { events, items }
}

function randomShapes({ integer }: SeededRun, late: boolean): readonly Shape[] {
  // Branches meet watermarks sooner or later, so what is late is known for one shape alone.
  const possible = shapes.filter((shape) => !late || shape.late === true)
  const chosen = late ? [] : possible.filter(() => integer(0, 4) === 0)
  return chosen.length > 0 ? chosen : [possible[integer(0, possible.length - 1)]!]
}

function randomCrashes({ integer }: SeededRun): readonly CrashPoint[] {
  return Array.from({ length: integer(0, 4) }, () =>
    integer(0, 2) === 0 ? crashAtRecord({ upTo: 40 }) : crashAtBarrier({ upTo: 6 }),
  )
}

/** A job, and what it is to come to: all chances come from the run. */
class RandomJob {
  readonly #run: SeededRun
  readonly #left: Input
  readonly #right: Input
  readonly #chosen: readonly Shape[]
  readonly #sinks: readonly TransactionalCollectingSink<string>[]
  readonly #store = new MemoryCheckpointStore()

  constructor(run: SeededRun, late: boolean) {
    this.#run = run
    this.#left = randomInput(run, 0, late)
    this.#right = randomInput(run, 1000, late)
    this.#chosen = randomShapes(run, late)
    this.#sinks = this.#chosen.map(() => collectingSink<string>({ transactional: true }))
  }

  get name(): string {
    return this.#chosen.map(({ name }) => name).join(', ')
  }

  /** The job in an environment of its own, which finds what an earlier one has left. */
  environment(parallelism: number, crashing: boolean): TestEnvironment {
    const { seed, integer } = this.#run
    const faults = faultPlan<Event>({ seed, crashes: crashing ? randomCrashes(this.#run) : [] })
    const env = new TestEnvironment('crashing', {
      parallelism,
      chunkSize: integer(1, 4),
      edgeCapacity: integer(1, 2),
      checkpoints: { store: this.#store, ...(integer(0, 1) === 0 ? {} : { interval: integer(1, 6) }) },
      restart: fixedDelay({ attempts: 100, delay: integer(0, 2) }),
      faults,
    })
    const [left, right] = [this.#left, this.#right].map(({ items }) =>
      env.fromTimed(testSource(items.map((item) => (item === CRASH && !crashing ? PAUSE(1) : item)))).map(
        faults.wrap((event) => event),
        { parallelism: 1 },
      ),
    )
    right!.sink(() => {})
    this.#chosen.forEach((shape, i) => {
      const sink = this.#sinks[i]!
      shape.build(left!, right!, env).sink(crashing ? this.#brittle(sink) : sink)
    })
    return env
  }

  check(): void {
    const [left, right] = [this.#left.events, this.#right.events]
    this.#chosen.forEach((shape, i) => {
      const sink = this.#sinks[i]!
      sink.assertClosed()
      assert.equal([...sink.values].sort(), [...shape.expected(left, right)].sort(), shape.name)
    })
  }

  /** The sink, failing now and then before or after it has done what it was asked. */
  #brittle(sink: TransactionalCollectingSink<string>): TransactionalCollectingSink<string> {
    const { integer } = this.#run
    const around = <R>(what: () => R): R => {
      const fate = integer(0, 40)
      if (fate === 0) throw new Error('the sink breaks before')
      const result = what()
      if (fate === 1) throw new Error('the sink breaks after')
      return result
    }
    return class extends sink {
      override prepare(): ReturnType<InstanceType<typeof sink>['prepare']> {
        return around(() => super.prepare())
      }
      override commit(id: number): ReturnType<InstanceType<typeof sink>['commit']> {
        return around(() => super.commit(id))
      }
    }
  }
}

async function crashAnywhere(run: SeededRun, parallelism: number): Promise<number> {
  const late = parallelism === 1 && run.integer(0, 2) === 0
  const job = new RandomJob(run, late)
  const result = await job.environment(parallelism, true).run()
  job.check()
  for (const { name, in: entered, handled, dropped } of result.nodes) {
    assert.is(entered, handled + dropped, `${name} of ${job.name}`)
  }
  return result.restarts
}

/** Stops somewhere behind a savepoint, and goes on with another parallelism, crashing. */
async function stopAnywhere(run: SeededRun): Promise<void> {
  const job = new RandomJob(run, false)
  const [before, after] = run.integer(0, 1) === 0 ? [1, 2] : [2, 1]
  const first = job.environment(before, false)
  const handle = await first.clock.run(first.submit())
  await first.clock.advance(run.integer(0, 40))
  const stopped = handle.stop({ savepoint: true }).catch((error: unknown) => {
    // It had come to its end already.
    if (!(error instanceof InvalidArgumentError)) throw error
    return handle.stop().then(() => undefined)
  })
  const savepoint = await first.clock.run(stopped)
  if (savepoint !== undefined) {
    await job.environment(after, true).run({ resume: { savepoint: savepoint.location } })
  }
  job.check()
}

suite(
  'guarantees: crashes anywhere',
  (test) => {
    for (const parallelism of [1, 2]) {
      test(`leave the output as it would have been, parallelism ${parallelism}`, async () => {
        let restarts = 0
        await seeded(async (run) => void (restarts += await crashAnywhere(run, parallelism)), { runs })
        assert.ok(restarts > 0 || process.env['MILLRACE_SEED'] !== undefined)
      })
    }

    test('leave the output as it would have been, over a stop and another parallelism', () =>
      seeded(stopAnywhere, { runs }))
  },
  { timeout: 120_000 },
)
