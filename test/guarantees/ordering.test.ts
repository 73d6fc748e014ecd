import * as assert from 'uvu/assert'
import { map as rxMap } from 'rxjs'
import type { DataStream } from '../../src/index.ts'
import { suite } from '../support/suite.ts'
import { environment, range, run, sameRecords, seeded, tiny, turn, turns } from './support/run.ts'

type Numbers = DataStream<number>
const input = range(200)

/** A call that takes none to three turns, or none at all. */
const uneven = (seed: number): (<T>(value: T) => T | Promise<T>) => {
  const random = seeded(seed)
  return (value) => {
    const wait = Math.floor(random() * 5)
    if (wait === 0) return value
    return wait === 1 ? Promise.resolve(value) : turns(wait - 1).then(() => value)
  }
}

suite('guarantees: order', (test) => {
  const late = uneven(20_260)
  const operators: Readonly<Record<string, (s: Numbers) => Numbers>> = {
    map: (s) => s.map((v) => late(v)),
    'concurrent map': (s) => s.map((v) => late(v), { concurrency: 7 }),
    'concurrent filter': (s) => s.filter(() => late(true), { concurrency: 7 }),
    'concurrent tap': (s) => s.tap((v) => late(v), { concurrency: 7 }),
    'concurrent flatMap': (s) => s.flatMap((v) => late([v]), { concurrency: 7 }),
    'concurrent lazy flatMap': (s) =>
      s.flatMap(
        async function* (v) {
          await late(v)
          yield v
        },
        { concurrency: 3 },
      ),
    process: (s) => s.process<number>(async (v, _ctx, out) => (await late(v), out.emit(v))),
    'concurrent process': (s) =>
      s.process<number>(async (v, _ctx, out) => (await late(v), out.emit(v)), { concurrency: 7 }),
    'concurrent keyed map': (s) => s.keyBy((v) => v % 3).map((v) => late(v), { concurrency: 7 }),
    'concurrent comap': (s) =>
      s.connect(s.filter(() => false)).comap([(v) => late(v), () => 0], { concurrency: 7 }),
    retry: (s) => {
      const failed = new Set<number>()
      return s.map(
        async (v) => {
          await late(v)
          if (v % 5 === 0 && !failed.has(v)) {
            failed.add(v)
            throw new Error('once')
          }
          return v
        },
        { concurrency: 7, onError: { retry: { attempts: 1 } } },
      )
    },
    batch: (s) => s.batch(7).flatMap((batch) => batch),
    scan: (s) => s.scan((_last, v) => v, 0),
    'keyed scan': (s) => s.keyBy(() => 1).scan((_last, v) => v, 0),
    dedupe: (s) => s.dedupe(),
    pipe: (s) => s.pipe(rxMap((v) => v)),
    union: (s) => s.union(s.filter(() => false)),
    'take and skip': (s) => s.take(10_000).skip(0),
    'subtasks by one key': (s) =>
      s
        .keyBy(() => 1)
        .map((v) => v, { parallelism: 3 })
        .map((v) => v, { parallelism: 1 }),
  }
  for (const [name, build] of Object.entries(operators)) {
    test(`${name} keeps the order of the input`, async () => {
      for (const options of [{}, tiny, { chunkSize: 3, edgeCapacity: 2 }]) {
        const env = environment(options)
        const seen: number[] = []
        build(env.fromBatch(input)).sink((v) => void seen.push(v))
        await run(env)
        assert.equal(seen, input)
      }
    })
  }

  test('from one producer subtask to one consumer subtask it is first in, first out', async () => {
    for (const [upstream, downstream] of [
      [2, 3],
      [3, 2],
      [3, 3],
    ] as const) {
      const env = environment({ chunkSize: 3, edgeCapacity: 1 })
      const last = new Map<string, number>()
      let seen = 0
      env
        .fromBatch(input, { parallelism: upstream })
        .map((v, ctx) => ({ from: ctx.subtaskIndex, v }), { parallelism: upstream })
        .keyBy(({ v }) => v)
        .sink(
          async ({ from, v }, ctx) => {
            if (v % 7 === 0) await turn()
            const pair = `${from}>${ctx.subtaskIndex}`
            assert.ok((last.get(pair) ?? -1) < v, `${v} after ${last.get(pair)} on ${pair}`)
            last.set(pair, v)
            seen++
          },
          { parallelism: downstream },
        )
      await run(env)
      assert.is(seen, input.length)
    }
  })

  test('unordered calls deliver all, the quick ones first', async () => {
    for (const options of [{}, tiny]) {
      const env = environment(options)
      const seen = env
        .fromBatch(input)
        .map((v) => (v === 0 ? turns(20).then(() => v) : late(v)), { concurrency: 5, ordered: false })
        .collect()
      await run(env)
      sameRecords(seen.values, input)
      assert.ok(seen.values.indexOf(0) > 5, 'the slow one was overtaken')
    }
  })

  test('a concurrent sink starts its calls in order', async () => {
    const env = environment(tiny)
    const started: number[] = []
    env.fromBatch(input).sink((v) => (started.push(v), late(v)), { concurrency: 6 })
    await run(env)
    assert.equal(started, input)
  })
})
