import { from, interval, Observable, of, Subject, take } from 'rxjs'
import * as assert from 'uvu/assert'
import { SourceOverflowError } from '../../src/errors/overflow-errors.ts'
import { suite } from '../support/suite.ts'
import { assertBooksBalance, bookOf, createEnvironment, deferred, failureOf, rest, until } from './jobs.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

suite('fromObservable', (test) => {
  test('subscribes once per job and ends with it', async () => {
    const env = createEnvironment()
    let subscribed = 0
    let unsubscribed = 0
    const observable = new Observable<number>((subscriber) => {
      subscribed++
      from([1, 2, 3]).subscribe(subscriber)
      return () => void unsubscribed++
    })
    const seen = env.fromObservable(observable).collect()
    const result = await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 2, 3])
    await env.submit({ autostop: true })
    assert.is(subscribed, 2)
    assert.is(unsubscribed, 2)
    assertBooksBalance(env.graph, result)
  })

  test('is not subscribed before services are up and operators are open', async () => {
    const env = createEnvironment()
    const log: string[] = []
    env.registerService('s', () => ({ start: () => void log.push('service') }))
    env
      .fromObservable(new Observable<number>((subscriber) => (log.push('subscribe'), subscriber.complete())))
      .sink({ open: () => void log.push('open'), write: () => {} })
    await env.submit({ autostop: true })
    assert.equal(log, ['service', 'open', 'subscribe'])
  })

  test('fails when it pushes more than it may hold, by default', async () => {
    const env = createEnvironment()
    env.fromObservable(from(numbers(20)), { capacity: 10, name: 'hot' }).collect()
    const error = await failureOf(env.submit({ autostop: true }))
    assert.instance(error.cause, SourceOverflowError)
    assert.is(error.operator, 'hot')
    assert.ok(error.site)
    assertBooksBalance(env.graph, error.result)
  })

  test('drops the newest or the oldest where it is told to, and counts them', async () => {
    for (const [overflow, expected] of [
      ['drop-newest', [0, 1, 2, 3]],
      ['drop-oldest', [6, 7, 8, 9]],
    ] as const) {
      const env = createEnvironment()
      const seen = env.fromObservable(from(numbers(10)), { capacity: 4, overflow, name: 'hot' }).collect()
      const result = await env.submit({ autostop: true })
      assert.equal(seen.values, expected, overflow)
      const { dropped, out } = bookOf(result, 'hot')
      assert.equal([dropped, out], [6, 4], overflow)
      assertBooksBalance(env.graph, result)
    }
  })

  test('counts as waiting only what still waits', async () => {
    for (const overflow of ['error', 'drop-newest', 'drop-oldest'] as const) {
      const env = createEnvironment()
      const subject = new Subject<number>()
      const gates = numbers(6).map(() => deferred())
      let called = 0
      const seen = env
        .fromObservable(subject, { capacity: 2, overflow, name: 'hot' })
        .map(async (n) => {
          await gates[called++]!.promise
          return n
        })
        .collect()
      const submitted = env.submit({ autostop: true })
      await until(() => subject.observed)
      // Two that arrive together: one goes into the pipeline, one waits; so there is room for another.
      subject.next(0)
      subject.next(1)
      await until(() => called === 1)
      subject.next(2)
      await rest()
      gates.forEach(({ resolve }) => resolve())
      await until(() => called === 3)
      subject.complete()
      const result = await submitted
      assert.equal(seen.values, [0, 1, 2], overflow)
      assert.is(bookOf(result, 'hot').dropped, undefined, overflow)
    }
  })

  test('that drops the oldest never holds more than its capacity', async () => {
    const env = createEnvironment()
    const subject = new Subject<number>()
    const gate = deferred()
    let called = 0
    const seen = env
      .fromObservable(subject, { capacity: 3, overflow: 'drop-oldest', name: 'hot' })
      .map(async (n) => {
        called++
        await gate.promise
        return n
      })
      .collect()
    const submitted = env.submit({ autostop: true })
    await until(() => subject.observed)
    for (const n of [0, 1, 2]) subject.next(n)
    await until(() => called === 1)
    for (const n of [3, 4, 5, 6]) subject.next(n)
    subject.complete()
    gate.resolve()
    const result = await submitted
    assert.equal(seen.values, [0, 4, 5, 6])
    const { dropped, out } = bookOf(result, 'hot')
    assert.equal([dropped, out], [3, 4])
    assertBooksBalance(env.graph, result)
  })

  test('what it had pushed before a stop is in flight, and drains', async () => {
    const env = createEnvironment({ stopTimeout: 5_000 })
    const subject = new Subject<number>()
    const gate = deferred()
    const seen = env
      .fromObservable(subject, { name: 'hot' })
      .map(async (n) => {
        await gate.promise
        return n
      })
      .collect()
    const handle = await env.submit()
    await until(() => subject.observed)
    for (const n of [0, 1, 2, 3]) subject.next(n)
    await rest()
    const stopped = handle.stop()
    assert.is(subject.observed, false)
    gate.resolve()
    await stopped
    assert.equal(seen.values, [0, 1, 2, 3])
    assertBooksBalance(env.graph, await handle.result)
  })

  test('is not subscribed at all where the job is stopped before', async () => {
    const env = createEnvironment({ stopTimeout: 5_000 })
    const starting = deferred()
    const up = deferred()
    let subscribed = 0
    env.registerService('slow', () => ({ start: () => (starting.resolve(), up.promise) }))
    env.fromObservable(new Observable<number>(() => void subscribed++)).collect()
    const submitted = env.submit({ autostop: true })
    await starting.promise
    const stopped = env.stop()
    up.resolve()
    await stopped
    assert.is((await submitted).status, 'stopped')
    assert.is(subscribed, 0)
  })

  test('records before an error are processed', async () => {
    const env = createEnvironment()
    const seen = env
      .fromObservable(
        new Observable<number>((subscriber) => {
          subscriber.next(1)
          subscriber.next(2)
          subscriber.error(new Error('boom'))
        }),
      )
      .collect()
    await failureOf(env.submit({ autostop: true }))
    assert.equal(seen.values, [1, 2])
  })

  test('of RxJS’s own timers', async () => {
    const env = createEnvironment()
    const seen = env.fromObservable(interval(1).pipe(take(3))).collect()
    env.fromObservable(of(1)).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [0, 1, 2])
  })
})
