import * as assert from 'uvu/assert'
import { JobCancelledError } from '../../src/index.ts'
import { marbles } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

/** One record per edge, so that what is held is seen record by record. */
const tight = { chunkSize: 1, edgeCapacity: 1 }

suite('backpressure in virtual time', (test) => {
  test('a slow sink in the same chain holds its source back to the frame', () =>
    marbles(({ env, source, delay, expectReads, expectSubscriptions }) => {
      const letters = source('abcd|')
      env.fromSource(letters).sink(() => delay(4))
      expectReads(letters).toBe('        a---b---c---d---|')
      expectSubscriptions(letters).toBe('^---------------!')
    }))

  test('a source that is slower than its sink is not held back', () =>
    marbles(({ env, source, delay, expectReads, expectSubscriptions }) => {
      const letters = source('a----b----c--|')
      env.fromSource(letters).sink(() => delay(4))
      expectReads(letters).toBe('        a----b----c---|')
      expectSubscriptions(letters).toBe('^-------------!')
    }))

  test('across an edge the source is ahead by what the edge holds', () =>
    marbles(({ env, source, delay, expectReads }) => {
      const letters = source('abcdef|')
      env
        .fromSource(letters)
        .rebalance()
        .sink(() => delay(5), { parallelism: 2 })
      // c waits on the first edge: nothing is read while any edge is full.
      expectReads(letters).toBe('abc--de---f|')
    }, tight))

  test('a fan-out goes at the pace of its slowest branch', () =>
    marbles(({ env, source, delay, expectReads, expectStream }) => {
      const letters = source('abcde|')
      const stream = env.fromSource(letters)
      stream.sink(() => delay(4))
      expectStream(stream).toBe('ab--c---d---e---|')
      expectReads(letters).toBe('ab--c---d---e---|')
    }, tight))

  test('a source that cannot be held back fails when its buffer is full', () =>
    marbles(({ env, cold, delay, expectSubscriptions }) => {
      const source = cold('abcdef|')
      env.fromObservable(source, { capacity: 2, overflow: 'drop-newest' }).sink(() => delay(20))
      expectSubscriptions(source).toBe('^-----!')
    }))
})

suite('endings in virtual time', (test) => {
  test('stop ends the sources in its frame, and what is in flight drains', () =>
    marbles(({ env, cold, at, delay, expectStream, expectSubscriptions }) => {
      const source = cold('-a--b--c--d|')
      const out = env.fromObservable(source).map(async (x) => {
        await delay(3)
        return x
      })
      at(6, () => env.stop())
      expectStream(out).toBe('----a--(b|)')
      expectSubscriptions(source).toBe('^-----!')
    }))

  test('stop flushes what operators hold', async () => {
    const { result, frame } = await marbles(({ env, cold, at, expectStream }) => {
      at(5, () => env.stop())
      expectStream(env.fromObservable(cold('-a-b-----c|')).batch(10)).toBe('-----(p|)', { p: ['a', 'b'] })
    })
    assert.is(result.status, 'stopped')
    assert.is(frame, 5)
  })

  test('a pending pull is given up when the job stops', () =>
    marbles(({ env, source, at, expectStream, expectSubscriptions }) => {
      const letters = source('a 50ms b|')
      at('7ms |', () => env.stop())
      expectStream(env.fromSource(letters)).toBe('a------|')
      expectSubscriptions(letters).toBe('^------!')
    }))

  test('stop without draining ends nothing normally', async () => {
    const { result } = await marbles(({ env, cold, at, delay, expectStream, expectSubscriptions }) => {
      const source = cold('-a--b--c|')
      at(6, () => env.stop({ drain: false }))
      const out = env.fromObservable(source).map(async (x, ctx) => {
        await delay(4, ctx.signal)
        return x
      })
      expectStream(out).toBe('-----a')
      expectSubscriptions(source).toBe('^-----!')
    })
    assert.is(result.status, 'stopped')
  })

  test('cancel leaves streams without an end', async () => {
    const { result, error } = await marbles(({ env, cold, at, expectStream, expectSubscriptions }) => {
      const source = cold('-a--b--c|')
      at(5, () => env.cancel())
      expectStream(env.fromObservable(source)).toBe('-a--b')
      expectSubscriptions(source).toBe('^----!')
    })
    assert.is(result.status, 'cancelled')
    assert.instance(error, JobCancelledError)
  })

  test('a failure cancels every source in its frame', async () => {
    const { result } = await marbles(({ env, cold, source, expectStream, expectSubscriptions }) => {
      const left = cold('-a--b--c|')
      const right = source('a---------b|')
      const failing = env.fromObservable(left).map((x) => {
        if (x === 'b') throw new RangeError('no b')
        return x
      })
      expectStream(failing).toBe('-a--#', undefined, RangeError)
      expectStream(env.fromSource(right)).toBe('a---#', undefined, new RangeError('no b'))
      expectSubscriptions(left).toBe('^---!')
      expectSubscriptions(right).toBe('^---!')
    })
    assert.is(result.status, 'failed')
  })

  test('a source that fails fails the job', () =>
    marbles(({ env, cold, hot, source, expectStream, expectSubscriptions }) => {
      const failing = hot('--a--#')
      expectStream(env.fromObservable(failing)).toBe('--a--#')
      const other = source('abc 100ms |')
      expectStream(env.fromSource(other)).toBe('abc--#')
      const third = cold('-')
      expectStream(env.fromObservable(third)).toBe('-----#')
      for (const each of [failing, other, third]) expectSubscriptions(each).toBe('^----!')
    }))

  test('a branch that was complete before the failure stays complete', () =>
    marbles(({ env, cold, expectStream }) => {
      expectStream(env.fromObservable(cold('a|'))).toBe('a|')
      expectStream(env.fromObservable(cold('-----#'))).toBe('-----#')
    }))
})
