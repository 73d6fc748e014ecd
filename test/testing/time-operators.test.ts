import { debounceTime, delay as delayBy, throttleTime } from 'rxjs'
import * as assert from 'uvu/assert'
import { RecordTimeoutError } from '../../src/index.ts'
import { marbles } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

suite('operators of time in virtual time', (test) => {
  test('fromInterval gives its first record after one period', () =>
    marbles(({ env, expectStream }) => {
      const values = { a: 0, b: 1, c: 2 }
      expectStream(env.fromInterval(10, { count: 3 })).toBe('10ms a 9ms b 9ms (c|)', values)
    }))

  test('an interval does not drift behind a consumer that is slow once', () =>
    marbles(({ env, delay, expectStream }) => {
      const out = env.fromInterval(10, { count: 4 }).map(async (n) => {
        if (n === 1) await delay(15)
        return n
      })
      expectStream(out).toBe('10ms a 24ms (bc)-(d|)', { a: 0, b: 1, c: 2, d: 3 })
    }))

  test('batch lets go when it is full', () =>
    marbles(({ env, cold, expectStream }) => {
      const out = env.fromObservable(cold('-a-b-c-d-e-|')).batch(2)
      expectStream(out).toBe('             ---p---q---(r|)', {
        p: ['a', 'b'],
        q: ['c', 'd'],
        r: ['e'],
      })
    }))

  test('batch lets go when its interval is over, counted from its first record', () =>
    marbles(({ env, cold, expectStream }) => {
      const out = env.fromObservable(cold('-a-b-----c--|')).batch({ size: 10, interval: 5 })
      expectStream(out).toBe('             ------p-----(q|)', { p: ['a', 'b'], q: ['c'] })
    }))

  test('a record that comes in the frame a batch is let go in belongs to it', () =>
    marbles(({ env, cold, expectStream }) => {
      const out = env.fromObservable(cold('a----b----|')).batch({ size: 10, interval: 5 })
      expectStream(out).toBe('             -----p----|', { p: ['a', 'b'] })
    }))

  test('throttle spreads what comes at once', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('(abcde|)')
      expectStream(env.fromObservable(source).throttle({ count: 2, interval: 5 })).toBe(
        '                  (ab)-(cd)-(e|)',
      )
      expectSubscriptions(source).toBe('(^!)')
    }))

  test('throttle lets no two bursts meet at the border of an interval', () =>
    marbles(({ env, cold, expectStream }) => {
      // Three in the 5 ms from frame 4 on would be one too many, whenever the first came.
      const source = cold('a---bcd------------(efgh)---|')
      expectStream(env.fromObservable(source).throttle({ count: 2, interval: 5 })).toBe(
        '                  a---bc---d---------(ef)-(gh)|',
      )
    }))

  test('throttle counts from each record, and keeps no timer while there is room', () =>
    marbles(({ env, clock, cold, at, expectStream }) => {
      const source = cold('a------b-c--|')
      expectStream(env.fromObservable(source).throttle({ count: 2, interval: 5 })).toBe('a------b-c--|')
      at(1, () => assert.equal(clock.pending, []))
      at(8, () => assert.equal(clock.pending, []))
    }))

  test('throttle makes a source that is pulled wait when the edge between them is full', () =>
    marbles(
      ({ env, source, expectStream, expectReads }) => {
        const letters = source('abcde|')
        expectStream(env.fromSource(letters).throttle({ count: 1, interval: 4 })).toBe(
          '                    a---b---c---d---(e|)',
        )
        expectReads(letters).toBe('ab--c---d---e---|')
      },
      { chunkSize: 1, edgeCapacity: 1 },
    ))

  test('timeout fails when a record is late, in that frame', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('-a--b-------c|')
      expectStream(env.fromObservable(source).timeout(5)).toBe('-a--b----#', undefined, RecordTimeoutError)
      expectSubscriptions(source).toBe('^--------!')
    }))

  test('timeout leaves no timer when the stream ends in time', () =>
    marbles(({ env, cold, expectStream }) => {
      expectStream(env.fromObservable(cold('-a-b|')).timeout(1000)).toBe('-a-b|')
    }))

  test('a call that takes too long fails in its frame', () =>
    marbles(({ env, cold, delay, expectStream }) => {
      const out = env.fromObservable(cold('-a|')).map((_, ctx) => delay(100, ctx.signal), { timeout: 7 })
      expectStream(out).toBe('--------#', undefined, RecordTimeoutError)
    }))

  test('pipe runs RxJS operators on the clock of the job', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('-a-b-------------c 20ms |')
      const letters = env.fromObservable(source)
      expectStream(letters.pipe((ctx) => [debounceTime(10, ctx.scheduler)])).toBe(
        '------------- b------------- c 10ms |',
      )
      expectSubscriptions(source).toBe('^ 37ms !')
    }))

  test('what debounceTime holds back comes at the end', () =>
    marbles(({ env, cold, expectStream }) => {
      const out = env.fromObservable(cold('-a-b|')).pipe((ctx) => [debounceTime(10, ctx.scheduler)])
      expectStream(out).toBe('             ----(b|)')
    }))

  test('delay in pipe holds the end back as well', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('ab|')
      expectStream(env.fromObservable(source).pipe((ctx) => [delayBy(5, ctx.scheduler)])).toBe('-----a(b|)')
      expectSubscriptions(source).toBe('^-!')
    }))

  test('throttleTime in pipe counts from the record it passed', () =>
    marbles(({ env, cold, expectStream }) => {
      const out = env.fromObservable(cold('abcdefg|')).pipe((ctx) => [throttleTime(3, ctx.scheduler)])
      expectStream(out).toBe('             a--d--g|')
    }))
})
