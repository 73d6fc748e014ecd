import * as assert from 'uvu/assert'
import { Alarm } from '../../../src/runtime/windows/alarm.ts'
import { LONGEST_DELAY } from '../../../src/util/longest-delay.ts'
import { suite } from '../../support/suite.ts'
import { HandClock } from '../task/support/hand-clock.ts'

const create = (): { clock: HandClock; alarm: Alarm; rung: number[] } => {
  const clock = new HandClock()
  const rung: number[] = []
  return { clock, rung, alarm: new Alarm(clock, () => rung.push(clock.now())) }
}

suite('Alarm', (test) => {
  test('rings once, at the earliest time it was set to, with one timer', () => {
    const { clock, alarm, rung } = create()
    for (const time of [30, 10, 20, Infinity]) alarm.set(time)
    assert.is(clock.timers, 1)
    clock.advance(100)
    assert.equal(rung, [10])
    alarm.set(150)
    clock.advance(100)
    assert.equal(rung, [10, 150])
  })

  test('waits longer than a timer can, and when the clock is set back', () => {
    const { clock, alarm, rung } = create()
    alarm.set(2 * LONGEST_DELAY + 5)
    clock.advance(LONGEST_DELAY)
    assert.equal(rung, [])
    clock.time -= 100
    clock.advance(LONGEST_DELAY + 100)
    assert.equal(rung, [])
    clock.advance(5)
    assert.equal(rung, [2 * LONGEST_DELAY + 5])
  })

  test('rings by timer for what is past, and not when it was cleared', () => {
    const { clock, alarm, rung } = create()
    clock.advance(50)
    alarm.set(10)
    assert.equal(rung, [])
    clock.advance(0)
    assert.equal(rung, [50])
    alarm.set(60)
    alarm.clear()
    alarm.clear()
    clock.advance(50)
    assert.equal(rung, [50])
    assert.is(clock.timers, 0)
  })
})
