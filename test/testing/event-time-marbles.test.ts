import { AssertionError } from 'node:assert'
import * as assert from 'uvu/assert'
import { tumbling } from '../../src/index.ts'
import { BARRIER, marbles, WATERMARK } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

const total = (sum: number, n: number): number => sum + n

suite('event time in diagrams', (test) => {
  test('comes with the records, and moves where the diagram says so', () =>
    marbles(({ env, source, expectStream }) => {
      const values = {
        a: { value: 1, at: 3 },
        b: { value: 2, at: 7 },
        c: { value: 4, at: 12 },
        V: WATERMARK(9),
        W: WATERMARK(19),
      }
      const sums = env
        .fromTimed(source('abc-V-W---|', values))
        .keyBy(() => 'all')
        .window(tumbling({ size: 10 }))
        .reduce(total)
      expectStream(sums).toBe('----p-q---|', { p: 3, q: 4 })
    }))

  test('is seen where it is asked for, by the streams behind', () =>
    marbles(({ env, source, expectStream }) => {
      const values = { a: { value: 'a', at: 3 }, b: { value: 'b', at: 7 }, V: WATERMARK(2), W: WATERMARK(9) }
      const records = env.fromTimed(source('aV-(bW)-|', values)).map((letter) => letter)
      expectStream(records).toBe('aV-(bW)-|', values2)
      expectStream(records).toBe('a--b----|')
    }))

  test('is that of the slowest input', () =>
    marbles(({ env, source, expectStream }) => {
      const marks = { U: WATERMARK(1), V: WATERMARK(5), W: WATERMARK(9) }
      const left = env.fromTimed<never>(source('U---V---|', marks))
      const right = env.fromTimed<never>(source('-V---W--|', marks))
      expectStream(left.union(right)).toBe('-U--V---(W|)', marks)
    }))

  test('leaves late records in a lane of their own', () =>
    marbles(({ env, source, expectStream }) => {
      const values = {
        a: { value: 1, at: 3 },
        b: { value: 2, at: 4 },
        c: { value: 4, at: 13 },
        W: WATERMARK(9),
      }
      const sums = env
        .fromTimed(source('a-W-b-c|', values))
        .keyBy(() => 'all')
        .window(tumbling({ size: 10 }))
        .reduce(total)
      expectStream(sums).toBe('                 --p----(q|)', { p: 1, q: 4 })
      expectStream(sums.sideOutput('late')).toBe('----r--|', { r: 2 })
    }))

  test('reaches the end without a mark for it', () =>
    marbles(({ env, cold, expectStream }) => {
      const records = env.fromTimed(cold('a-W-|', { a: { value: 'a', at: 1 }, W: WATERMARK(1) }))
      expectStream(records).toBe('a-W-|', { a: 'a', W: WATERMARK(1) })
    }))

  test('is drawn where it differs', async () => {
    const failed = marbles(({ env, source, expectStream }) => {
      const records = env.fromTimed(source('a-W-|', { a: { value: 'a', at: 1 }, W: WATERMARK(1) }))
      expectStream(records).toBe('a-W-|', { a: 'a', W: WATERMARK(2), B: BARRIER })
    })
    const error = await failed.then(
      () => assert.unreachable(),
      (thrown: unknown) => thrown as AssertionError,
    )
    assert.instance(error, AssertionError)
    assert.is(
      error!.message.trimEnd(),
      [
        'expectStream(timed) is another diagram',
        '',
        '  expected  a-W-|',
        '  actual    a-A-|',
        '              ^ frame 2: expected W, got A',
        '  W = WATERMARK(2)',
        '  A = WATERMARK(1)',
      ].join('\n'),
    )
  })
})

const values2 = { a: 'a', b: 'b', V: WATERMARK(2), W: WATERMARK(9) }
