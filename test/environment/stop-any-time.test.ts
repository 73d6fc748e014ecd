import * as assert from 'uvu/assert'
import { END } from '../../src/functions/user-functions.ts'
import { assertBooksBalance, bookOf, createEnvironment, deferred, never, until } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'
import { statuses, ticking } from './observed.ts'

suite('stop() at any time', (test) => {
  test('is bounded by the stop timeout where a promise never settles', async () => {
    const env = createEnvironment({ stopTimeout: 10 })
    const signals: AbortSignal[] = []
    const { stream } = ticking(env)
    stream.map((_, { signal }) => (signals.push(signal), never<number>()), { name: 'stuck' }).collect()
    const status = statuses(env)
    const handle = await env.submit()
    await until(() => signals.length === 1)
    await handle.stop()
    const result = await handle.result
    assert.equal(status, ['pending', 'running', 'stopping', 'stopped'])
    assert.ok(signals[0]!.aborted)
    assert.is(bookOf(result, 'stuck').unfinished! >= 1, true)
    assertBooksBalance(env.graph, result)
  })

  test('is not cut short while records move, however long that takes', async () => {
    const env = createEnvironment({ stopTimeout: 20 })
    let slow = 0
    const seen = env
      .fromBatch(Array.from({ length: 40 }, (_, n) => n))
      .rebalance()
      .map((n) => new Promise<number>((resolve) => setTimeout(() => (slow++, resolve(n)), 2)))
      .collect()
    const gate = env.fromSource(() => new Promise<number>((resolve) => setImmediate(resolve, 1)))
    gate.sink(() => {})
    const handle = await env.submit()
    await until(() => slow > 1)
    await handle.stop()
    const result = await handle.result
    assert.is(result.status, 'stopped')
    assertBooksBalance(env.graph, result)
    assert.is(
      result.nodes.reduce((sum, { unfinished }) => sum + unfinished, 0),
      0,
      'nothing was aborted',
    )
    assert.is(seen.values.length, bookOf(result, 'source-1').out)
  })

  test('twice is once, and harmless before submit and after the end', async () => {
    const env = createEnvironment()
    const calls: string[] = []
    env.registerService('s', () => ({
      stop: () => void calls.push('stop'),
      cleanup: () => void calls.push('cleanup'),
    }))
    ticking(env).stream.sink(() => {})
    await env.stop()
    await env.cancel()
    await env.close()
    const handle = await env.submit()
    await Promise.all([handle.stop(), handle.stop(), env.stop(), env.close()])
    await handle.stop()
    await handle.cancel()
    await handle.stop({ drain: false })
    assert.is(handle.status, 'stopped')
    assert.equal(calls, ['stop', 'cleanup'])
    const again = await env.submit()
    assert.is(again.status, 'running')
    await again.stop()
  })

  test('while services start: they are taken down again, and nothing is read', async () => {
    const env = createEnvironment({ stopTimeout: 10 })
    const calls: string[] = []
    const starting = deferred()
    env.registerService('first', () => ({
      start: () => void calls.push('start first'),
      stop: () => void calls.push('stop first'),
    }))
    env.registerService('slow', () => ({
      start: () => (starting.resolve(), never<void>()),
      stop: () => void calls.push('stop slow'),
      cleanup: () => void calls.push('cleanup slow'),
    }))
    let read = 0
    env.fromSource(() => (read++, END)).collect()
    const status = statuses(env)
    const submitted = env.submit({ autostop: true })
    await starting.promise
    await env.stop()
    const result = await submitted
    assert.is(result.status, 'stopped')
    assert.equal(status, ['pending', 'running', 'stopping', 'stopped'])
    assert.equal(calls, ['start first', 'cleanup slow', 'stop first'])
    assert.is(read, 0)
  })

  test('while services start that come up in time: an orderly end', async () => {
    const env = createEnvironment({ stopTimeout: 5_000 })
    const starting = deferred()
    const up = deferred()
    env.registerService('slow', () => ({ start: () => (starting.resolve(), up.promise) }))
    const counts = env.fromBatch([1, 2, 3]).count().collect()
    const submitted = env.submit({ autostop: true })
    await starting.promise
    const stopped = env.stop()
    up.resolve()
    await stopped
    assert.is((await submitted).status, 'stopped')
    assert.is(counts.values.length, 1)
  })

  test('while an operator opens', async () => {
    const env = createEnvironment({ stopTimeout: 10 })
    const opening = deferred()
    env
      .fromBatch([1])
      .map({ open: () => (opening.resolve(), never<void>()), map: (n: number) => n })
      .collect()
    const submitted = env.submit({ autostop: true })
    await opening.promise
    await env.stop()
    assert.is((await submitted).status, 'stopped')
  })

  test('from inside an operator', async () => {
    const env = createEnvironment()
    const seen = env
      .fromSource(() => Promise.resolve(1))
      .tap(() => void env.stop())
      .collect()
    const result = await env.submit({ autostop: true })
    assert.is(result.status, 'stopped')
    assert.ok(seen.values.length >= 1)
    assertBooksBalance(env.graph, result)
  })

  test('from a listener of the status, at any status', async () => {
    for (const drain of [true, false]) {
      for (const at of ['pending', 'running', 'stopping', 'stopped', 'cancelled'] as const) {
        const env = createEnvironment()
        ticking(env).stream.take(5).collect()
        env.status$.subscribe((status) => {
          if (status === at) void env.stop({ drain })
        })
        const outcome = await env.submit({ autostop: true }).then(
          ({ status }) => status as string,
          (error: unknown) => (error as { code: string }).code,
        )
        assert.ok(['completed', 'stopped', 'ERR_JOB_CANCELLED'].includes(outcome), `${at}: ${outcome}`)
      }
    }
  })
})
