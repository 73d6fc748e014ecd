import { Readable } from 'node:stream'
import { concat, of, throwError } from 'rxjs'
import * as assert from 'uvu/assert'
import type { LocalEnvironment } from '../../src/environment/local-environment.ts'
import { END } from '../../src/functions/user-functions.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import { suite } from '../support/suite.ts'
import { boom, fail, failing } from './failing.ts'
import { assertBooksBalance, createEnvironment, failureOf, never } from './jobs.ts'

suite('a source that fails', (test) => {
  const sources: Record<string, (env: LocalEnvironment) => DataStream<unknown>> = {
    'a generator that throws at once': (env) => env.fromBatch(fail as never, { name: 'in' }),
    'a generator that throws in the middle': (env) =>
      env.fromBatch(
        function* () {
          yield 1
          throw boom
        },
        { name: 'in' },
      ),
    'an async generator': (env) =>
      env.fromBatch(
        async function* () {
          yield 1
          await Promise.resolve()
          throw boom
        },
        { name: 'in' },
      ),
    'an async generator shared by subtasks': (env) =>
      env.fromBatch(
        async function* () {
          yield 1
          await Promise.resolve()
          throw boom
        },
        { name: 'in', parallelism: 3 },
      ),
    'an iterator whose next throws': (env) =>
      env.fromBatch({ [Symbol.iterator]: () => ({ next: fail }) }, { name: 'in' }),
    'an iterable that cannot be opened': (env) =>
      env.fromBatch({ [Symbol.iterator]: fail } as Iterable<number>, { name: 'in' }),
    'a pull function': (env) => env.fromSource(fail, { name: 'in' }),
    'a pull function that rejects': (env) => env.fromSource(() => Promise.reject(boom), { name: 'in' }),
    'a pull source that throws in open': (env) =>
      env.fromSource({ open: fail, next: () => END }, { name: 'in' }),
    'a pull source that rejects in open': (env) =>
      env.fromSource({ open: () => Promise.reject(boom), next: () => END }, { name: 'in' }),
    'a pull source that throws in close': (env) =>
      env.fromSource({ close: fail, next: () => END }, { name: 'in' }),
    'an Observable that errors at once': (env) =>
      env.fromObservable(
        throwError(() => boom),
        { name: 'in' },
      ),
    'an Observable that errors after records': (env) =>
      env.fromObservable(
        concat(
          of(1, 2),
          throwError(() => boom),
        ),
        { name: 'in' },
      ),
    'a Readable of Node that is destroyed': (env) =>
      env.fromReadable(
        () =>
          new Readable({
            objectMode: true,
            read() {
              this.destroy(boom)
            },
          }),
        { name: 'in' },
      ),
    'a web stream that errors': (env) =>
      env.fromReadable(() => new ReadableStream({ pull: (controller) => controller.error(boom) }) as never, {
        name: 'in',
      }),
    'a function that opens no stream': (env) => env.fromReadable(fail, { name: 'in' }),
  }
  for (const [what, create] of Object.entries(sources)) {
    test(what, async () => {
      const env = createEnvironment()
      const source = create(env)
      source.collect()
      await failing(env, { operator: 'in' })
    })
  }

  test('records it gave before are processed', async () => {
    const env = createEnvironment()
    const seen = env
      .fromBatch(function* () {
        yield* [1, 2, 3]
        throw boom
      })
      .collect()
    await failureOf(env.submit({ autostop: true }))
    assert.equal(seen.values, [1, 2, 3])
  })

  test('ends the other sources, however long they would run', async () => {
    const env = createEnvironment()
    const returned: string[] = []
    const endless = (function* () {
      try {
        for (;;) yield 1
      } finally {
        returned.push('endless')
      }
    })()
    env
      .fromBatch(endless)
      .union(env.fromSource(() => never()))
      .sink(() => {})
    let pulled = 0
    env.fromSource(() => (++pulled === 100 ? fail() : pulled), { name: 'in' }).sink(() => {})
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is(error.operator, 'in')
    assert.equal(returned, ['endless'])
    assertBooksBalance(env.graph, error.result)
  })
})
