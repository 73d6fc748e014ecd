import { faultPlan, marbles } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

suite('asynchronous calls in virtual time', (test) => {
  test('promises that settle by microtask take no frame', () =>
    marbles(({ env, cold, expectStream }) => {
      const out = env.fromObservable(cold('-a-b|')).map(async (x) => {
        for (let i = 0; i < 50; i++) await Promise.resolve()
        return x.toUpperCase()
      })
      expectStream(out).toBe('             -A-B|')
    }))

  test('one call at a time is the default', () =>
    marbles(({ env, cold, delay, expectStream }) => {
      const out = env.fromObservable(cold('abc|')).map(async (x) => {
        await delay(4)
        return x
      })
      expectStream(out).toBe('             ----a---b---(c|)')
    }))

  test('calls that overlap keep the order of their records', () =>
    marbles(({ env, cold, delay, expectStream }) => {
      const took: Record<string, number> = { a: 9, b: 2, c: 2 }
      const out = env.fromObservable(cold('abc|')).map(
        async (x) => {
          await delay(took[x]!)
          return x
        },
        { concurrency: 3 },
      )
      expectStream(out).toBe('             ---------(abc|)')
    }))

  test('without order a call is out as soon as it is done', () =>
    marbles(({ env, cold, delay, expectStream }) => {
      const took: Record<string, number> = { a: 9, b: 2, c: 3 }
      const out = env.fromObservable(cold('abc|')).map(
        async (x) => {
          await delay(took[x]!)
          return x
        },
        { concurrency: 3, ordered: false },
      )
      expectStream(out).toBe('             ---b-c---(a|)')
    }))

  test('concurrency bounds the calls in flight', () =>
    marbles(({ env, source, delay, expectStream, expectReads }) => {
      const letters = source('(abcd|)')
      const out = env.fromSource(letters).map(
        async (x) => {
          await delay(5)
          return x
        },
        { concurrency: 2 },
      )
      expectStream(out).toBe('-----(ab)-(cd|)')
      expectReads(letters).toBe('(ab)-(cd)-|')
    }))

  test('calls of one key follow each other, those of others overlap', () =>
    marbles(({ env, cold, delay, expectStream }) => {
      const out = env
        .fromObservable(cold('(aab|)'))
        .keyBy((x) => x)
        .map(
          async (x) => {
            await delay(6)
            return x
          },
          { concurrency: 4, ordered: false },
        )
      expectStream(out).toBe('------(ab)--(a|)')
    }))

  test('a retry comes after its backoff', () =>
    marbles(({ env, cold, expectStream }) => {
      const faults = faultPlan<string>({ records: (x) => x === 'b', times: 2 })
      const out = env.fromObservable(cold('-a-b-c|')).map(
        faults.wrap((x) => x),
        { onError: { retry: { attempts: 3, backoff: { initial: 4, factor: 2 } } } },
      )
      // b at 3, again at 7, again at 15
      expectStream(out).toBe('-a-------------(bc|)')
    }))

  test('a retry among calls that overlap holds up only what comes after it', () =>
    marbles(({ env, cold, delay, expectStream }) => {
      const faults = faultPlan<string>({ records: (x) => x === 'b' })
      const out = env.fromObservable(cold('(abc|)')).map(
        faults.wrap(async (x) => {
          await delay(1)
          return x
        }),
        { concurrency: 3, onError: { retry: { attempts: 1, backoff: 10 } } },
      )
      expectStream(out).toBe('-a---------(bc|)')
    }))

  test('when the retries are used up the record is dead', () =>
    marbles(({ env, cold, expectStream, expectDeadLetters }) => {
      const faults = faultPlan<string>({ records: (x) => x === 'b', times: Infinity })
      const out = env.fromObservable(cold('a-b-c|')).map(
        faults.wrap((x) => x),
        { onError: { retry: { attempts: 2, backoff: 3 }, then: 'dead-letter' } },
      )
      expectStream(out).toBe('a-------(c|)')
      expectDeadLetters().toBe('--------(b|)')
    }))

  test('dead letters carry what went wrong', () =>
    marbles(({ env, cold, expectStream, expectDeadLetters }) => {
      const out = env.fromObservable(cold('-a-1-|')).map(
        (x) => {
          if (Number.isNaN(Number(x))) throw new TypeError(`${x} is no number`)
          return Number(x)
        },
        { name: 'parse', onError: 'dead-letter' },
      )
      expectStream(out).toBe('---x-|', { x: 1 })
      expectDeadLetters(({ operator, error }) => `${operator}: ${(error as Error).message}`).toBe('-l---|', {
        l: 'parse: a is no number',
      })
    }))

  test('a retry that waits is given up when the job fails', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const faults = faultPlan<string>({ times: Infinity, records: () => true })
      const source = cold('-a------|')
      const out = env.fromObservable(source).map(
        faults.wrap((x) => x),
        { onError: { retry: { attempts: 9, backoff: 1000 } } },
      )
      expectStream(out).toBe('-----#', undefined, /broke/)
      expectSubscriptions(source).toBe('^----!')
      env.fromObservable(cold('-----#', undefined, new Error('it broke'))).sink(() => {})
    }))
})
