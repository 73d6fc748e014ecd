import * as assert from 'uvu/assert'
import { type DataStream, END } from '../../src/index.ts'
import { suite } from '../support/suite.ts'
import { environment, range, run, runToFailure, sameRecords, turn } from './support/run.ts'

type Numbers = DataStream<number>

const COUNT = 120
const input = range(COUNT)
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Upstream and downstream subtasks, and where there is a third, those of the sink. */
const parallelisms = [
  [1, 1, 1],
  [1, 3, 3],
  [3, 1, 1],
  [3, 3, 3],
  [2, 5, 5],
  [4, 2, 3],
] as const

/** Odd subtasks wait for a turn of the event loop now and then, so slow and fast ones are mixed. */
const mixed = <T>(value: T, ctx: { readonly subtaskIndex: number }, n: number): T | Promise<T> =>
  ctx.subtaskIndex % 2 === 1 && n % 3 === 0 ? turn().then(() => value) : value

interface Shape {
  /** Adds operators with `parallelism` subtasks between the source and the sink. */
  readonly build: (source: Numbers, parallelism: number, again: () => Numbers) => DataStream<unknown>
  readonly expected: readonly unknown[]
}

const shapes: Readonly<Record<string, Shape>> = {
  map: {
    build: (s, parallelism) => s.map((v, ctx) => mixed(v + 1, ctx, v), { parallelism }),
    expected: input.map((v) => v + 1),
  },
  'concurrent map': {
    build: (s, parallelism) => s.map((v, ctx) => mixed(v, ctx, v), { parallelism, concurrency: 4 }),
    expected: input,
  },
  'unordered map': {
    build: (s, parallelism) =>
      s.map((v, ctx) => mixed(v, ctx, v), { parallelism, concurrency: 4, ordered: false }),
    expected: input,
  },
  filter: {
    build: (s, parallelism) => s.filter((v, ctx) => mixed(v % 2 === 0, ctx, v), { parallelism }),
    expected: input.filter((v) => v % 2 === 0),
  },
  flatMap: {
    build: (s, parallelism) => s.flatMap((v, ctx) => mixed([v, -v], ctx, v), { parallelism }),
    expected: input.flatMap((v) => [v, -v]),
  },
  'keyed reduce': {
    build: (s, parallelism) => s.keyBy((v) => v % 11).reduce((a, b) => a + b, { parallelism }),
    expected: range(11).map((key) => sum(input.filter((v) => v % 11 === key))),
  },
  'keyed map': {
    build: (s, parallelism) => s.keyBy((v) => v % 11).map((v, ctx) => mixed(v, ctx, v), { parallelism }),
    expected: input,
  },
  union: {
    build: (s, parallelism, again) =>
      s.union(again(), { parallelism }).map((v, ctx) => mixed(v, ctx, v), { parallelism }),
    expected: [...input, ...input],
  },
  comap: {
    build: (s, parallelism, again) =>
      s.connect(again()).comap([(v, ctx) => mixed(`a${v}`, ctx, v), (v) => `b${v}`], { parallelism }),
    expected: [...input.map((v) => `a${v}`), ...input.map((v) => `b${v}`)],
  },
  'inner join': {
    build: (s, parallelism, again) =>
      s
        .keyBy((v) => v)
        .join(
          again()
            .filter((v) => v % 2 === 0)
            .keyBy((v) => v),
          (l, r) => [l, r],
          { parallelism },
        ),
    expected: input.filter((v) => v % 2 === 0).map((v) => [v, v]),
  },
  'left join': {
    build: (s, parallelism, again) =>
      s
        .keyBy((v) => v)
        .join(
          again()
            .filter((v) => v % 2 === 0)
            .keyBy((v) => v),
          (l, r) => [l, r ?? 'none'],
          { parallelism, type: 'left' },
        ),
    expected: input.map((v) => [v, v % 2 === 0 ? v : 'none']),
  },
  'full join': {
    build: (s, parallelism, again) =>
      s
        .keyBy((v) => v)
        .join(
          again().keyBy((v) => v + 60),
          (l, r) => [l ?? 'none', r ?? 'none'],
          { parallelism, type: 'full' },
        ),
    expected: range(180).map((key) => [key < COUNT ? key : 'none', key >= 60 ? key - 60 : 'none']),
  },
  'diamond, united again': {
    build: (s, parallelism) => {
      const left = s.map((v, ctx) => mixed(v, ctx, v), { parallelism })
      const right = s.filter((v) => v % 3 === 0, { parallelism }).map((v) => -v, { parallelism: 2 })
      return left.union(right, { parallelism })
    },
    expected: [...input, ...input.filter((v) => v % 3 === 0).map((v) => -v)],
  },
  'diamond, joined again': {
    build: (s, parallelism) => {
      const left = s.map((v, ctx) => mixed(v, ctx, v), { parallelism }).keyBy((v) => v)
      const right = s.map((v) => v * 2, { parallelism }).keyBy((v) => v / 2)
      return left.join(right, (l, r) => l + r, { parallelism })
    },
    expected: input.map((v) => 3 * v),
  },
  'batch and flatten': {
    build: (s, parallelism) => s.batch(7, { parallelism }).flatMap((batch) => batch),
    expected: input,
  },
  broadcast: {
    build: (s, parallelism) =>
      s.broadcast().map((v, ctx) => (ctx.subtaskIndex === 0 ? v : undefined), { parallelism }),
    expected: input,
  },
}

suite('guarantees: nothing is lost', (test) => {
  for (const [name, { build, expected }] of Object.entries(shapes)) {
    test(`${name}, whatever the parallelism`, async () => {
      for (const [upstream, downstream, last] of parallelisms) {
        for (const options of [{}, { chunkSize: 1, edgeCapacity: 1 }, { chunkSize: 7, edgeCapacity: 2 }]) {
          const env = environment(options)
          const source = () =>
            env.fromBatch(input, { parallelism: upstream }).map((v) => v, { parallelism: upstream })
          const seen: unknown[] = []
          build(source(), downstream, source).sink(
            async (value, ctx) => {
              if (ctx.subtaskIndex === 0 && seen.length % 5 === 0) await turn()
              seen.push(value)
            },
            { parallelism: last },
          )
          await run(env)
          sameRecords(seen, expected, `${upstream}:${downstream}:${last} ${JSON.stringify(options)}`)
        }
      }
    })
  }

  test('side outputs, of one call at a time and of many, also where a tag is used twice', async () => {
    for (const concurrency of [1, 4]) {
      for (const options of [{}, { chunkSize: 1, edgeCapacity: 1 }, { parallelism: 3, chunkSize: 2 }]) {
        const env = environment(options)
        const first = env.fromBatch(input).process<number>(
          async (v, _ctx, out) => {
            if (v % 3 === 0) await turn()
            await out.emit(v)
            if (v % 2 === 0) await out.side('chosen', v)
            await turn()
            if (v % 2 === 0) await out.side('chosen', v + 1000)
          },
          { concurrency },
        )
        const second = first.process<number>(
          (v, _ctx, out) => void (v < 5 ? out.side('chosen', v) : out.emit(v)),
        )
        const chosen = first.sideOutput<number>('chosen').collect()
        const small = second.sideOutput<number>('chosen').collect()
        const big = second.collect()
        await run(env)
        const even = input.filter((v) => v % 2 === 0)
        sameRecords(chosen.values, [...even, ...even.map((v) => v + 1000)])
        sameRecords(small.values, range(5))
        sameRecords(big.values, input.slice(5))
      }
    }
  })

  test('dead letters, from calls in a chain and calls that overlap', async () => {
    for (const concurrency of [1, 3]) {
      for (const parallelism of [1, 3]) {
        const env = environment({ parallelism, chunkSize: 2, edgeCapacity: 1 })
        const refuse = (n: number) => async (v: number) => {
          if (v % 7 === n) throw new Error(`${v}`)
          return v
        }
        const seen = env
          .fromBatch(input)
          .map(refuse(1), { concurrency, onError: 'dead-letter' })
          .filter((v) => refuse(2)(v).then(() => true), {
            onError: { retry: { attempts: 1 }, then: 'dead-letter' },
          })
          .map(refuse(3), { concurrency, onError: 'skip' })
          .collect()
        const letters = env.deadLetters<number>().collect()
        await run(env)
        sameRecords(
          letters.values.map(({ record }) => record),
          input.filter((v) => v % 7 === 1 || v % 7 === 2),
        )
        sameRecords(
          seen.values,
          input.filter((v) => ![1, 2, 3].includes(v % 7)),
        )
      }
    }
  })

  test('pull sources with subtasks of their own', async () => {
    for (const parallelism of [1, 3]) {
      const env = environment({ chunkSize: 3, edgeCapacity: 1 })
      class Counter {
        #next = 0
        next(ctx: { readonly subtaskIndex: number }) {
          if (this.#next === 20) return END
          const value = ctx.subtaskIndex * 100 + this.#next++
          return value % 3 === 0 ? turn().then(() => value) : value
        }
      }
      const seen = env
        .fromSource<number>(Counter, { parallelism })
        .map((v) => v, { parallelism: 2 })
        .collect()
      await run(env)
      sameRecords(
        seen.values,
        range(parallelism).flatMap((index) => range(20, index * 100)),
      )
    }
  })

  test('each subtask of a source ends with its own consumer, and only it', async () => {
    const { take } = await import('rxjs')
    const generate = function* () {
      yield* input
    }
    for (const source of [input, generate]) {
      const env = environment({ parallelism: 2, chunkSize: 1, edgeCapacity: 1 })
      const counts = [0, 0]
      env
        .fromBatch(source)
        .map((_v, { subtaskIndex: index }) => (index === 1 ? turn().then(() => index) : index))
        .pipe(take(5))
        .sink((index) => void counts[index]!++)
      await run(env)
      assert.equal(counts, [5, 5])
    }
  })

  test('a source that nobody reads any more ends, also in the middle of a pull', async () => {
    for (const parallelism of [1, 2]) {
      let returned = 0
      const env = environment({ parallelism, chunkSize: 1, edgeCapacity: 1 })
      const source = (): AsyncIterable<number> => ({
        [Symbol.asyncIterator]: () => ({
          next: (n = 0) => (returned + n === 0 && first ? ((first = false), one()) : new Promise(() => {})),
          return: async () => {
            returned++
            return { done: true, value: undefined }
          },
        }),
      })
      let first = true
      const one = async (): Promise<IteratorResult<number>> => ({ done: false, value: 1 })
      const seen = env
        .fromBatch(source, { parallelism: 1 })
        .map((v) => v)
        .take(1)
        .collect()
      await run(env)
      assert.equal(seen.values, [1])
      assert.is(returned, 1)
    }
  })

  test('a job that fails in the middle still tells of every record', async () => {
    for (const concurrency of [1, 4]) {
      for (const parallelism of [1, 3]) {
        const env = environment({ parallelism, chunkSize: 4, edgeCapacity: 1 })
        env
          .fromBatch(input)
          .flatMap((v) => [v, v])
          .map(
            async (v) => {
              await turn()
              if (v === 40) throw new Error('forty')
              return v
            },
            { concurrency },
          )
          .keyBy((v) => v % 5)
          .reduce((a, b) => a + b)
          .sink(() => {})
        const error = await runToFailure(env)
        assert.match(error.message, 'forty')
      }
    }
  })
})
