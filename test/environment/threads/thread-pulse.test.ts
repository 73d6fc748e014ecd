import * as assert from 'uvu/assert'
import { ThreadPulse } from '../../../src/environment/threads/thread-pulse.ts'
import { suite } from '../../support/suite.ts'

/** A clock that rings when it is told to: one period, or all that it was set to at a time. */
const bench = (timeout: number) => {
  let due: (() => void) | null = null
  const clock = {
    setTimeout: (run: () => void) => {
      due = run
      return () => (due = null)
    },
  }
  const pings: number[] = []
  let stopped = 0
  const pulse = new ThreadPulse(clock as never, timeout, {
    ping: (count) => pings.push(count),
    stopped: () => stopped++,
  })
  const tick = (times = 1): void => {
    for (let i = 0; i < times; i++) due?.()
  }
  return { pulse, pings, tick, isSet: () => due !== null, stopped: () => stopped }
}

suite('the pulse of a thread', (test) => {
  test('asks again when it has an answer, and not before', () => {
    const { pulse, pings, tick } = bench(1000)
    pulse.start()
    assert.equal(pings, [])
    tick()
    assert.equal(pings, [1])
    tick(2)
    assert.equal(pings, [1])
    pulse.heard(1)
    tick()
    assert.equal(pings, [1, 2])
  })

  test('stops once it has waited for so long, and tells it once', () => {
    const { pulse, tick, stopped } = bench(1000)
    pulse.start()
    tick(4)
    assert.is(stopped(), 0)
    tick()
    assert.is(stopped(), 1)
    tick(9)
    assert.is(stopped(), 1)
  })

  test('takes no late answer for another, and tells anew of a thread that falls silent again', () => {
    const { pulse, pings, tick, stopped } = bench(500)
    pulse.start()
    tick()
    pulse.heard(1)
    tick()
    pulse.heard(1)
    tick(2)
    assert.is(stopped(), 1)
    assert.equal(pings, [1, 2])
    pulse.heard(2)
    tick(3)
    assert.equal(pings, [1, 2, 3])
    assert.is(stopped(), 2)
  })

  test('leaves no timer behind', () => {
    const { pulse, isSet, tick, pings } = bench(500)
    pulse.start()
    assert.ok(isSet())
    pulse.stop()
    assert.not.ok(isSet())
    tick()
    assert.equal(pings, [])
  })
})
