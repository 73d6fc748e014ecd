import * as assert from 'uvu/assert'
import { JobNotRunningError, ServerBusyError } from '../../../src/errors/job-server-errors.ts'
import { TapNotFoundError } from '../../../src/errors/tap-errors.ts'
import type { Order } from '../../../src/jobs/process/messages.ts'
import { RunTaps, tapsOf } from '../../../src/jobs/supervisor/run-taps.ts'
import type { TapBatch } from '../../../src/runtime/taps/tap-point.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

const opened = (points = ['n0']): { taps: RunTaps; orders: Order[]; clock: ManualClock } => {
  const clock = new ManualClock()
  const orders: Order[] = []
  const taps = new RunTaps(clock, (order) => orders.push(order))
  taps.heard({ type: 'taps', points: points.map((id) => ({ id, from: id, to: null })) })
  return { taps, orders, clock }
}

const batch = (passed: number): TapBatch => ({ records: [], passed })
const tap = { type: 'tap', point: 'n0', lease: 15_000 }
const untap = { type: 'untap', point: 'n0' }

suite('RunTaps', (test) => {
  test('asks for records while somebody looks, again and again, and no longer', async () => {
    const { taps, orders, clock } = opened()
    const watched = taps.watch('n0')
    assert.equal(orders, [])
    const seen: TapBatch[] = []
    const first = watched.subscribe((one) => seen.push(one))
    const second = watched.subscribe()
    assert.equal(orders, [tap])
    await clock.advance(10_000)
    assert.equal(orders, [tap, tap, tap])
    taps.heard({ type: 'tapped', point: 'n0', batch: batch(3) })
    taps.heard({ type: 'tapped', point: 'n7', batch: batch(4) })
    assert.equal(seen, [batch(3)])
    first.unsubscribe()
    assert.is(orders.length, 3)
    second.unsubscribe()
    assert.equal(orders.at(-1), untap)
    assert.is(clock.waiting, 0)
    taps.heard({ type: 'tapped', point: 'n0', batch: batch(5) })
    watched.subscribe().unsubscribe()
    assert.equal(orders.slice(-2), [tap, untap])
  })

  test('ends for everybody with the process', () => {
    const { taps, orders, clock } = opened()
    let ends = 0
    const complete = (): void => void ends++
    const watched = taps.watch('n0')
    watched.subscribe({ complete })
    taps.end()
    watched.subscribe({ complete })
    assert.is(ends, 2)
    assert.equal(orders, [tap])
    assert.is(clock.waiting, 0)
  })

  test('refuses points that there are not, and more than a process shows', () => {
    const ids = Array.from({ length: 17 }, (_, i) => `n${i}`)
    const { taps } = opened(ids)
    assert.throws(
      () => taps.watch('n99'),
      (error: unknown) => error instanceof TapNotFoundError,
    )
    for (const id of ids.slice(0, 16)) taps.watch(id).subscribe()
    taps.watch('n0').subscribe()
    assert.throws(
      () => taps.watch('n16'),
      (error: unknown) => error instanceof ServerBusyError,
    )
  })

  test('are those of a job that runs', () => {
    const { taps } = opened()
    const process = {}
    assert.is(tapsOf({ id: 'j', status: 'running' }, { taps, process }), taps)
    for (const [status, run] of [
      ['running', undefined],
      ['running', { taps, process: undefined }],
      ['completed', { taps, process }],
    ] as const) {
      assert.throws(
        () => tapsOf({ id: 'j', status }, run),
        (error: unknown) => error instanceof JobNotRunningError,
      )
    }
  })
})
