import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/environment/local-environment.ts'
import { ServiceStartError } from '../../src/errors/service-errors.ts'
import { END } from '../../src/functions/user-functions.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite } from '../support/suite.ts'
import { boom, fail } from './failing.ts'
import {
  assertBooksBalance,
  cancellationOf,
  createEnvironment,
  deferred,
  failureOf,
  never,
  rest,
  until,
} from './jobs.ts'

suite('promises that are not like those of the language', (test) => {
  test('thenables of any kind are waited for', async () => {
    const thenables: ((n: number) => PromiseLike<number>)[] = [
      (n) => ({ then: (resolve: (value: number) => unknown) => resolve(n) }) as never,
      (n) => ({ then: (resolve: (value: number) => unknown) => void setImmediate(resolve, n) }) as never,
      (n) =>
        ({
          then: (resolve: (value: number) => unknown) => {
            resolve(n)
            resolve(99)
          },
        }) as never,
    ]
    for (const concurrency of [1, 3]) {
      for (const thenable of thenables) {
        const env = createEnvironment()
        const seen = env.fromBatch([1, 2]).map(thenable, { concurrency }).collect()
        const result = await env.submit({ autostop: true })
        assert.equal(seen.values, [1, 2])
        assertBooksBalance(env.graph, result)
      }
    }
  })

  test('one that throws in then is a failure of its record', async () => {
    const odd: (() => unknown)[] = [
      () => ({ then: fail }),
      () => ({
        get then() {
          return fail()
        },
      }),
    ]
    for (const concurrency of [1, 3]) {
      for (const make of odd) {
        const env = createEnvironment()
        const seen = env
          .fromBatch([1, 2, 3])
          .map((n) => (n === 2 ? make() : n), { concurrency, name: 'op', onError: 'dead-letter' })
          .collect()
        const letters = env.deadLetters().collect()
        const result = await env.submit({ autostop: true })
        assert.equal(seen.values, [1, 3])
        assert.equal(
          letters.values.map(({ record, error }) => [record, error]),
          [[2, boom]],
        )
        assertBooksBalance(env.graph, result)
      }
    }
  })
})

suite('clean-up that goes wrong', (test) => {
  test('an iterator whose return throws, rejects or hangs does not change how the job ends', async () => {
    for (const giveBack of [fail, () => Promise.reject(boom), () => never()]) {
      for (const end of ['take', 'cancel'] as const) {
        const env = createEnvironment({ stopTimeout: 5 })
        let given = 0
        const source = env.fromBatch<number>({
          [Symbol.asyncIterator]: () => ({
            next: async () => ({ done: false, value: given++ }),
            return: giveBack as never,
          }),
        })
        const seen = end === 'take' ? source.take(2).collect() : source.collect()
        const submitted = env.submit({ autostop: true })
        if (end === 'take') {
          assert.is((await submitted).status, 'completed')
          assert.equal(seen.values, [0, 1])
        } else {
          await until(() => given > 3)
          await env.cancel()
          await cancellationOf(submitted)
        }
      }
    }
  })

  test('a close that throws does not hide the failure that came before it', async () => {
    const env = createEnvironment()
    let closed = 0
    const closing = (): never => {
      closed++
      throw new Error('close')
    }
    env
      .fromBatch([1])
      .map({ map: fail, close: closing }, { name: 'op' })
      .sink({ write: () => {}, close: closing })
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is(error.cause, boom)
    assert.is(closed, 2)
  })

  test('a failure while the job is stopped makes it failed; a second failure changes nothing', async () => {
    const env = createEnvironment()
    const seen: string[] = []
    env.status$.subscribe((status) => seen.push(status))
    env
      .fromSource(() => new Promise<number>((resolve) => setImmediate(resolve, 1)))
      .map({ map: (n: number) => n, end: fail }, { name: 'op' })
      .sink({
        write: () => {},
        close: () => {
          throw new Error('second')
        },
      })
    const submitted = env.submit({ autostop: true })
    await rest()
    await env.stop()
    const error = await failureOf(submitted)
    assert.is(error.cause, boom)
    assert.equal(seen, ['pending', 'running', 'stopping', 'failed'])
  })

  test('a logger that throws brings nothing down', async () => {
    const env = new LocalEnvironment('job', {
      logger: { debug: fail, info: fail, warn: fail, error: fail },
      stopTimeout: 5,
    })
    env.registerService('s', () => ({ stop: fail }))
    const seen = env.fromBatch([1, 2]).collect()
    env.fromBatch([1]).collect()
    env
      .fromBatch([1])
      .map((n) => n)
      .union(env.fromBatch([2]))
      .collect()
    const result = await env.submit({ autostop: true })
    assert.is(result.status, 'completed')
    assert.equal(seen.values, [1, 2])
    assert.is(result.services[0]!.stopped, false)
  })
})

suite('services that never come up', (test) => {
  test('fail the job after their time, naming the step, and are cleaned up', async () => {
    const hanging: [string, () => object, boolean][] = [
      ['constructor or factory', () => never(), false],
      ['setup', () => ({ setup: () => never() }), true],
      ['start', () => ({ start: () => never() }), true],
    ]
    for (const [step, factory, cleaned] of hanging) {
      const clock = new ManualClock()
      const env = createEnvironment({ clock })
      let read = 0
      env.registerService('slow', factory)
      env.fromSource(() => (read++, END)).collect()
      const failed = failureOf(env.submit({ autostop: true }))
      await until(() => clock.waiting > 0)
      await clock.advance(30_000)
      const error = await failed
      assert.is(error.operator, 'slow', step)
      assert.match(error.message, step)
      assert.is(error.result.services[0]!.cleaned, cleaned)
      assert.is(read, 0)
      assert.is(clock.waiting, 0)
    }
  })

  test('name the error that the library gives them', async () => {
    const env = createEnvironment()
    env.registerService('s', () => ({ start: fail }))
    env.fromBatch([1]).collect()
    const handle = env.submit()
    const error = await failureOf(handle)
    assert.is(error.cause, boom)
    assert.match(error.message, 'failed to start')
    assert.ok(error.remedy)
    assert.not.instance(error.cause, ServiceStartError)
  })
})

suite('jobs within jobs', (test) => {
  test('an operator may run another environment, or this one again', async () => {
    const env = createEnvironment()
    const seen = env
      .fromBatch([1, 2])
      .map(
        async (n) => {
          const inner = createEnvironment()
          const squares = inner
            .fromBatch([n])
            .map((m) => m * m)
            .collect()
          await inner.submit({ autostop: true })
          return squares.values[0]
        },
        { concurrency: 2 },
      )
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 4])
  })

  test('what is recorded while a job runs belongs to the next', async () => {
    const env = createEnvironment()
    const gate = deferred()
    const first = env
      .fromBatch(() => [1])
      .tap(() => gate.promise)
      .collect()
    const submitted = env.submit({ autostop: true })
    const second = env.fromBatch(() => [2]).collect()
    gate.resolve()
    await submitted
    assert.equal([first.values, second.values], [[1], []])
    await env.submit({ autostop: true })
    assert.equal([first.values, second.values], [[1], [2]])
  })
})
