import * as assert from 'uvu/assert'
import type { DataStream } from '../../src/index.ts'
import { subtaskOf } from '../../src/runtime/keys/key-hash.ts'
import { suite } from '../support/suite.ts'
import { environment, range, run, sameRecords, tiny, turn, turns } from './support/run.ts'

type Numbers = DataStream<number>
const input = range(60)

/** A key for each of so many subtasks. */
const keysOfSubtasks = (count: number): number[] =>
  range(count).map((subtask) => range(100).find((key) => subtaskOf(key, count) === subtask)!)

suite('guarantees: nothing waits in a circle', (test) => {
  const diamonds: Readonly<Record<string, (s: Numbers) => { stream: DataStream<unknown>; count: number }>> = {
    'a union of uneven branches': (s) => ({
      stream: s.map((v) => v).union(s.map((v) => v, { parallelism: 2 }).filter((v) => v < 3)),
      count: 63,
    }),
    'a branch that holds back until the end': (s) => ({
      stream: s
        .keyBy(() => 0)
        .reduce((a, b) => a + b)
        .keyBy(() => 0)
        .join(
          s.keyBy(() => 0),
          (l, r) => l + r,
        ),
      count: 60,
    }),
    'a branch that batches': (s) => ({
      stream: s
        .batch(1000)
        .flatMap((b) => b)
        .union(s),
      count: 120,
    }),
    'a join of a stream with itself': (s) => ({
      stream: s
        .keyBy((v) => v)
        .join(
          s.keyBy((v) => v),
          (l, r) => l + r,
        ),
      count: 60,
    }),
    'a union of a stream with itself': (s) => ({ stream: s.union(s, s), count: 180 }),
    'a slow branch and one that multiplies': (s) => ({
      stream: s
        .map((v) => turn().then(() => v))
        .connect(s.flatMap((v) => range(20, v)))
        .comap([(v) => v, (v) => v]),
      count: 60 + 1200,
    }),
    'nested diamonds': (s) => {
      const one = s.map((v) => v).union(s.filter((v) => v % 2 === 0))
      const two = one.batch(7).flatMap((b) => b)
      return { stream: two.union(one.map((v) => v, { parallelism: 3 })), count: 180 }
    },
    'branches crossed over': (s) => {
      const [a, b] = [s.map((v) => v), s.map((v) => turn().then(() => v), { concurrency: 3 })]
      return {
        stream: a
          .union(b)
          .keyBy((v) => v)
          .join(
            b.union(a).keyBy((v) => v),
            (l) => l,
          ),
        count: 60 * 4,
      }
    },
    'a side output that comes back': (s) => {
      const both = s.process<number>(async (v, _ctx, out) => {
        await out.side('copy', v)
        await out.emit(v)
      })
      return { stream: both.sideOutput<number>('copy').union(both), count: 120 }
    },
  }
  for (const [name, build] of Object.entries(diamonds)) {
    test(`${name}`, async () => {
      for (const options of [tiny, { ...tiny, parallelism: 3 }, {}]) {
        const env = environment(options)
        const { stream, count } = build(env.fromBatch(input))
        const seen = stream.collect()
        await run(env)
        assert.is(seen.values.length, count)
      }
    })
  }

  test('concat of sources, while one of them is read elsewhere too', async () => {
    for (const options of [tiny, { ...tiny, parallelism: 3 }, {}]) {
      const env = environment(options)
      const [a, b, c] = [env.fromBatch(input), env.fromBatch(input.map((v) => -v)), env.fromBatch(input)]
      const all = a.concat(
        b.map((v) => turn().then(() => v)),
        c.batch(50).flatMap((batch) => batch),
      )
      const other = b.map((v) => v, { parallelism: 2 }).collect()
      const seen = all.union(a).collect()
      await run(env)
      sameRecords(seen.values, [...input, ...input, ...input, ...input.map((v) => -v)])
      assert.is(other.values.length, 60)
    }
  })

  test('concat keeps the order of its inputs', async () => {
    const env = environment(tiny)
    const slow = env.fromBatch([1, 2, 3]).map((v) => turn().then(() => v))
    const seen = slow.concat(env.fromBatch([4, 5]), env.fromBatch([6])).collect()
    await run(env)
    assert.equal(seen.values, [1, 2, 3, 4, 5, 6])
  })

  test('one consumer that is stuck does not keep records from the others that are on their way to them', async () => {
    const env = environment({ chunkSize: 8, edgeCapacity: 1 })
    const arrived: number[] = []
    let release = (): void => {}
    const stuck = new Promise<void>((resolve) => (release = resolve))
    // The consumer of the odd ones waits for the even one: 3 edges full of odd ones, and 1 even one among them.
    env
      .fromBatch([1, 1, 1, 1, 2, ...range(100).map(() => 1)])
      .keyBy((v) => v)
      .sink(
        async (v) => {
          if (v === 2) release()
          else await stuck
          arrived.push(v)
        },
        { parallelism: 16 },
      )
    await run(env)
    assert.is(arrived.length, 105)
  })

  test('a record for one consumer is not held back while another is blocked', async () => {
    for (const warmUp of [0, 3_000]) {
      const env = environment({ chunkSize: 8, edgeCapacity: 1 })
      const [slow, quick] = keysOfSubtasks(2)
      let release = (): void => {}
      let stuck: Promise<void> | undefined
      const pulled: number[] = []
      const arrived: number[] = []
      env
        .fromBatch(range(warmUp + 200))
        .tap((v) => {
          if (v < warmUp) return
          stuck ??= new Promise<void>((resolve) => (release = resolve))
          if (v % 3 === 0) pulled.push(v)
        })
        .keyBy((v) => (v % 3 === 0 ? quick : slow))
        .sink(
          (v, { subtaskIndex }) => {
            if (subtaskIndex === 0) return stuck
            if (v >= warmUp) arrived.push(v)
            return turn()
          },
          { parallelism: 2 },
        )
      const job = await env.submit()
      while (stuck === undefined) await turn()
      await turns(300)
      assert.ok(pulled.length > 0 && pulled.length < 60, 'the source is blocked')
      assert.equal(arrived, pulled)
      release()
      await job.drained
      await job.stop()
    }
  })

  test('cancelling the last branch ends the source', async () => {
    for (const options of [tiny, {}]) {
      const env = environment(options)
      let pulled = 0
      let closed = 0
      const source = env.fromSource<number>({ next: () => pulled++, close: () => void closed++ })
      const a = source.take(5).collect()
      const b = source
        .map((v) => v, { parallelism: 2 })
        .take(50)
        .collect()
      await run(env)
      assert.is(a.values.length, 5)
      assert.is(b.values.length, 50)
      assert.is(closed, 1)
    }
  })
})
