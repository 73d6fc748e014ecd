import * as assert from 'uvu/assert'
import { fixedDelay, noRestart } from '../../src/index.ts'
import {
  BARRIER,
  collectingSink,
  CRASH,
  crashAtBarrier,
  type CrashPhase,
  faultPlan,
  marbles,
  PAUSE,
  PlannedCrashError,
  TestEnvironment,
  testSource,
} from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

const checkpoints = { checkpoints: true } as const
const sum = (so: number, n: number): number => so + n

suite('checkpoints and crashes in diagrams', (test) => {
  test('a job goes on from its last checkpoint, and reads again what came after', async () => {
    const { result } = await marbles(({ env, source, expectStream, expectReads, expectSubscriptions }) => {
      const letters = source('a-b-B-c-d-X----e|', { a: 1, b: 2, c: 4, d: 8, e: 16, B: BARRIER, X: CRASH })
      const sums = env
        .fromSource(letters)
        .keyBy(() => 'all')
        .scan(sum, 0)
      const values = { p: 1, q: 3, r: 7, s: 15, t: 31, B: BARRIER, X: CRASH }
      expectStream(sums).toBe('     p-q-B-r-s-X(rs)t|', values)
      expectReads(letters).toBe('  a-b-B-c-d-X(cd)e|', {
        a: 1,
        b: 2,
        c: 4,
        d: 8,
        e: 16,
        B: BARRIER,
        X: CRASH,
      })
      expectSubscriptions(letters).toBe(['^---------!', '-----------^----!'])
    }, checkpoints)
    assert.is(result.restarts, 1)
    assert.is(result.restartCauses[0]?.restoredFrom, 1)
  })

  test('a transactional sink shows what is safe, once', () =>
    marbles(({ env, source, expectReceived }) => {
      const values = { a: 'a', b: 'b', c: 'c', d: 'd', B: BARRIER, X: CRASH }
      const sink = collectingSink<string>({ transactional: true })
      env.fromSource(source('a-b-B-c-X--d---|', values)).sink(sink)
      expectReceived(sink).toBe('----(ab)-------(cd)')
    }, checkpoints))

  test('a job without a checkpoint begins again', () =>
    marbles(({ env, source, expectStream }) => {
      const letters = env.fromSource(source('a-b-X----c|', { a: 'a', b: 'b', c: 'c', X: CRASH }))
      expectStream(letters).toBe('a-b--(ab)c|')
    }, checkpoints))

  test('a crash fails a job that is not restarted', () =>
    marbles(
      ({ env, source, expectStream }) => {
        const letters = env.fromSource(source('a-X-b|', { a: 'a', b: 'b', X: CRASH }))
        expectStream(letters).toBe('a-#', undefined, PlannedCrashError)
      },
      { checkpoints: true, restart: noRestart() },
    ))

  test('checkpoints are taken by the clock, and crashes happen by hand', () =>
    marbles(
      ({ env, source, at, expectStream }) => {
        const numbers = env.fromSource(source('a-b-c-d--------e---|', { a: 1, b: 1, c: 1, d: 1, e: 1 }))
        const sums = numbers.keyBy(() => 'all').scan(sum, 0)
        at(7, () => env.crash())
        const values = { a: 1, b: 2, c: 3, d: 4, e: 5, B: BARRIER, X: CRASH }
        expectStream(sums).toBe('a-b-cBdX--d----(Be)|', values)
      },
      { checkpoints: { interval: 5 }, restart: fixedDelay({ attempts: 1, delay: 3 }) },
    ))

  test('barriers are aligned where streams meet', () =>
    marbles(({ env, source, delay, expectStream }) => {
      const slow = env.fromSource(source('a-------|')).map(async (letter) => (await delay(3), letter))
      const fast = env.fromSource(source('-Bb-----|', { b: 'b', B: BARRIER }))
      expectStream(slow.union(fast)).toBe('---(aBb)|', { a: 'a', b: 'b', B: BARRIER })
    }, checkpoints))

  test('an Observable cannot be held back, or read again', () =>
    marbles(({ env, hot, expectStream }) => {
      const letters = env.fromObservable(hot('a-B-b-X-c-|', { a: 'a', b: 'b', c: 'c', B: BARRIER, X: CRASH }))
      expectStream(letters).toBe('a-B-b-X-c-|', { a: 'a', b: 'b', c: 'c', B: BARRIER, X: CRASH })
    }, checkpoints))

  for (const [phase, restoredFrom] of [
    ['begun', undefined],
    ['captured', undefined],
    ['written', undefined],
    ['safe', 1],
  ] satisfies [CrashPhase, number | undefined][]) {
    test(`a job killed when its checkpoint is ${phase} shows every record once`, async () => {
      const faults = faultPlan<never>({ crashes: [crashAtBarrier(1, phase)] })
      const { result } = await marbles(
        ({ env, source, expectReceived }) => {
          const sink = collectingSink<string>({ transactional: true })
          const values = { a: 'a', b: 'b', c: 'c', d: 'd', B: BARRIER }
          env.fromSource(source('a-b-B-c----d---|', values)).sink(sink)
          expectReceived(sink).toBe('-----(ab)------(cd)')
        },
        { checkpoints: true, faults },
      )
      assert.equal(
        result.restartCauses.map(({ restoredFrom }) => restoredFrom),
        [restoredFrom],
      )
      assert.match(faults.crashes[0]!.message, `crash at barrier 1, the checkpoint being ${phase} (seed 1)`)
    })
  }
})

suite('checkpoints and crashes without diagrams', (test) => {
  test('stand between the items of a test source', async () => {
    const env = new TestEnvironment('test', checkpoints)
    const source = testSource([1, 2, BARRIER, 3, PAUSE(10), CRASH, 4])
    const sink = collectingSink<number>({ transactional: true })
    env.fromSource(source).sink(sink)
    const result = await env.run()
    assert.equal(sink.received, [
      { value: 1, at: 0 },
      { value: 2, at: 0 },
      { value: 3, at: 21 },
      { value: 4, at: 21 },
    ])
    assert.is(sink.written, 5)
    assert.is(result.restarts, 1)
    sink.assertClosed()
  })
})
