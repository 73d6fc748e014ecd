import { asyncScheduler } from 'rxjs'
import * as assert from 'uvu/assert'
import { realClock } from '../../src/time/real-clock.ts'
import { suite } from '../support/suite.ts'

suite('realClock', (test) => {
  test('never calls back at once, and microtasks come before the event loop turns', async () => {
    const log: string[] = []
    await new Promise<void>((resolve) => {
      realClock.setImmediate(() => {
        log.push('immediate')
        realClock.microtask(() => log.push('microtask'))
        realClock.setImmediate(() => {
          log.push('next turn')
          resolve()
        })
      })
      realClock.microtask(() => log.push('first'))
      log.push('here')
    })
    assert.equal(log, ['here', 'first', 'immediate', 'microtask', 'next turn'])
  })

  test('runs microtasks in order', async () => {
    const log: number[] = []
    for (const n of [1, 2, 3]) realClock.microtask(() => log.push(n))
    await Promise.resolve()
    assert.equal(log, [1, 2, 3])
  })

  test('takes back what was scheduled, however often, and after it ran', async () => {
    const log: string[] = []
    const cancel = [
      realClock.setTimeout(() => log.push('timeout'), 0),
      realClock.setImmediate(() => log.push('immediate')),
    ]
    for (const take of [...cancel, ...cancel]) take()
    const ran = await new Promise<() => void>((resolve) => {
      const own = realClock.setTimeout(() => resolve(own), 1)
    })
    ran()
    assert.equal(log, [])
  })

  test('monotonic time never goes back, and wall time is the date', () => {
    let last = realClock.monotonic()
    for (let i = 0; i < 1000; i++) {
      const now = realClock.monotonic()
      assert.ok(now >= last)
      last = now
    }
    assert.ok(Number.isInteger(realClock.now()))
    assert.is(realClock.scheduler, asyncScheduler)
  })
})
