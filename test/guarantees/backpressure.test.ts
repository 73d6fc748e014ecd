import * as assert from 'uvu/assert'
import { type DataStream, END, type LocalEnvironment } from '../../src/index.ts'
import { suite } from '../support/suite.ts'
import { Gauge } from './support/gauge.ts'
import { environment, run, turn } from './support/run.ts'

type Numbers = DataStream<number>

const chunkSize = 8
const edgeCapacity = 2
/** What one edge may hold: the chunk being filled, those on the way, and what its consumer reads. */
const edge = chunkSize * (edgeCapacity + 1)
const records = 3_000

interface Way {
  /** From the source to the end; the sink is slow. */
  readonly build: (source: Numbers, gauge: Gauge, env: LocalEnvironment) => void
  /** Edges between tasks on the longest way. */
  readonly edges: number
  /** What operators hold besides. */
  readonly held?: number
}

/** One record a turn of the event loop. */
const slowly =
  (gauge: Gauge, count = 1) =>
  async (): Promise<void> => {
    await turn()
    gauge.sink(count)
  }

const ways: Readonly<Record<string, Way>> = {
  directly: { build: (s, gauge) => s.sink(slowly(gauge)), edges: 0 },
  'over an edge': { build: (s, gauge) => s.sink(slowly(gauge), { parallelism: 2 }), edges: 2 },
  'through a concurrent map': {
    build: (s, gauge) => s.map(async (v) => v, { concurrency: 16 }).sink(slowly(gauge)),
    edges: 0,
    held: 2 * 16,
  },
  'through an unordered map': {
    build: (s, gauge) => s.map(async (v) => v, { concurrency: 16, ordered: false }).sink(slowly(gauge)),
    edges: 0,
    held: 2 * 16,
  },
  'through a fan-out with one slow branch': {
    build: (s, gauge) => {
      s.sink(slowly(gauge))
      s.sink(() => {})
      s.map((v) => v).sink(() => {})
    },
    edges: 1,
  },
  'through subtasks by key, one of them slow': {
    build: (s, gauge) =>
      s
        .keyBy((v) => v)
        .sink(
          async (_v, { subtaskIndex }) => {
            if (subtaskIndex === 1) await turn()
            gauge.sink()
          },
          { parallelism: 3 },
        ),
    edges: 3,
  },
  'through a batch': {
    build: (s, gauge) =>
      s.batch(5).sink(async (batch) => {
        await turn()
        gauge.sink(batch.length)
      }),
    edges: 0,
    held: 5,
  },
  'into batches of a sink': {
    build: (s, gauge) =>
      s.sink(
        async (batch) => {
          await turn()
          gauge.sink(batch.length)
        },
        { batch: { size: 5 }, concurrency: 2 },
      ),
    edges: 0,
    held: 5 * 4,
  },
  'through a chain of edges': {
    build: (s, gauge) =>
      s
        .map((v) => v, { parallelism: 2 })
        .map((v) => v, { parallelism: 1 })
        .map((v) => v, { parallelism: 2 })
        .sink(slowly(gauge), { parallelism: 1 }),
    edges: 8,
  },
  'through a feedback loop': {
    build: (s, gauge, env) => {
      const again = env.fromFuture<number>('again', { admit: 20 })
      const next = s
        .map((v) => [v, 3] as const)
        .union(again as never)
        .map(([v, n]: readonly [number, number]) => [v, n - 1] as const)
      next.filter(([, n]) => n > 0).fillFuture(again as never)
      next.filter(([, n]) => n === 0).sink(slowly(gauge))
    },
    edges: 3,
    held: 20,
  },
  'through a side output': {
    build: (s, gauge) =>
      s
        .process<number>((v, _ctx, out) => void out.side('all', v))
        .sideOutput<number>('all')
        .sink(slowly(gauge)),
    edges: 1,
    // A call that does not await is asked to wait between rounds only, of 1024 records at most.
    held: 1024 * (edgeCapacity + 1),
  },
  'through a side output that is awaited': {
    build: (s, gauge) =>
      s
        .process<number>(async (v, _ctx, out) => void (await out.side('all', v)))
        .sideOutput<number>('all')
        .sink(slowly(gauge)),
    edges: 1,
  },
  'through dead letters': {
    build: (s, gauge, env) => {
      s.map<number>(
        () => {
          throw new Error('no')
        },
        { onError: 'dead-letter' },
      ).sink(() => {})
      env.deadLetters().sink(slowly(gauge))
    },
    edges: 1,
    held: 1024,
  },
}

suite('guarantees: memory stays flat', (test) => {
  for (const [name, { build, edges, held = 0 }] of Object.entries(ways)) {
    test(name, async () => {
      const gauge = new Gauge()
      const env = environment({ chunkSize, edgeCapacity })
      build(env.fromBatch(gauge.source(records)), gauge, env)
      await run(env)
      gauge.check(2 + edges * edge + held, records)
    })
  }

  test('with any source', async () => {
    for (const kind of ['pull', 'async iterable', 'subtasks'] as const) {
      const gauge = new Gauge()
      const env = environment({ chunkSize, edgeCapacity })
      const pull = () => (gauge.pulled < records ? gauge.pull() : END)
      const iterable = async function* () {
        yield* gauge.source(records)
      }
      const source =
        kind === 'pull'
          ? env.fromSource(pull)
          : env.fromBatch(kind === 'subtasks' ? gauge.source(records) : iterable, {
              parallelism: kind === 'subtasks' ? 3 : 1,
            })
      source.sink(slowly(gauge), { parallelism: 2 })
      await run(env)
      gauge.check(2 + 6 * edge, records)
    }
  })

  test('through a union with one slow consumer', async () => {
    const gauge = new Gauge()
    const env = environment({ chunkSize, edgeCapacity })
    const sources = [records / 3, (2 * records) / 3, records].map((end) =>
      env.fromSource(() => (gauge.pulled < end ? gauge.pull() : END)),
    )
    sources[0]!.union(sources[1]!, sources[2]!).sink(slowly(gauge))
    await run(env)
    gauge.check(2 + 3 * edge, records)
  })

  test('while one record yields ten million', async () => {
    for (const concurrency of [1, 4]) {
      const gauge = new Gauge()
      const env = environment({ chunkSize, edgeCapacity })
      env
        .fromBatch([1])
        .flatMap(() => gauge.source(10_000_000), { concurrency })
        .map((v) => v, { parallelism: 2 })
        .tap(slowly(gauge), { parallelism: 1 })
        .take(records)
        .sink(() => {})
      await run(env)
      gauge.check(3 + 6 * edge, records)
    }
  })

  test('while one record emits ten million and awaits', async () => {
    for (const concurrency of [1, 2]) {
      const gauge = new Gauge()
      const env = environment({ chunkSize, edgeCapacity })
      const job = env
        .fromBatch([1])
        .process<number>(
          async (_v, ctx, out) => {
            for (const value of gauge.source(10_000_000)) {
              if (ctx.signal.aborted) return
              await out.emit(value)
            }
          },
          { concurrency },
        )
        .tap(slowly(gauge))
        .sink(() => {})
      void job
      const handle = await env.submit()
      while (gauge.sunk < records) await turn()
      await handle.cancel()
      // What is emitted waits in front of the operator's output, up to 1024 twice.
      gauge.check(2 * 1024 + edge, records)
    }
  })

  test('with a slow reader of toAsyncIterable', async () => {
    const gauge = new Gauge()
    const env = environment({ chunkSize, edgeCapacity })
    const values = env.fromBatch(gauge.source(records)).toAsyncIterable({ capacity: 10 })
    const job = env.submit({ autostop: true })
    for await (const value of values) {
      await turn()
      assert.is(value, gauge.sunk)
      gauge.sink()
    }
    await job
    gauge.check(10 + 2 + edge, records)
  })

  test('with state that is flushed: a million keys are paced', async () => {
    const gauge = new Gauge()
    const env = environment({ chunkSize, edgeCapacity })
    env
      .fromBatch(function* () {
        for (let v = 0; v < 100_000; v++) yield v
      })
      .keyBy((v) => v)
      .aggregate({ create: () => 0, add: () => 0, result: () => gauge.pull() })
      .map((v) => v, { parallelism: 2 })
      .tap(slowly(gauge), { parallelism: 1 })
      .take(records)
      .sink(() => {})
    await run(env)
    gauge.check(3 + 6 * edge, records)
  })

  test('where one branch is cancelled, its credits come back', async () => {
    const gauge = new Gauge()
    const env = environment({ chunkSize, edgeCapacity })
    const source = env.fromBatch(gauge.source(records))
    source.take(3).sink(() => {})
    source
      .map((v) => v, { parallelism: 2 })
      .take(5)
      .sink(() => {})
    source.sink(slowly(gauge))
    await run(env)
    gauge.check(2 + edge, records)
  })
})
