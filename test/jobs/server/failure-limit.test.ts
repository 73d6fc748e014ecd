import * as assert from 'uvu/assert'
import { FailureLimit } from '../../../src/jobs/server/failure-limit.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

suite('the limit of failures', (test) => {
  const fill = (limit: FailureLimit, address: string): void => {
    limit.add(address)
    limit.add(address)
  }

  test('is for each address, and over after a minute from the first', async () => {
    const clock = new ManualClock()
    const limit = new FailureLimit(clock, 2)
    limit.add('10.0.0.1')
    await clock.advance(10_000)
    limit.add('10.0.0.1')
    assert.is(limit.wait('10.0.0.1'), 50_000)
    assert.is(limit.wait('10.0.0.2'), 0)
    limit.add('10.0.0.1')
    await clock.advance(50_000)
    assert.is(limit.wait('10.0.0.1'), 0)
  })

  test('takes a block of IPv6 for one address, and IPv4 for itself however it is written', () => {
    const limit = new FailureLimit(new ManualClock(), 2)
    fill(limit, '2001:db8:1:2::7')
    assert.ok(limit.wait('2001:db8:1:2:ffff::1%eth0') > 0)
    assert.is(limit.wait('2001:db8:1:3::7'), 0)
    fill(limit, '::ffff:10.0.0.1')
    assert.ok(limit.wait('10.0.0.1') > 0)
    assert.is(limit.wait('10.0.0.2'), 0)
    fill(limit, '::1')
    assert.ok(limit.wait('::1') > 0)
    assert.is(limit.wait('1::'), 0)
  })

  test('forgets the oldest of too many addresses', () => {
    const limit = new FailureLimit(new ManualClock(), 2)
    fill(limit, 'first')
    for (let i = 0; i < 10_000; i++) limit.add(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
    assert.is(limit.wait('first'), 0)
  })
})
