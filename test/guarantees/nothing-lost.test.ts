import * as assert from 'uvu/assert'
import { END } from '../../src/index.ts'
import { suite } from '../support/suite.ts'
import { environment, range, run, runToFailure, sameRecords, turn } from './support/run.ts'
import { input, shapes } from './support/shapes.ts'

/** Upstream and downstream subtasks, and where there is a third, those of the sink. */
const parallelisms = [
  [1, 1, 1],
  [1, 3, 3],
  [3, 1, 1],
  [3, 3, 3],
  [2, 5, 5],
  [4, 2, 3],
] as const

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
