import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { figuresOf, LatencyWindow } from '../../../src/runtime/metrics/latency-window.ts'
import { suite } from '../../support/suite.ts'

suite('LatencyWindow', (test) => {
  test('remembers ten seconds', () => {
    const window = new LatencyWindow()
    window.add(5, 1_000)
    window.add(7, 4_000)
    assert.equal([...window.recent(10_999)].sort(), [5, 7])
    assert.equal(window.recent(11_000), [7])
    assert.equal(window.recent(14_000), [])
  })

  test('remembers the last 512', () => {
    const window = new LatencyWindow()
    for (let i = 0; i < 1_000; i++) window.add(i, 0)
    assert.equal(
      [...window.recent(0)].sort((a, b) => a - b),
      Array.from({ length: 512 }, (_, i) => 488 + i),
    )
  })
})

suite('figuresOf', (test) => {
  test('is null of nothing', () => assert.is(figuresOf([]), null))

  test('has times that so many of a hundred took at most', () => {
    const times = Array.from({ length: 200 }, (_, i) => 200 - i)
    assert.equal(figuresOf(times), { p50: 100, p95: 190, p99: 198, max: 200 })
    assert.equal(figuresOf([0.123_456]), { p50: 0.123, p95: 0.123, p99: 0.123, max: 0.123 })
  })

  test('never goes down', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1 }), (times) => {
        const { p50, p95, p99, max } = figuresOf(times)!
        assert.ok(p50 <= p95 && p95 <= p99 && p99 <= max)
        assert.is(max, Math.max(...times))
        assert.ok(times.filter((time) => time <= p50).length * 2 >= times.length)
      }),
    )
  })
})
