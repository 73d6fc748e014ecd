import * as assert from 'uvu/assert'
import { END } from '../../src/functions/user-functions.ts'
import {
  assertBooksBalance,
  cancellationOf,
  createEnvironment,
  deferred,
  never,
  rest,
  until,
} from '../job/jobs.ts'
import { suite } from '../support/suite.ts'
import { statuses, witness } from './observed.ts'

suite('submit({ signal })', (test) => {
  test('aborted before: nothing is read, nothing is started', async () => {
    for (const autostop of [true, false]) {
      const env = createEnvironment()
      const calls = witness(env)
      let read = 0
      env.fromSource(() => (read++, END)).collect()
      const status = statuses(env)
      const submitted = env.submit({ autostop, signal: AbortSignal.abort('early') } as never)
      const error = await cancellationOf(submitted)
      assert.is(error.code, 'ERR_JOB_CANCELLED')
      assert.is(error.result.status, 'cancelled')
      assert.equal(status, ['pending', 'cancelled'])
      assert.equal(calls, [])
      assert.is(read, 0)
    }
  })

  test('aborted while it runs: cancelled, torn down, the listener gone', async () => {
    const env = createEnvironment()
    const calls = witness(env)
    const controller = new AbortController()
    const inside: AbortSignal[] = []
    env
      .fromSource(() => new Promise<number>((resolve) => setImmediate(resolve, 1)))
      .map((n, { signal }) => (inside.push(signal), n))
      .collect()
    const status = statuses(env)
    const submitted = env.submit({ autostop: true, signal: controller.signal })
    await until(() => inside.length > 3)
    controller.abort()
    const error = await cancellationOf(submitted)
    assert.ok(inside[0]!.aborted)
    assert.equal(status, ['pending', 'running', 'cancelled'])
    assert.equal(calls, ['start', 'stop', 'cleanup'])
    assertBooksBalance(env.graph, error.result)
  })

  test('a job that has ended forgets the signal', async () => {
    const env = createEnvironment()
    const listeners = new Set<unknown>()
    const signal = new AbortController().signal
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners.add(args[1])
      addEventListener.apply(signal, args)
    }
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners.delete(args[1])
      removeEventListener.apply(signal, args)
    }
    env.fromBatch([1]).collect()
    await env.submit({ autostop: true, signal })
    assert.is(listeners.size, 0)
  })

  test('aborted while services start', async () => {
    const env = createEnvironment()
    const controller = new AbortController()
    const started = deferred()
    let cleaned = 0
    env.registerService('slow', () => ({
      start: () => (started.resolve(), never<void>()),
      cleanup: () => void cleaned++,
    }))
    env.fromBatch([1]).collect()
    const submitted = env.submit({ autostop: true, signal: controller.signal })
    await started.promise
    controller.abort()
    const error = await cancellationOf(submitted)
    assert.is(cleaned, 1)
    assert.is(error.result.services[0]!.cleaned, true)
  })

  test('aborted while an operator opens', async () => {
    const env = createEnvironment({ stopTimeout: 5 })
    const controller = new AbortController()
    const opening = deferred()
    const late = deferred()
    const calls: string[] = []
    env
      .fromBatch([1])
      .map({
        open: async () => {
          opening.resolve()
          await late.promise
          calls.push('open')
        },
        map: (n: number) => n,
        close: () => void calls.push('close'),
      })
      .collect()
    const submitted = env.submit({ autostop: true, signal: controller.signal })
    await opening.promise
    controller.abort()
    await cancellationOf(submitted)
    assert.equal(calls, [])
    late.resolve()
    await rest()
    assert.equal(calls, ['open', 'close'], 'what opens late is closed')
  })
})
