import { concat, of, mergeMap, throwError } from 'rxjs'
import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../../src/environment/local-environment.ts'
import { assertBooksBalance, bookOf, createEnvironment, failureOf, never } from '../../job/jobs.ts'
import { activeResources } from '../../support/active-resources.ts'
import { suite } from '../../support/suite.ts'
import { VirtualClock } from '../../../src/testing/virtual-clock.ts'

suite('operators whose end is not the ordinary one', (test) => {
  test('a batch that nobody wants any more is dropped when the job completes', async () => {
    const env = createEnvironment()
    env
      .fromBatch(Array.from({ length: 100_000 }, (_, i) => i))
      .batch(7, { name: 'batch' })
      .timeout(5_000)
      .take(1)
      .collect()
    const result = await env.submit({ autostop: true })
    assertBooksBalance(env.graph, result)
    assert.is(bookOf(result, 'batch').unfinished, undefined)
  })

  test('a chain of pipe that fails behind a record fails the job without another one', async () => {
    const clock = new VirtualClock()
    const env = new LocalEnvironment('job', { clock })
    const seen = env
      .fromInterval(100)
      .pipe(
        mergeMap((value) =>
          value === 0
            ? concat(
                of('a'),
                throwError(() => new Error('boom')),
              )
            : of('b'),
        ),
      )
      .collect()
    const failure = await clock.run(failureOf(env.submit({ autostop: true })))
    assert.match(failure.message, /boom/)
    assert.equal(seen.values, ['a'])
    assert.is(clock.frame, 100)
  })

  test('a join goes on behind a record without a partner that its function threw on', async () => {
    const env = createEnvironment()
    const left = env.fromBatch([1, 2, 3, 4]).keyBy(() => 'key')
    const right = env.fromBatch<number>([]).keyBy(() => 'key')
    const joined = left.join(
      right,
      (value) => {
        if (value === 2) throw new Error('two')
        return value
      },
      { type: 'left', onError: 'skip', name: 'join' },
    )
    const seen = joined.collect()
    const result = await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 3, 4])
    assert.is(bookOf(result, 'join').errors, 1)
  })

  test('an end() that a filter, tap or sink happens to have is not called', async () => {
    const env = createEnvironment()
    const seen: number[] = []
    const end = (): never => {
      throw new Error('not a hook')
    }
    env
      .fromBatch([1, 2, 3])
      .filter({ filter: (value: number) => value > 1, end } as { filter: (value: number) => boolean })
      .tap({ tap: (value: number) => value, end } as { tap: (value: number) => number })
      .sink({ write: (value: number) => seen.push(value), end } as { write: (value: number) => number })
    await env.submit({ autostop: true })
    assert.equal(seen, [2, 3])
  })

  test('a branch that has taken enough leaves the side outputs to those who read them', async () => {
    const env = createEnvironment()
    const numbers = env
      .fromBatch(Array.from({ length: 5_000 }, (_, i) => i))
      .process<number>((value, _, out) => {
        void out.emit(value)
        void out.side('side', value)
      })
    const taken = numbers.take(1).collect()
    const side = numbers.sideOutput<number>('side').collect()
    const result = await env.submit({ autostop: true })
    assert.equal(taken.values, [0])
    assert.is(side.values.length, 5_000)
    assertBooksBalance(env.graph, result)
  })

  test('calls that never settle leave no timer of their timeout behind', async () => {
    const env = createEnvironment({ stopTimeout: 5 })
    const before = activeResources().join()
    env
      .fromBatch([1, 2])
      .map((value) => (value === 2 ? Promise.reject<number>(new Error('two')) : never<number>()), {
        concurrency: 2,
        ordered: false,
        timeout: 60_000,
      })
      .collect()
    await failureOf(env.submit({ autostop: true }))
    assert.is(activeResources().join(), before)
  })
})
