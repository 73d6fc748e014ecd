import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { TimerSet } from '../../../../src/runtime/state/keyed/timer-set.ts'
import { UnsavedState } from '../../../../src/runtime/state/unsaved-state.ts'
import { TestState } from '../../operators/support/test-state.ts'
import { suite } from '../../../support/suite.ts'

type Kind = 'event' | 'processing'

interface SetTimer {
  readonly key: unknown
  readonly kind: Kind
  readonly time: number
  readonly tag: string | undefined
}

const steps = fc.array(
  fc.record({
    operation: fc.constantFrom('add', 'add', 'add', 'remove', 'take', 'restart'),
    key: fc.constantFrom<unknown>('a', 1, null),
    kind: fc.constantFrom<Kind>('event', 'processing'),
    time: fc.integer({ min: -3, max: 3 }),
    tag: fc.constantFrom(undefined, '', 'x'),
  }),
  { maxLength: 100, size: 'max' },
)

suite('timers', (test) => {
  test('come by time, then in order of registration, whatever is taken back, over restarts', async () => {
    const run = fc.asyncProperty(steps, async (program) => {
      let state = new TestState()
      let timers = new TimerSet(state)
      let expected: SetTimer[] = []
      for (const { operation, ...timer } of program) {
        const { key, kind, time, tag } = timer
        const same = (other: SetTimer): boolean =>
          other.key === key && other.kind === kind && other.time === time && other.tag === tag
        const there = expected.some(same)
        switch (operation) {
          case 'add':
            assert.is(timers.add(key, kind, time, tag), !there)
            if (!there) expected.push(timer)
            break
          case 'remove':
            assert.is(timers.remove(key, kind, time, tag), there)
            expected = expected.filter((other) => !same(other))
            break
          case 'take': {
            const [next] = expected.filter((other) => other.kind === kind).sort((a, b) => a.time - b.time)
            const armed = timers.next(kind)
            assert.equal(
              armed && { key: armed.key, kind, time: armed.timer.time, tag: armed.timer.tag },
              next ?? null,
            )
            if (armed === null) break
            timers.take(armed)
            expected = expected.filter((other) => other !== next)
            break
          }
          case 'restart':
            state = new TestState(state.capture())
            timers = new TimerSet(state)
            await state.load()
            timers.restore()
            break
        }
      }
    })
    await fc.assert(run, { numRuns: 300 })
  })

  test('that are set anew and anew leave nothing behind', () => {
    const timers = new TimerSet(new UnsavedState())
    timers.add('b', 'event', 5, undefined)
    for (let time = 10; time < 100_000; time++) {
      timers.remove('a', 'event', time - 1, undefined)
      timers.add('a', 'event', time, undefined)
      assert.ok(timers.held < 200)
    }
    assert.is(timers.next('event')?.key, 'b')
  })
})
