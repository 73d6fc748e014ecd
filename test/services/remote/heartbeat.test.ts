import * as assert from 'uvu/assert'
import { Heartbeat } from '../../../src/services/remote/heartbeat.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

suite('a heartbeat', (test) => {
  const beating = (timeout: number): { clock: ManualClock; seen: string[]; heartbeat: Heartbeat } => {
    const clock = new ManualClock()
    const seen: string[] = []
    const heartbeat = new Heartbeat(clock, timeout, {
      ask: () => seen.push('ask'),
      silent: () => seen.push('silent'),
    })
    heartbeat.start()
    return { clock, seen, heartbeat }
  }

  test('asks three times before it takes a process for dead, and then no more', async () => {
    const { clock, seen } = beating(400)
    await clock.advance(399)
    assert.equal(seen, ['ask', 'ask', 'ask'])
    await clock.advance(1)
    assert.equal(seen, ['ask', 'ask', 'ask', 'silent'])
    assert.is(clock.waiting, 0)
  })

  test('counts anew with each sign of life', async () => {
    const { clock, seen, heartbeat } = beating(400)
    for (let i = 0; i < 10; i++) {
      await clock.advance(300)
      heartbeat.heard()
    }
    assert.not(seen.includes('silent'))
    heartbeat.stop()
    assert.is(clock.waiting, 0)
  })

  test('may never be looked at', () => {
    assert.is(beating(Infinity).clock.waiting, 0)
  })
})
