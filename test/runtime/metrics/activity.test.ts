import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Activity, type ActivityTimes, type Doing } from '../../../src/runtime/metrics/activity.ts'
import { CallsActivity } from '../../../src/runtime/metrics/calls-activity.ts'
import { suite } from '../../support/suite.ts'

const times = ({ busyMs, heldMs, idleMs }: ActivityTimes): number[] => [busyMs, heldMs, idleMs]
const sum = (activity: ActivityTimes): number => times(activity).reduce((all, one) => all + one, 0)

const doing = fc.constantFrom<Doing[]>('busy', 'held', 'idle')
const ms = fc.integer({ min: 0, max: 1000 })
/** Turns one behind the other: how long nothing happened before, how long it took, and what it did from there on. */
const turns = fc.array(
  fc.record({ before: ms, took: ms, doing, isFull: fc.boolean(), reader: fc.boolean() }),
  { maxLength: 30 },
)

suite('Activity', (test) => {
  test('counts a turn as busy, and the time behind it as what it does', () => {
    const activity = new Activity()
    assert.equal(times(activity.until(5)), [0, 0, 0], 'not before it has begun')
    activity.begin(10)
    activity.turn(12, 15, 'held')
    assert.equal(times(activity.until(19)), [3, 4, 2])
    activity.turn(20, 21, 'busy')
    assert.equal(times(activity.until(31)), [14, 5, 2])
    activity.end(31)
    assert.equal(times(activity.until(100)), [14, 5, 2], 'and nothing behind the end')
    activity.turn(100, 101, 'idle')
    assert.equal(times(activity.until(200)), [14, 5, 2])
  })

  test('adds up to the time lived, and never goes back', () => {
    fc.assert(
      fc.property(turns, ms, ms, (told, rest, late) => {
        const activity = new Activity()
        activity.begin(7)
        let now = 7
        let last = activity.until(now)
        const look = (): void => {
          const next = activity.until(now)
          assert.is(sum(next), now - 7)
          for (const [i, value] of times(next).entries()) assert.ok(value >= times(last)[i]!)
          last = next
        }
        for (const turn of told) {
          now += turn.before
          look()
          activity.turn(now, now + turn.took, turn.doing)
          now += turn.took
          look()
        }
        now += rest
        look()
        activity.end(now)
        look()
        assert.equal(activity.until(now + late), last)
      }),
    )
  })
})

suite('CallsActivity', (test) => {
  test('is busy while its window is full, and held back while its reader is', () => {
    const reader = new Activity()
    const calls = new CallsActivity(reader)
    reader.begin(0)
    calls.begin(0)
    calls.turn(0, 1, 'held', true)
    assert.equal(times(calls.until(11)), [11, 0, 0])
    reader.turn(11, 12, 'held')
    assert.equal(times(calls.until(20)), [12, 8, 0])
    reader.turn(20, 21, 'idle')
    calls.turn(21, 22, 'idle', false)
    assert.equal(times(calls.until(30)), [14, 8, 8])
  })

  test('is busy when no more will come, until the last result has been read', () => {
    const reader = new Activity()
    const calls = new CallsActivity(reader)
    reader.begin(0)
    calls.begin(0)
    calls.turn(0, 2, 'idle', true)
    reader.turn(40, 50, 'idle')
    reader.end(50)
    assert.equal(times(calls.until(1000)), [50, 0, 0])
  })

  test('adds up to the time lived, whatever its reader does, and never goes back', () => {
    fc.assert(
      fc.property(turns, ms, (told, rest) => {
        const reader = new Activity()
        const calls = new CallsActivity(reader)
        reader.begin(3)
        calls.begin(3)
        let now = 3
        let last = calls.until(now)
        const look = (): void => {
          const next = calls.until(now)
          assert.is(sum(next), now - 3)
          for (const [i, value] of times(next).entries()) assert.ok(value >= times(last)[i]!)
          last = next
        }
        for (const turn of told) {
          now += turn.before
          look()
          if (turn.reader) reader.turn(now, now + turn.took, turn.doing)
          else calls.turn(now, now + turn.took, turn.doing, turn.isFull)
          now += turn.took
          look()
        }
        now += rest
        reader.end(now)
        look()
        now += 1
        assert.equal(calls.until(now), last)
      }),
    )
  })
})
