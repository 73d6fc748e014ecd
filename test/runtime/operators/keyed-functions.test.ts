import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import type { Collector } from '../../../src/functions/context.ts'
import type { KeyedContext } from '../../../src/functions/keyed-functions.ts'
import { listState, mapState, valueState } from '../../../src/functions/state-descriptors.ts'
import { assertBooksBalance, createEnvironment, failureOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'

const soon = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

const refusal = (call: () => unknown): InvalidArgumentError => {
  try {
    call()
  } catch (error) {
    assert.instance(error, InvalidArgumentError)
    return error as InvalidArgumentError
  }
  throw new Error('nothing was refused')
}

suite('keyed state of functions', (test) => {
  test('process, map, flatMap and filter keep state, each key its own', async () => {
    for (const concurrency of [1, 3]) {
      const env = createEnvironment()
      const words = ['a', 'b', 'a', 'a', 'b']
      const keyed = env.fromBatch(words).keyBy((word) => word)
      const numbered = keyed
        .process(
          {
            state: { n: valueState(0) },
            async process(word, { state, key }, out: Collector<string>) {
              const n = state.n.get()
              await soon()
              assert.is(key, word)
              state.n.set(n + 1)
              void out.emit(`${word}${state.n.get()}`)
            },
          },
          { concurrency },
        )
        .collect()
      const counted = keyed
        .map({
          state: { n: valueState(0) },
          map: (word, { state }) => (state.n.update((n) => n + 1), word + state.n.get()),
        })
        .collect()
      const all = keyed
        .flatMap({
          state: { seen: listState<string>() },
          flatMap: (word, { state }) => {
            state.seen.add(word)
            return [state.seen.get().join('')]
          },
        })
        .collect()
      class Firsts {
        readonly state = { seen: mapState<string, boolean>() }
        filter(word: string, { state }: KeyedContext<Firsts['state']>): boolean {
          const known = state.seen.has(word)
          state.seen.set(word, true)
          return !known
        }
      }
      const firsts = keyed.filter(Firsts).collect()
      const result = await env.submit({ autostop: true })
      assert.equal(numbered.values, ['a1', 'b1', 'a2', 'a3', 'b2'])
      assert.equal(counted.values, numbered.values)
      assert.equal(all.values, ['a', 'b', 'aa', 'aaa', 'bb'])
      assert.equal(firsts.values, ['a', 'b'])
      assertBooksBalance(env.graph, result)
    }
  })

  test('each job begins without any', async () => {
    const env = createEnvironment()
    const seen: number[] = []
    env
      .fromBatch([1, 2])
      .keyBy(() => 'all')
      .map({
        state: { n: valueState(0) },
        map: (n, { state }) => (state.n.update((sum) => sum + n), state.n.get()),
      })
      .sink((n) => void seen.push(n))
    await env.submit({ autostop: true })
    await env.submit({ autostop: true })
    assert.equal(seen, [1, 3, 1, 3])
  })

  test('what a call changed before it failed is there for its retry', async () => {
    const env = createEnvironment()
    const seen = env
      .fromBatch([1])
      .keyBy((n) => n)
      .map(
        {
          state: { tries: valueState(0) },
          map: (_, { state }) => {
            state.tries.update((n) => n + 1)
            if (state.tries.get() < 3) throw new Error('again')
            return state.tries.get()
          },
        },
        { onError: { retry: { attempts: 5, backoff: 0 } } },
      )
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [3])
  })

  test('a call that is cut short changes nothing any more', async () => {
    const env = createEnvironment()
    const errors: unknown[] = []
    const seen = env
      .fromBatch([1, 2])
      .keyBy(() => 'k')
      .map(
        {
          state: { last: valueState(0) },
          map: async (n, { state, signal }) => {
            if (n === 2) return state.last.get()
            await new Promise((resolve) => void signal.addEventListener('abort', resolve))
            try {
              state.last.set(n)
            } catch (error) {
              errors.push(error)
            }
            return n
          },
        },
        { timeout: 5, onError: 'skip' },
      )
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [0])
    assert.match(String(errors[0]), /AbortError.*overrun/)
  })

  test("a property `state` that holds no descriptors is the user's own", async () => {
    const env = createEnvironment()
    class Sum {
      state = { sum: 0 }
      map(n: number): number {
        return (this.state.sum += n)
      }
    }
    const seen = env.fromBatch([1, 2]).map(Sum).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 3])
  })

  test('is refused where it can never work', async () => {
    const env = createEnvironment()
    const stream = env.fromBatch([1])
    const keyed = stream.keyBy((n) => n)
    const state = { n: valueState(0) }
    const map = (n: number): number => n
    const process = (): void => {}
    const onTimer = (): void => {}
    const cases: readonly [call: () => unknown, message: RegExp][] = [
      [() => stream.map({ state, map } as never), /stream has no key/],
      [() => stream.process({ process, onTimer } as never), /timers, but its stream has no key/],
      [() => keyed.sink({ state, write: map } as never), /a sink has no keyed state/],
      [() => keyed.map({ state: { ...state, other: 1 as never }, map }), /"other".* no descriptor/],
      [() => keyed.process({ process, onTimer }, { concurrency: 2 }), /one at a time/],
      [() => keyed.process({ process, onTimer }, { timeout: 2 }), /one at a time/],
    ]
    for (const [call, message] of cases) {
      const error = refusal(call)
      assert.match(error.message, message)
      assert.ok(error.remedy && error.operator && error.site)
    }
    assert.throws(() => valueState(0, { ttl: { ms: 0 } }), /ttl.ms of valueState/)
    assert.throws(() => listState({ ttl: { ms: 1, time: 'x' as never } }), /ttl.time of listState/)
    assert.throws(() => mapState({ ttl: { ms: 1, refresh: 'x' as never } }), /ttl.refresh of mapState/)
    assert.throws(() => valueState(0, { version: 1.5 }), /version of valueState/)
  })

  test('of classes is looked at when they are opened', async () => {
    class Unkeyed {
      readonly state = { n: valueState(0) }
      map(n: number): number {
        return n
      }
    }
    const unkeyed = createEnvironment()
    unkeyed.fromBatch([1]).map(Unkeyed, { name: 'unkeyed' }).collect()
    const error = await failureOf(unkeyed.submit({ autostop: true }))
    assert.match(error.message, /no key/)

    const untimed = createEnvironment()
    const ttl = { ms: 1, time: 'event' } as const
    untimed
      .fromBatch([1])
      .keyBy((n) => n)
      .map({ state: { n: valueState(0, { ttl }) }, map: (n) => n })
      .collect()
    assert.match((await failureOf(untimed.submit({ autostop: true }))).message, /lives by event time/)
  })
})
