import * as assert from 'uvu/assert'
import {
  type DataStream,
  END,
  fixedDelay,
  LocalEnvironment,
  MemoryCheckpointStore,
  type JobHandle,
  type LocalEnvironment as Environment,
} from '../../src/index.ts'
import { TestEnvironment } from '../../src/testing/index.ts'
import { delay } from '../../src/time/delay.ts'
import { suite } from '../support/suite.ts'

const store = (): MemoryCheckpointStore => new MemoryCheckpointStore()

/** Everything a barrier has to get through: a pool, a union, a loop that sends records round, keyed state. */
const pipeline = (
  checkpoints: MemoryCheckpointStore,
  parallelism: number,
  onRecord: () => void = () => {},
): { env: Environment; sums: { values: readonly number[] }; count: { values: readonly number[] } } => {
  const env = new LocalEnvironment('everything', {
    parallelism,
    chunkSize: 7,
    checkpoints: { store: checkpoints, interval: 1 },
    restart: fixedDelay({ attempts: Infinity, delay: 1 }),
  })
  const array = env.fromBatch(numbers(0))
  const iterator = env.fromBatch(async function* () {
    for (const n of numbers(ITEMS)) {
      await Promise.resolve()
      yield n
    }
  })
  const again = env.fromFuture<Round>('again')
  const rounds = array
    .union(iterator)
    .map(async (n) => (await Promise.resolve(), { n, left: n % 4 }), { concurrency: 4, ordered: false })
    .union(again)
    .map(({ n, left }) => (onRecord(), { n, left: left - 1 }))
  rounds.filter(({ left }) => left > 0).fillFuture(again)
  const done = rounds.filter(({ left }) => left <= 0)
  const sums = done
    .keyBy(({ n }) => n % 10)
    .scan((sum: number, { n }) => sum + n, 0)
    .collect()
  const count = done.count().collect()
  return { env, sums, count }
}

interface Round {
  readonly n: number
  readonly left: number
}

const ITEMS = 3000
const numbers = (from: number): number[] => Array.from({ length: ITEMS }, (_, i) => from + i)

/** The largest sum of each key is that of all its records. */
const assertWhole = (sums: readonly number[], count: readonly number[]): void => {
  assert.is(sums.length, 2 * ITEMS)
  const whole = Array.from({ length: 10 }, (_, key) =>
    numbers(0)
      .concat(numbers(ITEMS))
      .filter((n) => n % 10 === key)
      .reduce((sum, n) => sum + n, 0),
  )
  for (const sum of whole) assert.ok(sums.includes(sum))
  assert.equal(count, [2 * ITEMS])
}

suite('checkpoints of everything', (test) => {
  for (const parallelism of [1, 2, 3]) {
    test(
      `a job that fails now and then counts each record once, parallelism ${parallelism}`,
      { timeout: 60_000 },
      async () => {
        let calls = 0
        let failures = 0
        const { env, sums, count } = pipeline(store(), parallelism, () => {
          if (++calls % 4000 === 0 && failures++ < 4) throw new Error('now and then')
        })
        const result = await env.submit({ autostop: true })
        assert.ok(result.restarts > 1)
        assertWhole(sums.values, count.values)
        for (const { kind, name, in: entered, handled, dropped } of result.nodes)
          assert.is(entered, handled + dropped, `${kind} ${name}`)
      },
    )

    test(
      `a job stopped with a savepoint goes on from there, parallelism ${parallelism}`,
      { timeout: 60_000 },
      async () => {
        const checkpoints = store()
        let seen: (() => void) | null = null
        const reached = new Promise<void>((resolve) => (seen = resolve))
        let calls = 0
        const first = pipeline(checkpoints, parallelism, () => {
          if (++calls === 1500) seen?.()
        })
        const job: JobHandle = await first.env.submit()
        await reached
        const { location } = await job.stop({ savepoint: true })
        const { status, nodes } = await job.result
        assert.is(status, 'stopped')
        assert.ok(nodes.every(({ unfinished }) => unfinished === 0))
        assert.equal(first.count.values, [])
        const second = pipeline(checkpoints, parallelism)
        await second.env.submit({ autostop: true, resume: { savepoint: location } })
        assertWhole([...first.sums.values, ...second.sums.values], second.count.values)
      },
    )
  }
})

suite('a savepoint of a job that has not begun to read', (test) => {
  const record = (
    checkpoints: MemoryCheckpointStore,
    opening: { [When in 'start' | 'open']?: () => Promise<void> },
  ): { env: Environment; seen: { values: readonly number[] } } => {
    const env = new LocalEnvironment('job', { checkpoints: { store: checkpoints } })
    env.registerService('s', { factory: () => ({ start: () => opening.start?.() }) })
    const seen = env
      .fromBatch(numbers(0))
      .map({ open: () => opening.open?.(), map: (n: number) => n })
      .collect()
    return { env, seen }
  }

  const stopped = async (env: Environment): Promise<void> => {
    const reached = env.submit({ autostop: true })
    await env.stop({ savepoint: true })
    assert.is((await reached).status, 'stopped')
  }

  test('has a job that is continued read all of it', async () => {
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    for (const opening of [{}, { start: turn }, { open: turn }]) {
      const checkpoints = store()
      const first = record(checkpoints, opening)
      await stopped(first.env)
      assert.equal(first.seen.values, [])
      const second = record(checkpoints, {})
      await second.env.submit({ autostop: true, resume: 'latest' })
      assert.equal(second.seen.values, numbers(0))
    }
  })
})

suite('checkpoints of sources that make wait', (test) => {
  const COUNT = 100
  const sources: Readonly<Record<string, (env: TestEnvironment) => DataStream<number>>> = {
    'an iterator': (env) =>
      env.fromBatch(async function* () {
        for (let n = 0; n < COUNT; n++) {
          await delay(env.clock, 1)
          yield n
        }
      }),
    'a pull source': (env) => {
      let n = 0
      return env.fromSource<number>(async (ctx) => {
        await ctx.delay(1)
        return n < COUNT ? n++ : END
      })
    },
  }
  for (const [name, source] of Object.entries(sources)) {
    test(`${name} is read to its end, though barriers pass while it is waited for`, async () => {
      const env = new TestEnvironment('waiting', { checkpoints: { store: store(), interval: 3 } })
      const twice = source(env)
        .flatMap((n) => [n, n])
        .collect()
      await env.run()
      assert.equal(
        twice.values,
        Array.from({ length: 2 * COUNT }, (_, i) => Math.floor(i / 2)),
      )
    })
  }
})

suite('where a job goes on', (test) => {
  const build = (
    checkpoints: MemoryCheckpointStore,
    onRecord: (n: number) => void = () => {},
  ): { env: Environment; seen: { values: readonly number[] } } => {
    const env = new LocalEnvironment('again', { checkpoints: { store: checkpoints, interval: 1 } })
    const seen = env
      .fromBatch(async function* () {
        for (let n = 0; n < 100; n++) {
          await new Promise<void>((resolve) => setImmediate(resolve))
          yield n
        }
      })
      .tap(onRecord)
      .collect()
    return { env, seen }
  }

  test('after a savepoint: there, and, once it has come to its end, at the beginning again', async () => {
    const checkpoints = store()
    let reached: () => void = () => {}
    const half = new Promise<void>((resolve) => (reached = resolve))
    const first = build(checkpoints, (n) => {
      if (n === 50) reached()
    })
    const job = await first.env.submit()
    await half
    await job.stop({ savepoint: true })
    const second = build(checkpoints)
    await second.env.submit({ autostop: true, resume: 'latest' })
    assert.equal(
      [...first.seen.values, ...second.seen.values],
      Array.from({ length: 100 }, (_, n) => n),
    )
    const third = build(checkpoints)
    await third.env.submit({ autostop: true, resume: 'latest' })
    assert.is(third.seen.values.length, 100)
  })

  test('after a stop that drained and flushed: at the beginning again', async () => {
    const checkpoints = store()
    let reached: () => void = () => {}
    const half = new Promise<void>((resolve) => (reached = resolve))
    const first = build(checkpoints, (n) => {
      if (n === 50) reached()
    })
    const job = await first.env.submit()
    await half
    await job.stop()
    const second = build(checkpoints)
    await second.env.submit({ autostop: true, resume: 'latest' })
    assert.is(second.seen.values.length, 100)
  })
})
