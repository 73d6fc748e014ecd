import * as assert from 'uvu/assert'
import type { DataStream, END, EnvironmentOptions } from '../../src/index.ts'
import { suite } from '../support/suite.ts'
import { environment, turn, turns } from './support/run.ts'

type Numbers = DataStream<number>

/** The only limit that depends on how fast the machine is. */
const noSlices: EnvironmentOptions = { sliceMs: 60_000 }

/** A source that gives a record when the test says so. */
class Tap {
  #waiting: ((value: number | typeof END) => void) | null = null

  readonly next = (): Promise<number | typeof END> => new Promise((resolve) => (this.#waiting = resolve))

  async give(value: number | typeof END): Promise<void> {
    while (this.#waiting === null) await turn()
    const resolve = this.#waiting
    this.#waiting = null
    resolve(value)
  }
}

const ways: Readonly<Record<string, (s: Numbers) => Numbers>> = {
  'a chain': (s) => s.map((v) => v).filter(() => true),
  'an asynchronous call': (s) => s.map(async (v) => v),
  'concurrent calls, one after the other': (s) => {
    let stream = s
    for (let i = 0; i < 5; i++) stream = stream.map(async (v) => v, { concurrency: 4 })
    return stream
  },
  'edges between subtasks': (s) => {
    let stream = s
    for (const parallelism of [2, 3, 2, 5, 1]) stream = stream.map((v) => v, { parallelism })
    return stream
  },
  'keys, over edges, with calls in flight': (s) =>
    s
      .keyBy((v) => v)
      .map(async (v) => v, { parallelism: 4, concurrency: 4 })
      .keyBy((v) => v)
      .scan((_a, v) => v, 0, { parallelism: 3 }),
  'a diamond': (s) => s.map((v) => v).union(s.filter(() => false)),
  'a process': (s) => s.process<number>(async (v, _ctx, out) => out.emit(v), { concurrency: 4 }),
  'a side output': (s) =>
    s
      .process<number>(
        async (v, _ctx, out) => {
          await out.side('tag', v)
          await turns(10)
        },
        { concurrency: 1000 },
      )
      .sideOutput<number>('tag'),
  'a side output of one call at a time': (s) =>
    s
      .process<number>(async (v, _ctx, out) => {
        await out.side('tag', v)
        await turn()
      })
      .sideOutput<number>('tag'),
  'a lazy flatMap': (s) =>
    s.flatMap(async function* (v) {
      yield v
    }),
  'a join': (s) =>
    s
      .keyBy((v) => v)
      .join(
        s.keyBy((v) => v),
        (l) => l,
        { parallelism: 2 },
      ),
}

suite('guarantees: a trickle is not delayed', (test) => {
  for (const [name, build] of Object.entries(ways)) {
    test(`through ${name}, a record takes one turn of the event loop at most`, async () => {
      for (const ready of [0, 500]) {
        const env = environment(noSlices)
        const source = new Tap()
        const seen: number[] = []
        let given = 0
        const stream = env.fromSource<number>(() => (given++ < ready ? -given : source.next()))
        build(stream).sink((v) => void seen.push(v))
        const job = await env.submit()
        await turns(20)
        for (let value = 1; value <= 5; value++) {
          await source.give(value)
          await turn()
          assert.is(seen.at(-1), value, `record ${value}, after ${ready} that were ready`)
        }
        await job.cancel()
      }
    })
  }

  test('what a call emits before it ends is on its way at once', async () => {
    for (const concurrency of [1, 4]) {
      const env = environment({ ...noSlices, stopTimeout: 1 })
      const seen: number[] = []
      let emit: (value: number) => void = () => {}
      env
        .fromBatch([1])
        .process<number>(
          (_v, _ctx, out) => {
            emit = (value) => void out.emit(value)
            return new Promise(() => {})
          },
          { concurrency },
        )
        .map((v) => v, { parallelism: 2 })
        .sink((v) => void seen.push(v), { parallelism: 1 })
      const job = await env.submit()
      await turns(5)
      for (const value of [1, 2, 3]) {
        emit(value)
        await turn()
        assert.is(seen.at(-1), value)
      }
      await job.cancel()
    }
  })

  test('a record is not held back by what came with it and is still worked on', async () => {
    const env = environment({ ...noSlices, stopTimeout: 1 })
    const seen: number[] = []
    env
      .fromBatch([1, 2, 3])
      .map((v) => (v === 3 ? new Promise<number>(() => {}) : v))
      .map((v) => v, { parallelism: 2 })
      .sink((v) => void seen.push(v), { parallelism: 1 })
    const job = await env.submit({})
    await turns(2)
    assert.equal(seen, [1, 2])
    await job.cancel()
  })
})
