import { getEventListeners } from 'node:events'
import * as assert from 'uvu/assert'
import { withDeadline } from '../../src/services/deadline.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite } from '../support/suite.ts'
import { gate, rejection } from './hosting.ts'

const late = (): Error => new Error('late')

suite('withDeadline', (test) => {
  test('settles as the work does, and leaves no timer', async () => {
    const clock = new ManualClock()
    const failure = new Error('broken')
    assert.is(await withDeadline(() => Promise.resolve(1), { clock, ms: 5, late }), 1)
    assert.is(await rejection(withDeadline(() => Promise.reject(failure), { clock, ms: 5, late })), failure)
    assert.is(clock.waiting, 0)
  })

  test('needs no timer for work that is done or failed at once', async () => {
    const clock = new ManualClock()
    const failure = new Error('broken')
    const done = withDeadline(() => 1, { clock, ms: 5, late })
    const failed = withDeadline(
      () => {
        throw failure
      },
      { clock, ms: 5, late },
    )
    assert.is(clock.waiting, 0)
    assert.is(await done, 1)
    assert.is(await rejection(failed), failure)
  })

  test('rejects when the work overruns, and does not hear what it does later', async () => {
    const clock = new ManualClock()
    const work = gate()
    const failed = rejection(withDeadline(() => work.promise, { clock, ms: 5, late }))
    await clock.advance(5)
    assert.is((await failed).message, 'late')
    work.break(new Error('unheard'))
    await clock.advance(0)
    assert.is(clock.waiting, 0)
  })

  test('ends with the reason of its signal, also when the work itself aborts it', async () => {
    const clock = new ManualClock()
    for (const duringWork of [true, false]) {
      const controller = new AbortController()
      const { signal } = controller
      const reason = new Error('enough')
      const work = (): Promise<unknown> => {
        if (duringWork) controller.abort(reason)
        return gate().promise
      }
      const failed = rejection(withDeadline(work, { clock, ms: 5, late, signal }))
      controller.abort(reason)
      assert.is(await failed, reason)
      assert.is(clock.waiting, 0)
      assert.is(getEventListeners(signal, 'abort').length, 0)
    }
  })

  test('never overruns a wait that no timer can hold', async () => {
    const clock = new ManualClock()
    for (const ms of [Infinity, 2 ** 31]) {
      const work = gate()
      const promise = withDeadline(() => work.promise, { clock, ms, late })
      assert.is(clock.waiting, 0)
      work.open('done')
      assert.is(await promise, 'done')
    }
  })
})
