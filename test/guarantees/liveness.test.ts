import * as assert from 'uvu/assert'
import { type DataStream, END, type LocalEnvironment } from '../../src/index.ts'
import { suite } from '../support/suite.ts'
import { environment, range, run, turn, turns } from './support/run.ts'
import { SteppedClock } from './support/stepped-clock.ts'

type Numbers = DataStream<number>

const sliceMs = 8
/** Records between two looks at the clock, at most. */
const longestRound = 1024
const records = 4096

/** What runs 4096 calls of `work`, in each of the ways an operator can. */
const ways: Readonly<Record<string, (env: LocalEnvironment, work: () => void) => void>> = {
  'a chain': (env, work) =>
    env
      .fromBatch(range(records))
      .map((v) => (work(), v))
      .sink(() => {}),
  'a chain of many operators': (env, work) => {
    let stream: Numbers = env.fromBatch(range(records / 8))
    for (let i = 0; i < 8; i++) stream = stream.map((v) => (work(), v))
    stream.sink(() => {})
  },
  'a generator': (env, work) =>
    env
      .fromBatch(function* () {
        for (const v of range(records)) {
          work()
          yield v
        }
      })
      .sink(() => {}),
  'a pull source': (env, work) => {
    let left = records
    env.fromSource(() => (work(), left-- > 0 ? left : END)).sink(() => {})
  },
  'a flatMap of one record': (env, work) =>
    env
      .fromBatch([1])
      .flatMap(function* () {
        for (const v of range(records)) {
          work()
          yield v
        }
      })
      .sink(() => {}),
  'asynchronous calls that answer at once': (env, work) =>
    env
      .fromBatch(range(records))
      .map(async (v) => (work(), v))
      .sink(() => {}),
  'concurrent calls that answer at once': (env, work) =>
    env
      .fromBatch(range(records))
      .map(async (v) => (work(), v), { concurrency: 16 })
      .sink(() => {}),
  'keyed state': (env, work) =>
    env
      .fromBatch(range(records))
      .keyBy((v) => v % 7)
      .reduce((a, b) => (work(), a + b))
      .sink(() => {}),
  'a flush': (env, work) =>
    env
      .fromBatch(range(records))
      .keyBy((v) => v)
      .aggregate({ create: () => 0, add: (_a, v) => v, result: (a) => (work(), a) })
      .sink(() => {}),
  subtasks: (env, work) =>
    env
      .fromBatch(range(records), { parallelism: 3 })
      .map((v) => (work(), v), { parallelism: 3 })
      .sink(() => {}, { parallelism: 2 }),
  'a filter that drops all': (env, work) =>
    env
      .fromBatch(range(records))
      .filter(() => (work(), false))
      .sink(() => {}),
  'a feedback loop': (env, work) => {
    const again = env.fromFuture<number>('again')
    const next = env
      .fromBatch(range(64))
      .union(again)
      .map((v) => (work(), v + 64))
    next.filter((v) => v < records).fillFuture(again)
    next.filter((v) => v >= records).sink(() => {})
  },
  'retries without backoff': (env, work) =>
    env
      .fromBatch([1])
      .map<number>(
        () => {
          work()
          throw new Error('never')
        },
        { onError: { retry: { attempts: records }, then: 'skip' } },
      )
      .sink(() => {}),
  'retries of concurrent calls': (env, work) =>
    env
      .fromBatch([1, 2])
      .map<number>(
        () => {
          work()
          throw new Error('never')
        },
        { concurrency: 2, onError: { retry: { attempts: records / 2 }, then: 'skip' } },
      )
      .sink(() => {}),
}

suite('guarantees: the event loop stays alive', (test) => {
  for (const [name, build] of Object.entries(ways)) {
    test(`while ${name} works 1 ms for each of 4096 records`, async ({ cleanup }) => {
      const clock = new SteppedClock()
      cleanup(() => clock.close())
      const env = environment({ clock, sliceMs })
      build(env, () => clock.work(1))
      await run(env)
      assert.ok(clock.time >= records / 2, `worked ${clock.time} ms`)
      assert.ok(clock.longest <= 2 * sliceMs, `${clock.longest} ms without a turn`)
    })
  }

  test('while work that was quick becomes slow', async ({ cleanup }) => {
    const clock = new SteppedClock()
    cleanup(() => clock.close())
    const env = environment({ clock, sliceMs })
    env
      .fromBatch(range(records * 2))
      .map((v) => {
        clock.work(v < records ? 0.0001 : 1)
        return v
      })
      .sink(() => {})
    await run(env)
    // A round is as long as the work before made it; the next one is shorter.
    assert.ok(clock.longest <= sliceMs + longestRound, `${clock.longest} ms without a turn`)
  })

  test('while promises settle that wake each other without end', async () => {
    const env = environment({ sliceMs: 1 })
    let pulled = 0
    env.fromSource(async () => pulled++).sink(async () => {})
    const job = await env.submit()
    // Timers and immediates have their turn.
    for (let i = 0; i < 20; i++) await turn()
    await job.stop()
    assert.ok(pulled > 0)
  })

  test('stop takes effect within the call at work and one slice', async ({ cleanup }) => {
    for (const slow of ['source', 'map', 'flatMap'] as const) {
      const clock = new SteppedClock()
      cleanup(() => clock.close())
      const env = environment({ clock, sliceMs })
      let calls = 0
      let pulled = 0
      const work = (is: string): void => {
        if (is !== slow) return
        calls++
        clock.work(1)
      }
      const endless = function* () {
        for (;;) {
          work('source')
          yield pulled++
        }
      }
      env
        .fromBatch(endless)
        .map((v) => (work('map'), v))
        .flatMap((v) => (work('flatMap'), [v]))
        .sink(() => {})
      const job = await env.submit()
      while (clock.time < 100) await turn()
      const before = { calls, pulled }
      await job.stop()
      assert.ok(calls - before.calls <= sliceMs + 1, `${calls - before.calls} calls after stop`)
      assert.ok(pulled - before.pulled <= 1, 'nothing more is pulled')
      clock.close()
    }
  })

  test('cancel takes effect at once', async ({ cleanup }) => {
    const clock = new SteppedClock()
    cleanup(() => clock.close())
    const env = environment({ clock, sliceMs })
    let calls = 0
    env
      .fromBatch(range(10))
      .flatMap(() => range(1_000_000))
      .map((v) => (clock.work(1), calls++, v))
      .sink(() => {})
    const job = await env.submit()
    while (clock.time < 100) await turn()
    const before = calls
    await job.cancel()
    await turn()
    assert.is(calls, before)
  })

  test('nobody waits for a call that waits to emit: cancelled, or cut off by a take', async () => {
    for (const where of ['emit', 'side'] as const) {
      for (const concurrency of [1, 3]) {
        for (const end of ['cancel', 'take'] as const) {
          // A call that emits on side outputs only is not read as it goes on.
          if (where === 'side' && end === 'take') continue
          const env = environment({ chunkSize: 1, edgeCapacity: 1, stopTimeout: 60_000 })
          let release = (): void => {}
          const stuck = new Promise<void>((resolve) => (release = resolve))
          const both = env.fromBatch([1, 2, 3, 4]).process<number>(
            async (_v, _ctx, out) => {
              for (;;) await (where === 'emit' ? out.emit(1) : out.side('tag', 1))
            },
            { concurrency },
          )
          const read = where === 'emit' ? both : both.sideOutput<number>('tag')
          if (end === 'cancel') read.sink(() => stuck)
          else read.take(5).sink(() => {})
          const job = await env.submit()
          await turns(10)
          if (end === 'take') await job.drained
          const over = end === 'take' ? job.stop() : job.cancel()
          release()
          await over
        }
      }
    }
  })
})
