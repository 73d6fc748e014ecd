import * as assert from 'uvu/assert'
import { delay } from '../../src/time/delay.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'
import { LONGEST_DELAY } from '../../src/util/longest-delay.ts'
import { suite } from '../support/suite.ts'

suite('delay', (test) => {
  test('resolves when the time is over, and leaves no listener', async () => {
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...args: unknown[]) => {
      listeners++
      return (addEventListener as (...args: unknown[]) => void).apply(signal, args)
    }
    signal.removeEventListener = (...args: unknown[]) => {
      listeners--
      return (removeEventListener as (...args: unknown[]) => void).apply(signal, args)
    }
    await clock.run(delay(clock, 100, [signal]))
    assert.equal([clock.frame, listeners], [100, 0])
  })

  test('rejects with the reason of the first signal that is aborted, and leaves no timer', async () => {
    const clock = new VirtualClock()
    const first = new AbortController()
    const second = new AbortController()
    const reason = new Error('stop')
    const waits = delay(clock, 100, [first.signal, second.signal])
    assert.is(clock.pending.length, 1)
    second.abort(reason)
    assert.is(clock.pending.length, 0)
    assert.is(await waits.catch((error: unknown) => error), reason)
    assert.is(await delay(clock, 100, [second.signal]).catch((error: unknown) => error), reason)
    assert.is(clock.pending.length, 0)
  })

  test('never comes when it is infinite, and takes no longer than a timer can', async () => {
    const clock = new VirtualClock()
    const stop = new AbortController()
    const never = delay(clock, Infinity, [stop.signal])
    assert.is(clock.pending.length, 0)
    stop.abort(new Error('stop'))
    assert.is(await never.catch(({ message }: Error) => message), 'stop')
    void delay(clock, LONGEST_DELAY * 2)
    void delay(clock, -5)
    assert.equal(
      clock.pending.map(({ due }) => due),
      [LONGEST_DELAY, 0],
    )
  })
})
