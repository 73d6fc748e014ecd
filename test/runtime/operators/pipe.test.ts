import {
  bufferCount,
  concatMap,
  debounceTime,
  defer,
  delay,
  endWith,
  filter,
  finalize,
  from,
  map,
  mergeMap,
  mergeWith,
  NEVER,
  type Observable,
  of,
  share,
  startWith,
  take,
  takeUntil,
  tap,
  timer,
  toArray,
} from 'rxjs'
import * as assert from 'uvu/assert'
import { END } from '../../../src/functions/user-functions.ts'
import {
  assertBooksBalance,
  cancellationOf,
  createEnvironment,
  failureOf,
  rest,
  until,
} from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

suite('pipe', (test) => {
  test('runs any operators of RxJS: those that drop, multiply, hold back, begin and end', async () => {
    const env = createEnvironment()
    const source = env.fromBatch(numbers(6))
    const cases = [
      source.pipe(map((n) => n + 1)).collect(),
      source
        .pipe(
          filter((n) => n % 2 > 0),
          map((n) => n * 10),
        )
        .collect(),
      source.pipe(mergeMap((n) => [n, n])).collect(),
      source.pipe(bufferCount(4)).collect(),
      source.pipe(toArray()).collect(),
      source.pipe(startWith(-1), endWith(99)).collect(),
      source.pipe(() => of(7)).collect(),
    ]
    const result = await env.submit({ autostop: true })
    assert.equal(
      cases.map(({ values }) => values),
      [
        [1, 2, 3, 4, 5, 6],
        [10, 30, 50],
        [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
        [
          [0, 1, 2, 3],
          [4, 5],
        ],
        [[0, 1, 2, 3, 4, 5]],
        [-1, 0, 1, 2, 3, 4, 5, 99],
        [7],
      ],
    )
    assertBooksBalance(env.graph, result)
  })

  test('waits for what asynchronous operators still hold when the input has ended', async () => {
    const env = createEnvironment()
    const source = env.fromBatch(numbers(5))
    const delayed = source.pipe(delay(1)).collect()
    const inTurn = source.pipe(concatMap((n) => timer(1).pipe(map(() => n)))).collect()
    const promises = source.pipe(mergeMap((n) => from(Promise.resolve(n)))).collect()
    // How often it emits is a matter of real time; what it holds at the end is not.
    const last = source.pipe(debounceTime(1)).collect()
    await env.submit({ autostop: true })
    assert.equal(delayed.values, numbers(5))
    assert.equal(inTurn.values, numbers(5))
    assert.equal(promises.values, numbers(5))
    assert.is(last.values.at(-1), 4)
  })

  test('that unsubscribes early cancels what is upstream', async () => {
    const env = createEnvironment()
    let given = 0
    const log: string[] = []
    const seen = env
      .fromSource({ next: () => given++, close: () => void log.push('close') })
      .pipe(
        take(3),
        finalize(() => log.push('finalize')),
      )
      .collect()
    const count = env.fromBatch([1, 2]).pipe(take(0)).count().collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [0, 1, 2])
    assert.equal(count.values, [0])
    assert.equal(log.sort(), ['close', 'finalize'])
    assert.ok(given < 3000)
  })

  test('that completes while it waits for a record ends the job', async () => {
    const env = createEnvironment()
    const over = timer(1).pipe(share())
    const seen = env
      .fromSource(() => new Promise<number>(() => {}))
      .pipe(mergeWith(over.pipe(map(() => 1))), takeUntil(over.pipe(delay(1))))
      .collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1])
  })

  test('knows its context: a function of it, or of a source that has it', async () => {
    const env = createEnvironment({ parallelism: 2 })
    const source = env.fromBatch([1, 2])
    const contexts: unknown[] = []
    const viaList = source
      .pipe((ctx) => {
        contexts.push(ctx.subtaskIndex, ctx.signal.aborted, typeof ctx.now(), typeof ctx.logger.info)
        return [delay<number>(0, ctx.scheduler), map((n: number) => n * 2)] as const
      })
      .collect()
    await env.submit({ autostop: true })
    assert.equal([...viaList.values].sort(), [2, 4])
    assert.equal(
      contexts.filter((value) => typeof value === 'number'),
      [0, 1],
    )
  })

  test('is one chain per subtask, made anew for each job', async () => {
    const env = createEnvironment()
    let made = 0
    env
      .fromBatch(numbers(4))
      .pipe((source) => defer(() => (made++, source)), { parallelism: 3 })
      .collect()
    await env.submit({ autostop: true })
    await env.submit({ autostop: true })
    assert.is(made, 6)
  })

  test('an error that comes late, between records or at the end, fails the job', async () => {
    const boom = new Error('boom')
    const fail = (): never => {
      throw boom
    }
    for (const append of [
      (source: Observable<number>) => source.pipe(concatMap(() => timer(1).pipe(map(fail)))),
      (source: Observable<number>) => source.pipe(endWith(1), toArray(), map(fail)),
      (source: Observable<number>) => source.pipe(tap({ complete: fail })),
    ]) {
      const env = createEnvironment()
      env.fromBatch([1, 2]).pipe(append, { name: 'rx' }).collect()
      const error = await failureOf(env.submit({ autostop: true }))
      assert.is(error.operator, 'rx')
      assert.is(error.cause, boom)
      assertBooksBalance(env.graph, error.result)
    }
  })

  test('is unsubscribed when the job is cancelled, at once, also while it is waited for at the end', async () => {
    const env = createEnvironment({ stopTimeout: 60_000 })
    let gone = 0
    let ended = 0
    env
      .fromBatch([1])
      .pipe(
        tap({ complete: () => ended++ }),
        mergeMap(() => NEVER),
        finalize(() => gone++),
      )
      .collect()
    const handle = await env.submit()
    await until(() => ended === 1)
    await rest()
    await handle.cancel()
    assert.is(gone, 1)
    await cancellationOf(handle.result)
  })

  test('of many records keeps up', async () => {
    const env = createEnvironment()
    let given = 0
    const count = env
      .fromSource(() => (given < 50_000 ? given++ : END))
      .pipe(mergeMap((n) => (n % 2 ? [n] : [])))
      .count()
      .collect()
    await env.submit({ autostop: true })
    assert.equal(count.values, [25_000])
  })
})
