import * as assert from 'uvu/assert'
import { SingleFlight } from '../../../src/jobs/foreign/single-flight.ts'
import { untilAborted } from '../../../src/jobs/foreign/until-aborted.ts'
import { within } from '../../../src/jobs/foreign/within.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing',
    (error: unknown) => error,
  )

suite('work with a deadline', (test) => {
  const late = new Error('late')

  test('settles in time though the work heeds nothing, and aborts its signal', async () => {
    const clock = new ManualClock()
    let given: AbortSignal | undefined
    const work = within(
      { clock, ms: 1_000, signal: new AbortController().signal, late: () => late },
      (signal) => {
        given = signal
        return new Promise(() => {})
      },
    )
    const error = thrown(work)
    await clock.advance(999)
    assert.is(given!.aborted, false)
    await clock.advance(1)
    assert.is(await error, late)
    assert.is(given!.aborted, true)
    assert.is(clock.waiting, 0)
  })

  test('is what the work comes to, and leaves no timer', async () => {
    const clock = new ManualClock()
    const { signal } = new AbortController()
    assert.is(await within({ clock, ms: 1_000, signal, late: () => late }, async () => 7), 7)
    const broken = new Error('broken')
    assert.is(
      await thrown(within({ clock, ms: 1_000, signal, late: () => late }, () => Promise.reject(broken))),
      broken,
    )
    assert.is(clock.waiting, 0)
  })

  test('ends with the reason of a signal, also one that was aborted before', async () => {
    const clock = new ManualClock()
    const controller = new AbortController()
    const details = { clock, ms: 1_000, signal: controller.signal, late: () => late }
    const error = thrown(within(details, () => new Promise(() => {})))
    const reason = new Error('enough')
    controller.abort(reason)
    assert.is(await error, reason)
    assert.is(await thrown(within(details, () => new Promise(() => {}))), reason)
    assert.is(await thrown(untilAborted(new Promise(() => {}), controller.signal)), reason)
    assert.is(clock.waiting, 0)
  })
})

suite('work that is done once for all who ask', (test) => {
  test('is begun again when it has ended, whether it failed or not', async () => {
    const flights = new SingleFlight<number>()
    let begun = 0
    const start = async (): Promise<number> => ++begun
    assert.equal(await Promise.all([flights.join('a', start), flights.join('a', start)]), [1, 1])
    assert.equal(await Promise.all([flights.join('a', start), flights.join('b', start)]), [2, 3])
    const failing = (): Promise<number> => Promise.reject(new Error('broken'))
    assert.instance(await thrown(flights.join('a', failing)), Error)
    assert.is(await flights.join('a', start), 4)
  })
})
