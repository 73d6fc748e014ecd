import * as assert from 'uvu/assert'
import type { DataStream, JobHandle, LocalEnvironment } from '../../src/index.ts'
import type { JobResult } from '../../src/job/job-result.ts'
import { suite } from '../support/suite.ts'
import { checkBooks } from './support/books.ts'
import { environment, range, run, runToFailure, tiny, turn, turns } from './support/run.ts'

type Numbers = DataStream<number>
const input = range(100)

const nodeOf = (result: JobResult, kind: string) => result.nodes.find((node) => node.kind === kind)!

/** What ends a job early, at different moments. */
const ends: Readonly<Record<string, (job: JobHandle) => Promise<void>>> = {
  stop: (job) => job.stop(),
  'stop without draining': (job) => job.stop({ drain: false }),
  cancel: (job) => job.cancel(),
}

/** Pipelines that never end by themselves, with records in hand everywhere. */
const endless: Readonly<Record<string, (s: Numbers, env: LocalEnvironment) => void>> = {
  'one call at a time': (s) => s.map((v) => turn().then(() => v)).sink(() => turn()),
  'concurrent calls': (s) =>
    s
      .map((v) => turn().then(() => v), { concurrency: 5 })
      .filter((v) => turn().then(() => v % 2 === 0), { concurrency: 3, ordered: false })
      .sink(() => turn(), { concurrency: 2 }),
  'edges and subtasks': (s) =>
    s
      .keyBy((v) => v % 7)
      .map((v) => (v % 5 === 0 ? turn().then(() => v) : v), { parallelism: 3, concurrency: 2 })
      .rebalance()
      .sink(() => turn(), { parallelism: 2 }),
  'outputs in hand': (s) =>
    s
      .flatMap((v) => range(10, v))
      .flatMap(async function* (v) {
        await turn()
        yield v
        yield v
      })
      .batch(3)
      .sink(() => turn(), { batch: { size: 2 } }),
  'a process': (s) => {
    const both = s.process<number>(
      async (v, _ctx, out) => {
        await out.emit(v)
        await out.side('other', v)
        await turn()
        await out.emit(v)
      },
      { concurrency: 3 },
    )
    both.sink(() => turn())
    both.sideOutput('other').sink(() => turn())
  },
  'a fan-out and a union': (s) => s.union(s.filter((v) => v % 2 === 0)).sink(() => turn()),
  'a loop': (s, env) => {
    const again = env.fromFuture<number>('again', { admit: 10 })
    const next = s.union(again).map((v) => turn().then(() => v))
    next
      .filter((v) => v % 3 === 0)
      .map((v) => v + 1)
      .fillFuture(again)
    next.filter((v) => v % 3 !== 0).sink(() => turn())
  },
  'errors of every fate': (s, env) => {
    const fail = (n: number) => async (v: number) => {
      if (v % 5 === n) throw new Error('no')
      return v
    }
    s.map(fail(0), { onError: 'skip' })
      .map(fail(1), { onError: 'dead-letter', concurrency: 3 })
      .map(fail(2), { onError: { retry: { attempts: 1 }, then: 'dead-letter' } })
      .sink(() => turn())
    env.deadLetters().sink(() => turn())
  },
}

suite('guarantees: the books balance', (test) => {
  for (const [name, build] of Object.entries(endless)) {
    for (const [ending, end] of Object.entries(ends)) {
      test(`of ${name}, ended by ${ending}`, async () => {
        for (const options of [tiny, { chunkSize: 5, edgeCapacity: 2 }]) {
          for (const moment of [0, 1, 7, 30]) {
            const env = environment({ ...options, stopTimeout: 100 })
            const source = function* () {
              for (let v = 0; ; v++) yield v
            }
            build(env.fromBatch(source), env)
            const job = await env.submit()
            await turns(moment)
            await end(job)
            const result = await job.result.catch((error: { result: JobResult }) => error.result)
            checkBooks(env.graph, result)
            if (ending === 'stop') assert.is(result.status, 'stopped')
          }
        }
      })
    }
  }

  test('of a job that fails, wherever it does', async () => {
    for (const at of [0, 1, 17, 99]) {
      for (const concurrency of [1, 4]) {
        for (const wait of [false, true]) {
          const env = environment({ chunkSize: 4, edgeCapacity: 1, stopTimeout: 100 })
          env
            .fromBatch(input, { parallelism: 2 })
            .flatMap((v) => [v, v])
            .map(
              (v) => {
                if (v === at) throw new Error('here')
                return wait ? turn().then(() => v) : v
              },
              { concurrency, parallelism: 3, name: 'culprit' },
            )
            .keyBy((v) => v % 4)
            .reduce((a, b) => a + b)
            .sink(() => {})
          const error = (await runToFailure(env)) as unknown as { operator: string; result: JobResult }
          assert.is(error.operator, 'culprit')
          assert.ok(nodeOf(error.result, 'map').failed >= 1)
        }
      }
    }
  })

  test('of operators that are cut off by a take', async () => {
    const cuts: readonly ((s: Numbers) => Numbers)[] = [
      (s) => s,
      (s) => s.map((v) => v),
      (s) => s.map(async (v) => v),
      (s) => s.map(async (v) => v, { concurrency: 8 }),
      (s) => s.map(async (v) => v, { concurrency: 8, ordered: false }).filter((v) => v >= 0),
      (s) => s.flatMap((v) => range(9, v)),
      (s) => s.flatMap(async (v) => range(9, v), { concurrency: 8 }),
      (s) => s.batch(4).flatMap((batch) => batch),
      (s) => s.map((v) => v, { parallelism: 3 }),
      (s) => s.union(s.filter((v) => v % 2 === 0)),
      (s) => s.keyBy((v) => v).scan((_a, v) => v, 0, { parallelism: 2 }),
    ]
    for (const count of [0, 1, 3, 50]) {
      for (const options of [tiny, {}, { chunkSize: 3 }]) {
        for (const cut of cuts) {
          const env = environment(options)
          const seen = cut(env.fromBatch(input)).take(count).collect()
          await run(env)
          assert.is(seen.values.length, count)
        }
      }
    }
  })

  test('tell each fate apart', async () => {
    for (const concurrency of [1, 3]) {
      class Half {
        async map(v: number) {
          return v % 2 === 0 ? v : undefined
        }
        async end(out: { emit(value: number): unknown }) {
          await out.emit(-1)
        }
      }
      const env = environment(tiny)
      const seen = env
        .fromBatch(input)
        .map<number>(Half, { concurrency, name: 'half' })
        .filter((v) => v % 4 !== 0, { concurrency, name: 'quarter' })
        .map(
          async (v) => {
            if (v % 3 === 0) throw new Error('third')
            return v
          },
          { concurrency, name: 'third', onError: { retry: { attempts: 2 }, then: 'dead-letter' } },
        )
        .sink(
          async (v) => {
            if (v % 5 === 0) throw new Error('fifth')
          },
          { concurrency, name: 'fifth', onError: 'skip' },
        )
        .collect()
      const result = await run(env)
      const books = (name: string) => {
        const {
          in: taken,
          handled,
          dropped,
          deadLettered,
          out,
          errors,
        } = result.nodes.find((n) => n.name === name)!
        return [taken, handled, dropped, deadLettered, out, errors]
      }
      // 2, 6, 10, ... 98, and -1: 26 in all, of which 6, 18, ... 90 are divisible by 3.
      const kept = [...input.filter((v) => v % 4 === 2 && v % 3 !== 0), -1]
      assert.equal(seen.values, kept)
      assert.equal(books('half'), [100, 50, 50, 0, 51, 0])
      assert.equal(books('quarter'), [51, 26, 25, 0, 26, 0])
      assert.equal(books('third'), [26, 18, 0, 8, 18, 24])
      const fifths = kept.filter((v) => v % 5 === 0).length
      assert.equal(books('fifth'), [18, 18 - fifths, fifths, 0, 0, fifths])
    }
  })
})
