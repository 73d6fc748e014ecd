import { deserialize, serialize } from 'node:v8'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { AnyServices } from '../../src/functions/any-services.ts'
import type { RecordContext } from '../../src/functions/context.ts'
import type { TransactionalSink } from '../../src/functions/user-functions.ts'
import { CallContext } from '../../src/runtime/task/call-context.ts'
import { createScope } from '../runtime/task/support/parts.ts'
import { suite, type TestContext } from '../support/suite.ts'

/** A place to write to, made ready, and what can be seen of it from outside. */
export interface SinkWorld<I, P> {
  /** A sink that writes there: each is a process of its own. */
  readonly make: () => TransactionalSink<I, P, AnyServices, unknown>
  /** Different ones for different indices. */
  readonly record: (index: number) => I
  /** Indices of the records that anybody can see now, in order. A record that is not whole cannot be seen. */
  readonly visible: () => number[]
  /** What is there beside the output; to be empty at the end. */
  readonly leftovers: () => string[]
}

/** What the sink writes with, and how it breaks. */
export interface Crashes {
  /** From now on, after so many operations, nothing happens any more, and no promise settles. */
  begin(operations: number): void
  readonly crashed: Promise<'crashed'>
  /** The system has cleaned up after the process. */
  revive(): Promise<void>
  /** Operations since `begin`. */
  readonly done: number
}

export interface SinkContract<I, P> {
  readonly ready: (test: TestContext, run: number) => SinkWorld<I, P>
  readonly crashes: (test: TestContext) => Promise<Crashes>
  readonly numRuns?: number
}

type Step =
  | { readonly do: 'write'; readonly count: number }
  /** `safe`: it is complete; else it is given up, and what was prepared belongs to the next. */
  | { readonly do: 'checkpoint'; readonly safe: boolean; readonly commit: 'now' | 'later' | 'while writing' }

interface Life {
  readonly steps: readonly Step[]
  /** Operations up to the crash; Infinity: the job fails, and closes the sink. */
  readonly operations: number
  /** Checkpoints to go back, before it begins. */
  readonly back: number
}

/** What a checkpoint holds. */
interface Checkpoint<P> {
  readonly position: number
  readonly handles: readonly P[]
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), count: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    do: fc.constant('checkpoint' as const),
    safe: fc.constantFrom(true, true, true, false),
    commit: fc.constantFrom('now' as const, 'now' as const, 'later' as const, 'while writing' as const),
  }),
)

const life: fc.Arbitrary<Life> = fc.record({
  steps: fc.array(step, { maxLength: 10 }),
  operations: fc.oneof(fc.nat({ max: 60 }), fc.constant(Infinity)),
  back: fc.constantFrom(0, 0, 0, 0, 1, 2),
})

/** What every transactional sink of ours promises: each record is seen exactly once, whenever the process is killed. */
export function transactionalSinkContract<I, P>(name: string, contract: SinkContract<I, P>): void {
  const { numRuns = 300 } = contract

  suite(
    `${name}, as a transactional sink`,
    (test) => {
      test('shows every record once, wherever the process is killed, and nothing before it is safe', async (context) => {
        const crashes = await contract.crashes(context)
        let run = 0
        await fc.assert(
          fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 5 }), async (lives) => {
            const job = new Job(contract.ready(context, run++), crashes)
            for (const life of lives) await job.live(life)
            await job.finish()
          }),
          { numRuns },
        )
      })

      test('survives a crash at each operation of two checkpoints and the start behind them', async (context) => {
        const crashes = await contract.crashes(context)
        const checkpoint = { do: 'checkpoint', safe: true, commit: 'now' } as const
        const write = { do: 'write', count: 3 } as const
        const steps: Step[] = [
          write,
          checkpoint,
          write,
          { ...checkpoint, safe: false },
          write,
          checkpoint,
          write,
        ]
        const count = async (): Promise<number> => {
          const job = new Job(contract.ready(context, -1), crashes)
          await job.live({ steps, operations: Infinity, back: 0 })
          return job.operations
        }
        const operations = await count()
        assert.ok(operations > 10)
        for (let first = 0; first <= operations; first++) {
          for (const second of [0, 1, 3, 7]) {
            const job = new Job(contract.ready(context, first * 100 + second), crashes)
            await job.live({ steps, operations: first, back: 0 })
            // The start itself is interrupted.
            await job.live({ steps: [], operations: second, back: 0 })
            await job.finish()
          }
        }
      })

      test('shows nothing of a job that fails without checkpoints', async (context) => {
        const crashes = await contract.crashes(context)
        const job = new Job(contract.ready(context, 0), crashes)
        await job.live({ steps: [{ do: 'write', count: 100 }], operations: Infinity, back: 0 })
        assert.equal(job.visible, [])
      })

      test('commits again what is committed, without effect', async (context) => {
        await contract.crashes(context)
        const { make, record, visible } = contract.ready(context, 0)
        const sink = make()
        await sink.open?.(contextOf())
        await sink.recover([])
        const handles: P[] = []
        for (let index = 0; index < 3; index++) {
          await sink.write(record(index), contextOf())
          handles.push((await sink.prepare()) as P)
          await sink.commit(handles[index]!)
          await sink.commit(handles[index]!)
        }
        for (const handle of handles) await sink.commit(copyOf(handle))
        await sink.close?.()
        assert.equal(visible(), [0, 1, 2])
      })
    },
    { timeout: 240_000 },
  )
}

/** A job that writes the numbers, life after life, as the runtime would. */
class Job<I, P> {
  operations = 0
  readonly #world: SinkWorld<I, P>
  readonly #crashes: Crashes
  /** Those that are complete, newest last. The first is none at all. */
  readonly #checkpoints: Checkpoint<P>[] = [{ position: 0, handles: [] }]
  /** The number behind the last that may be seen. */
  #safe = 0

  constructor(world: SinkWorld<I, P>, crashes: Crashes) {
    this.#world = world
    this.#crashes = crashes
  }

  get visible(): number[] {
    return this.#world.visible()
  }

  async live({ steps, operations, back }: Life): Promise<void> {
    this.#goBack(back)
    this.#crashes.begin(operations)
    const lived = this.#run(steps).then((sink) => sink.close?.())
    await Promise.race([lived, this.#crashes.crashed])
    this.operations = this.#crashes.done
    await this.#crashes.revive()
    this.#assertNothingEarly()
  }

  async finish(): Promise<void> {
    this.#crashes.begin(Infinity)
    const end: Step = { do: 'checkpoint', safe: true, commit: 'now' }
    const sink = await this.#run([{ do: 'write', count: 5 }, end, end])
    await sink.close?.()
    this.#assertSeen(this.#checkpoints.at(-1)!.position)
    assert.equal(this.#world.leftovers(), [])
  }

  async #run(steps: readonly Step[]): Promise<TransactionalSink<I, P, AnyServices, unknown>> {
    const { make, record } = this.#world
    const sink = make()
    const begun = this.#checkpoints.at(-1)!
    let { position } = begun
    let pending: P[] = []
    const write = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) await sink.write(record(position++), contextOf())
    }
    await sink.open?.(contextOf())
    await sink.recover(copyOf(begun.handles))
    this.#assertSeen(begun.position)
    this.#safe = begun.position
    for (const step of steps) {
      if (step.do === 'write') {
        await write(step.count)
        continue
      }
      const handle = await sink.prepare()
      if (handle !== undefined) pending.push(copyOf(handle))
      if (!step.safe) continue
      this.#checkpoints.push({ position, handles: copyOf(pending) })
      this.#safe = position
      if (step.commit === 'later') continue
      const committing = (async () => {
        for (const handle of pending) await sink.commit(handle)
      })()
      if (step.commit === 'while writing') await write(2)
      await committing
      pending = []
      this.#assertSeen(this.#safe)
    }
    return sink
  }

  /** Without a checkpoint a job starts afresh, and what it finds is another's: that is no going back. */
  #goBack(checkpoints: number): void {
    for (let count = 0; count < checkpoints && this.#checkpoints.length > 2; count++) this.#checkpoints.pop()
  }

  #assertNothingEarly(): void {
    const seen = this.visible
    assert.equal(seen, [...new Set(seen)], 'no record is there twice')
    assert.ok(
      seen.every((index) => index < this.#safe),
      `${seen.join(' ')} seen, ${this.#safe} safe`,
    )
  }

  #assertSeen(count: number): void {
    assert.equal(
      this.visible,
      Array.from({ length: count }, (_, index) => index),
    )
  }
}

function copyOf<T>(value: T): T {
  return deserialize(serialize(value)) as T
}

function contextOf(): RecordContext {
  return new CallContext(createScope()) as unknown as RecordContext
}
