import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Breaker, type BreakerState } from '../../../src/providers/guard/breaker.ts'
import { suite } from '../../support/suite.ts'

const settings = { failures: 3, cooldown: 100, longest: 300 }

/** A breaker, a time that can be moved, and what it has told. */
function scene(): { breaker: Breaker; pass: (ms: number) => void; told: BreakerState[] } {
  let now = 0
  const told: BreakerState[] = []
  const breaker = new Breaker(settings, { monotonic: () => now }, (state) => told.push(state))
  return { breaker, told, pass: (ms) => void (now += ms) }
}

function fail(breaker: Breaker, times = 1): void {
  for (let i = 0; i < times; i++) {
    const admission = breaker.admit()
    assert.ok(admission.admitted)
    breaker.settle(admission.admitted && admission.probe, 'failed')
  }
}

suite('the breaker of a provider', (test) => {
  test('opens after so many failures in a row', () => {
    const { breaker, told } = scene()
    fail(breaker, 2)
    breaker.settle(false, 'succeeded')
    fail(breaker, 2)
    assert.is(breaker.state, 'closed')
    fail(breaker)
    assert.is(breaker.state, 'open')
    assert.equal(breaker.admit(), { admitted: false, wait: 100 })
    assert.is(breaker.pause, 100)
    assert.equal(told, ['open'])
  })

  test('lets one call find out, and closes when that succeeds', () => {
    const { breaker, told, pass } = scene()
    fail(breaker, 3)
    pass(100)
    assert.is(breaker.state, 'half-open')
    assert.equal(breaker.admit(), { admitted: true, probe: true })
    assert.equal(breaker.admit(), { admitted: false, wait: 100 })
    breaker.settle(true, 'succeeded')
    assert.equal(breaker.admit(), { admitted: true, probe: false })
    assert.equal(told, ['open', 'half-open', 'closed'])
  })

  test('stays open for twice as long each time, up to a limit, and then begins anew', () => {
    const { breaker, pass } = scene()
    fail(breaker, 3)
    const pauses = []
    for (let i = 0; i < 4; i++) {
      pauses.push(breaker.pause)
      pass(breaker.pause)
      fail(breaker)
    }
    assert.equal(pauses, [100, 200, 300, 300])
    pass(300)
    breaker.admit()
    breaker.settle(true, 'succeeded')
    fail(breaker, 3)
    assert.is(breaker.pause, 100)
  })

  test('learns nothing from a caller that has lost interest, and lets the next find out', () => {
    const { breaker, pass } = scene()
    fail(breaker, 3)
    pass(100)
    breaker.admit()
    breaker.settle(true, 'undecided')
    assert.equal(breaker.admit(), { admitted: true, probe: true })
  })

  test('is not moved by failures of calls from before it opened', () => {
    const { breaker, pass } = scene()
    fail(breaker, 3)
    pass(60)
    breaker.settle(false, 'failed')
    assert.is(breaker.pause, 40)
    pass(40)
    breaker.admit()
    breaker.settle(false, 'failed')
    assert.equal(breaker.admit(), { admitted: false, wait: 100 })
    breaker.settle(true, 'succeeded')
    assert.is(breaker.state, 'closed')
  })

  test('tells each change once, and always lets somebody in again', () => {
    const outcome = fc.constantFrom('succeeded', 'failed', 'undecided')
    const step = fc.oneof(fc.record({ pass: fc.integer({ min: 0, max: 200 }) }), fc.record({ outcome }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { breaker, told, pass } = scene()
        for (const each of steps) {
          if ('pass' in each) pass(each.pass)
          else {
            const admission = breaker.admit()
            if (admission.admitted) breaker.settle(admission.probe, each.outcome)
            else assert.ok(admission.wait > 0 && admission.wait <= 300)
          }
        }
        assert.not.ok(told.some((state, index) => state === told[index - 1]))
        assert.ok(breaker.pause <= 300)
        pass(300)
        assert.ok(breaker.admit().admitted)
      }),
    )
  })
})
