import { Subject } from 'rxjs'
import * as assert from 'uvu/assert'
import { assertBooksBalance, bookOf, createEnvironment, never, rest, until } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'
import { statuses, ticking } from './observed.ts'

suite('stop({ drain: false })', (test) => {
  test('aborts what is in flight, tears down, and is stopped', async () => {
    const env = createEnvironment({ stopTimeout: 5 })
    const calls: string[] = []
    env.registerService('s', () => ({ stop: () => void calls.push('stop') }))
    const { stream } = ticking(env)
    const signals: AbortSignal[] = []
    stream
      .map((_, { signal }) => (signals.push(signal), never<number>()), { concurrency: 2, name: 'stuck' })
      .collect()
    const counts = stream.count().collect()
    const status = statuses(env)
    const handle = await env.submit()
    await until(() => signals.length === 2)
    await handle.stop({ drain: false })
    const result = await handle.result
    assert.equal(status, ['pending', 'running', 'stopping', 'stopped'])
    assert.is(result.status, 'stopped')
    assert.ok(signals.every(({ aborted }) => aborted))
    assert.equal(counts.values, [], 'nothing is flushed')
    assert.equal(calls, ['stop'])
    assert.is(bookOf(result, 'stuck').unfinished! >= 2, true)
    assertBooksBalance(env.graph, result)
  })

  test('takes over from a graceful stop that takes too long', async () => {
    const env = createEnvironment({ stopTimeout: 60_000 })
    let called = 0
    ticking(env)
      .stream.map((_, { signal }) => {
        called++
        return new Promise<number>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('given up')), { once: true }),
        )
      })
      .collect()
    const handle = await env.submit()
    await until(() => called === 1)
    const graceful = handle.stop()
    await rest()
    assert.is(handle.status, 'stopping')
    await handle.stop({ drain: false })
    await graceful
    assert.is((await handle.result).status, 'stopped')
  })

  test('of a job whose sources are dry', async () => {
    const env = createEnvironment()
    const calls: string[] = []
    env.registerService('s', () => ({ stop: () => void calls.push('stop') }))
    env.fromBatch([1]).collect()
    const handle = await env.submit()
    await handle.drained
    await handle.stop({ drain: false })
    assert.equal(calls, ['stop'])
    assert.is(handle.status, 'stopped')
  })
})

suite('cancel()', (test) => {
  test('takes over from a stop', async () => {
    const env = createEnvironment({ stopTimeout: 5 })
    let called = 0
    ticking(env)
      .stream.map(() => (called++, never<number>()))
      .collect()
    const status = statuses(env)
    const handle = await env.submit()
    await until(() => called === 1)
    const stopped = handle.stop()
    await handle.cancel()
    await stopped
    assert.equal(status, ['pending', 'running', 'stopping', 'cancelled'])
    assert.is(await handle.result.catch((error: { code: string }) => error.code), 'ERR_JOB_CANCELLED')
  })

  test('returns iterators, unsubscribes Observables, cancels streams and closes operators', async () => {
    const env = createEnvironment()
    const calls: string[] = []
    const subject = new Subject<number>()
    env
      .fromBatch(
        (async function* () {
          try {
            for (;;) yield await new Promise<number>((resolve) => setImmediate(resolve, 1))
          } finally {
            calls.push('iterator')
          }
        })(),
      )
      .sink({ write: () => {}, close: () => void calls.push('sink') })
    env.fromObservable(subject).sink(() => {})
    env
      .fromReadable(() => new ReadableStream({ cancel: () => void calls.push('stream') }) as never)
      .sink(() => {})
    const handle = await env.submit()
    await rest()
    assert.is(subject.observed, true)
    await handle.cancel()
    assert.is(subject.observed, false)
    assert.equal(calls.sort(), ['iterator', 'sink', 'stream'])
    assert.is(handle.status, 'cancelled')
  })
})
